#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Drives chord-gtk as a user of a screen reader would: everything is found by role and name through AT-SPI.

usage: test-app.py CHORD_GTK MODEL (under a session bus of its own; it starts its own Xvfb)
Prints TAP. With CHORD_SCREENSHOTS=DIR it leaves a picture of each step there.
"""
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time

import warnings

import gi

warnings.simplefilter("ignore", DeprecationWarning)  # newer names of AT-SPI are not in Debian 12
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

TIMEOUT = 60
BUTTON = ("push button", "button")
TEXT = ("text", "entry")


class Failure(Exception):
    pass


def settle(seconds=0.1):
    """Lets events of the accessibility bus in, without which cached trees stay old."""
    loop = GLib.MainContext.default()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        loop.iteration(False)
        time.sleep(0.01)


def wait_for(what, find, timeout=TIMEOUT):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            found = find()
            if found:
                return found
        except GLib.Error:
            pass  # a node went away while it was looked at
        settle()
    raise Failure(f"{what} did not come within {timeout} s")


def walk(node, depth=0):
    if node is None or depth > 40:
        return
    yield node
    node.clear_cache()
    for i in range(node.get_child_count()):
        yield from walk(node.get_child_at_index(i), depth + 1)


@contextlib.contextmanager
def display():
    """A screen of our own. The server chooses a number that is free and says when it is ready: xvfb-run only guesses."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x760x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as number:
        name = ":" + number.readline().strip()
    try:
        yield name
    finally:
        server.terminate()
        server.wait()


class App:
    def __init__(self, program, model, home, screen):
        env = dict(os.environ, DISPLAY=screen, HOME=home, XDG_DATA_HOME=home + "/data", XDG_CONFIG_HOME=home + "/config",
                   XDG_CACHE_HOME=home + "/cache", GSETTINGS_BACKEND="memory", GDK_BACKEND="x11", GTK_A11Y="atspi",
                   GSK_RENDERER="cairo", LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals",
                   CHORD_BUILTIN_MODEL=model,
                   CHORD_CPU="ref")  # slow enough that an answer can be stopped
        self.screen = screen
        self.process = subprocess.Popen([program], env=env)
        self.root = wait_for("the application on the accessibility bus", self.find_root)

    def find_root(self):
        if self.process.poll() is not None:
            raise Failure(f"chord-gtk ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid:
                return child
        return None

    def find(self, roles, name):
        """What is hidden is not in the tree."""
        for node in walk(self.root):
            if node.get_role_name() in roles and node.get_name() == name:
                return node
        return None

    def need(self, roles, name):
        return wait_for(f"{roles[0]} “{name}”", lambda: self.find(roles, name))

    def labels(self):
        return [n.get_name() for n in walk(self.root) if n.get_role_name() == "label"]

    def write(self, text):
        self.need(TEXT, "Message").get_editable_text_iface().set_text_contents(text)

    def press(self, name):
        def sensitive():
            node = self.find(BUTTON, name)
            return node if node and node.get_state_set().contains(Atspi.StateType.SENSITIVE) else None
        wait_for(f"a sensitive button “{name}”", sensitive).get_action_iface().do_action(0)

    def answering(self):
        return self.find(BUTTON, "Stop") is not None

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)


def picture(app, name):
    folder = os.environ.get("CHORD_SCREENSHOTS")
    if folder:
        settle(0.5)
        subprocess.run(["import", "-display", app.screen, "-window", "root", f"{folder}/{name}.png"], check=False)


def check(condition, what):
    if not condition:
        raise Failure(what)


def test_first_start(app):
    app.need(TEXT, "Message")
    app.need(BUTTON, "New Chat")
    send = app.need(BUTTON, "Send")
    check(not send.get_state_set().contains(Atspi.StateType.SENSITIVE), "Send works with nothing to send")
    picture(app, "start")


def test_question(app):
    app.write("What is the capital of France?")
    app.press("Send")
    wait_for("the question in the conversation", lambda: "What is the capital of France?" in app.labels())
    wait_for("the end of the answer", lambda: app.find(BUTTON, "Send"))
    answer = wait_for("the answer", lambda: [l for l in app.labels() if "Paris" in l])
    check(len(answer) == 1, f"the answer is there {len(answer)} times")
    box = app.need(TEXT, "Message")
    check(box.get_text_iface().get_character_count() == 0, "the composer was not emptied")
    check(any("tokens/s" in l for l in app.labels()), "no figures are shown")
    picture(app, "answer")


def test_stop(app):
    app.write("Tell me a long story about a fox and all of its friends.")
    app.press("Send")
    wait_for("the Stop button", app.answering)
    app.press("Stop")
    wait_for("the end of the answer", lambda: app.find(BUTTON, "Send"), 5)
    wait_for("the word that it was stopped", lambda: "Stopped" in app.labels(), 5)
    picture(app, "stopped")


def test_goes_on(app):
    app.write("What is 2 plus 2?")
    app.press("Send")
    wait_for("the question", lambda: "What is 2 plus 2?" in app.labels())
    wait_for("the end of the answer", lambda: app.find(BUTTON, "Send"))


def test_new_chat(app):
    app.press("New Chat")
    wait_for("an empty conversation", lambda: "Start a Conversation" in app.labels())


def test_alive(app):
    check(app.process.poll() is None, "the program ended by itself")
    app.end()
    check(app.process.returncode in (0, -signal.SIGTERM), f"it ended with {app.process.returncode}")


def main():
    program, model = sys.argv[1:3]
    steps = [test_first_start, test_question, test_stop, test_goes_on, test_new_chat, test_alive]
    failed = 0
    print(f"1..{len(steps)}", flush=True)
    with tempfile.TemporaryDirectory() as home, display() as screen:
        app = App(program, model, home, screen)
        for number, step in enumerate(steps, 1):
            try:
                step(app)
                print(f"ok {number} {step.__name__}", flush=True)
            except (Failure, GLib.Error) as error:
                failed += 1
                print(f"not ok {number} {step.__name__}: {error}", flush=True)
                picture(app, f"failed-{step.__name__}")
        app.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
