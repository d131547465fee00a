#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the pictures of data/screenshots again, with the built-in model and conversations that are brought along.

usage, under a session bus of its own: screenshots.py CHORD_GTK MODEL SCHEMAS FOLDER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from apptest import BUTTON, TEXT, App, display, settle, wait_for

TABS = ("toggle button", "radio button", "page tab", *BUTTON)
CODE = """A **generator** hands out one value at a time:

```python
def squares(limit):
    for number in range(limit):
        yield number * number

print(list(squares(5)))  # [0, 1, 4, 9, 16]
```

| Form | In memory |
|------|-----------|
| list | all values |
| generator | *one* value |

Use it where a list would be too large, or has no end.
"""
CHATS = [("A generator in Python", "Show me a generator in Python.", CODE),
         ("What to bake with apples", "What can I bake with apples?",
          "1. An **apple pie**, with cinnamon\n2. A crumble, which is quicker\n3. *Tarte Tatin*, upside down"),
         ("Names for a cat", "Names for a grey cat?", "- Ash\n- Pepper\n- Misty")]


def bring(program, env, home):
    """Conversations as they would be after some days; the command line imports them."""
    for number, (title, question, answer) in enumerate(reversed(CHATS)):
        path = pathlib.Path(home, f"chat-{number}.json")
        path.write_text(json.dumps({"title": title, "messages": [
            {"id": 1, "parent": None, "role": "user", "content": question},
            {"id": 2, "parent": 1, "role": "assistant", "content": answer}]}), encoding="utf-8")
        command = pathlib.Path(program).parent / "cli" / "chord"
        subprocess.run([command, "chats", "import", path], env=env, check=True, stdout=subprocess.DEVNULL)


def shoot(app, folder, name):
    """The window alone, in few colours: these files are kept in the repository."""
    subprocess.run(["xdotool", "mousemove", "999", "759"], env=app.env, check=True)  # no tooltip
    settle(1.5)
    path = pathlib.Path(folder, name + ".png")
    subprocess.run(["import", "-display", app.screen, "-window", "root", "-trim", "+repage", "-dither", "None", "-colors", "64",
                    "PNG8:" + str(path)], check=True)
    print(path)


def show(app, roles, name):
    app.need(roles, name).get_action_iface().do_action(0)
    settle(1)


def open_chat(app, number):
    app.focus_window()
    app.type(f"alt+{number}")
    settle(1)


def measure(app):
    show(app, TABS, "Benchmark")
    app.press("Start Benchmark")
    wait_for("the results", lambda: any("tokens/s" in n for n in app.labels()) and app.find(BUTTON, "Copy as Markdown"))
    settle(12)


def light(app, folder):
    app.need(TEXT, "Message")
    open_chat(app, 2)
    shoot(app, folder, "chat")
    show(app, TABS, "Models")
    shoot(app, folder, "models")
    measure(app)
    shoot(app, folder, "benchmark")


def first_chat(app, folder, name):
    app.need(TEXT, "Message")
    open_chat(app, 1)
    shoot(app, folder, name)


def resize(app, width):
    window = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(app.process.pid)], env=app.env,
                            check=True, capture_output=True, text=True).stdout.split()[0]
    subprocess.run(["xdotool", "windowsize", window, str(width), "700"], env=app.env, check=True)


def narrow(app, folder):
    app.need(TEXT, "Message")
    open_chat(app, 1)
    resize(app, 400)
    shoot(app, folder, "narrow")


def session(program, model, schemas, steps, **env):
    with tempfile.TemporaryDirectory() as home, display() as screen:
        app = App(program, model, schemas, home, screen, G_DEBUG="", CHORD_CPU="", **env)
        app.end()
        bring(program, app.env, home)
        app.start()
        steps(app)
        app.end()


def main():
    program, model, schemas, folder = sys.argv[1:5]
    locale = str(pathlib.Path(program).resolve().parent.parent / "po")
    start = (program, model, schemas)
    session(*start, lambda app: light(app, folder))
    session(*start, lambda app: first_chat(app, folder, "chat-dark"), ADW_DEBUG_COLOR_SCHEME="prefer-dark")
    session(*start, lambda app: narrow(app, folder))
    session(*start, lambda app: (settle(4), shoot(app, folder, "right-to-left")), LANGUAGE="ar", CHORD_LOCALEDIR=locale)


if __name__ == "__main__":
    main()
