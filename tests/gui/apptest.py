# SPDX-License-Identifier: LGPL-2.1-or-later
"""Drives chord-gtk as a user of a screen reader would: everything is found by role and name through AT-SPI.

The test programs beside this call main () with their steps, functions of one App that run in order.
usage of each: test-app-….py CHORD_GTK MODEL SCHEMAS (under a session bus of its own; it starts its own Xvfb)
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
from gi.repository import Atspi, Gio, GLib  # noqa: E402

TIMEOUT = int(os.environ.get("CHORD_TEST_TIMEOUT", "60"))
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
    """The program, running. Its home outlives it: restart () finds what was stored."""

    def __init__(self, program, model, schemas, home, screen, **env):
        self.program, self.home, self.screen = program, home, screen
        self.env = dict(os.environ, DISPLAY=screen, HOME=home, XDG_DATA_HOME=home + "/data", XDG_CONFIG_HOME=home + "/config",
                   XDG_CACHE_HOME=home + "/cache", GSETTINGS_BACKEND="keyfile", GSETTINGS_SCHEMA_DIR=schemas, GDK_BACKEND="x11", GTK_A11Y="atspi",
                   GSK_RENDERER="cairo", LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals",
                   CHORD_BUILTIN_MODEL=model,
                   CHORD_CPU="ref")  # slow enough that an answer can be stopped
        self.env.update(env)
        self.start()

    def start(self, *arguments):
        self.process = subprocess.Popen([self.program, *arguments], env=self.env)
        self.root = wait_for("the application on the accessibility bus", self.find_root)

    def restart(self):
        self.end()
        self.start()

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

    def walk(self, node):
        return walk(node)

    def find(self, roles, name):
        """What is hidden is not in the tree. GTK 4.8 names some buttons twice, with and without the underline."""
        names = (name, f"_{name} {name}")
        for node in walk(self.root):
            if node.get_role_name() in roles and node.get_name() in names:
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

    def type(self, *keys):
        """Keys as xdotool names them, to whatever has the focus."""
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], env=self.env, check=True)
        settle()

    def action(self, name):
        """Activates an action of the program over the bus, as the shell would."""
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.call_sync("io.github.chord_engine.Chord", "/io/github/chord_engine/Chord", "org.gtk.Actions", "Activate",
                      GLib.Variant("(sava{sv})", (name, [], {})), None, Gio.DBusCallFlags.NONE, 10000)

    def focus_window(self, *title):
        """Without a window manager nothing gives a window the keyboard. title: of a dialog; without: the window."""
        name = title[0] if title else ""
        subprocess.run(["xdotool", "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", name, "windowfocus"], env=self.env, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        settle()

    def ask(self, text):
        """Sends, and waits for the end of the answer."""
        self.write(text)
        self.press("Send")
        wait_for("the question in the conversation", lambda: text in self.labels())
        wait_for("the end of the answer", lambda: self.find(BUTTON, "Send"))

    def stop_answer(self):
        """Asks for a story and stops it; a short one may end before that, and another is asked for. The button is looked
        for beside the one that sends: to walk through the whole window takes as long as a story."""
        for _ in range(8):
            self.write("Tell me a long story about a fox and all of its friends.")
            send = self.need(BUTTON, "Send")
            near = send.get_parent().get_parent()
            self.press("Send")
            with contextlib.suppress(Failure):
                stop = wait_for("the button that stops", lambda: self.near(near, "Stop"), timeout=2)
                stop.get_action_iface().do_action(0)
            wait_for("the end of the answer", lambda: self.find(BUTTON, "Send"))
            settle(0.5)
            if "Stopped" in self.labels():
                return
        raise Failure("no answer could be stopped")

    def near(self, node, name):
        return next((n for n in walk(node) if n.get_role_name() in BUTTON and n.get_name() == name), None)

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


def main(steps, **env):
    """Runs the steps, each with the App, in order; env: more of the program's environment."""
    program, model, schemas = sys.argv[1:4]
    failed = 0
    print(f"1..{len(steps) + 1}", flush=True)
    with tempfile.TemporaryDirectory() as home, display() as screen:
        app = App(program, model, schemas, home, screen, **env)
        for number, step in enumerate([*steps, alive], 1):
            try:
                step(app)
                print(f"ok {number} {step.__name__}", flush=True)
            except (Failure, GLib.Error) as error:
                failed += 1
                print(f"not ok {number} {step.__name__}: {error}", flush=True)
                picture(app, f"failed-{step.__name__}")
        app.end()
    return 1 if failed else 0


def alive(app):
    check(app.process.poll() is None, "the program ended by itself")
    app.end()
    check(app.process.returncode in (0, -signal.SIGTERM), f"it ended with {app.process.returncode}")
