#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The app in a desktop, end to end: notifications, sleep, files that are opened with it; see apptest.py."""
import shutil
import signal
import subprocess
import sys

import fakebus
from apptest import BUTTON, TEXT, Failure, check, main, picture, settle, wait_for

FRANCE = "What is the capital of France?"
STORY = "Tell me a long story about a fox and all of its friends."
LONG = 5.5  # seconds after which an answer is worth a notification
SLEEP = 4  # the flag for it

SERVICES = {}


def long_answer(app):
    """An answer that takes long: the program stands still while it writes it. One that ended before is asked for again."""
    for _ in range(8):
        app.write(STORY)
        app.press("Send")
        wait_for("an answer", lambda: app.find(BUTTON, "Stop") or app.find(BUTTON, "Send"))
        app.process.send_signal(signal.SIGSTOP)
        settle(LONG)
        app.process.send_signal(signal.SIGCONT)
        lasted = app.answering()
        wait_for("the end of the answer", lambda: app.find(BUTTON, "Send"))
        if lasted:
            settle(1)
            return
    raise Failure("no answer was long enough")


def test_short_answer(app):
    app.need(TEXT, "Message")
    app.ask(FRANCE)
    settle(1)
    check(SERVICES["notifications"].of("Notify") == [], "a short answer is notified of")


def test_long_answer_that_is_looked_at(app):
    before = len(SERVICES["notifications"].of("Notify"))
    app.focus_window()
    long_answer(app)
    check(len(SERVICES["notifications"].of("Notify")) == before, "what the user sees is notified of")


def test_no_sleep_while_answering(app):
    begun = wait_for("a word to the session", lambda: SERVICES["session"].of("Inhibit"))
    check(begun[0][3] & SLEEP, f"what was asked for is no sleep, but {begun[0]}")
    check(begun[0][2], "no reason is given")
    wait_for("the end of it",
             lambda: len(SERVICES["session"].of("Uninhibit")) == len(SERVICES["session"].of("Inhibit")))


def test_several_files(app):
    paths = []
    for name in ("first", "second", "third"):
        paths.append(f"{app.home}/{name}.gguf")
        shutil.copy(app.env["CHORD_BUILTIN_MODEL"], paths[-1])
        with open(paths[-1], "ab") as file:
            file.write(name.encode())  # the same file elsewhere would be the same model
    subprocess.run([app.program, *paths], env=app.env, check=True, timeout=60)
    app.press("Models")
    for name in ("first", "second", "third"):
        app.need(BUTTON, f"Chat with {name}")
    picture(app, "several-files")


if __name__ == "__main__":
    SERVICES["notifications"] = fakebus.notifications()
    SERVICES["session"] = fakebus.session_manager()
    sys.exit(main([test_short_answer, test_long_answer_that_is_looked_at, test_no_sleep_while_answering, test_several_files]))
