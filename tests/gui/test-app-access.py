#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whoever hears the app is told what everything is: all that can be used has a name, on every page; see apptest.py."""
import sys

from apptest import BUTTON, TEXT, check, main, picture, settle, wait_for, walk

USABLE = (*BUTTON, *TEXT, "toggle button", "check box", "radio button", "list", "list box", "combo box", "spin button",
          "slider", "switch", "table", "menu item", "search box", "page tab", "password text")
# What GTK puts into an entry with a button, and libadwaita into a window of preferences
INNER = ("GtkImage", "GtkSearchEntry")
TABS = ("toggle button", "radio button", "page tab", *BUTTON)


def parents(node):
    """Where a node is, for a message that helps."""
    found = []
    while node is not None and len(found) < 5:
        found.append(f"{node.get_role_name()} “{node.get_name()}”")
        node = node.get_parent()
    return " in ".join(found)


def is_unnamed(node, inner_names):
    """GTK names what has no name by its class. What libadwaita builds into its rows and windows is not ours to name."""
    name = node.get_name().strip()
    within = parents(node)
    inner = "combo box" in within or "list item" in within or "Preferences" in within
    return not name or (name.startswith("Gtk") and not inner and name not in inner_names)


def all_named(app, *among, inner_names=INNER):
    """All is named, and among it is what the page is about: a page that is not there would pass for a good one."""
    usable = [node for node in walk(app.root) if node.get_role_name() in USABLE]
    names = {node.get_name() for node in usable}
    unnamed = [parents(node) for node in usable if is_unnamed(node, inner_names)]
    check(not unnamed, "without a name: " + "; ".join(unnamed))
    missing = [name for name in among if name not in names]
    check(not missing, f"not there at all: {missing}, only {sorted(names)}")


def show(app, roles, name):
    app.need(roles, name).get_action_iface().do_action(0)
    settle(1)  # GTK 4.8 crashes when its tree is read just as a window comes


def test_chat(app):
    app.need(TEXT, "Message")
    all_named(app, "Message", "Send", "New Chat", "Search", "Main Menu", "Chat Menu", "Sidebar", "Attach Files")
    app.ask("What is the capital of France?")
    all_named(app, "Conversations", "Copy", "Regenerate", "Edit", "Details")


def test_editor(app):
    show(app, BUTTON, "Edit")
    all_named(app, "Edit Message", "Cancel")
    app.press("Cancel")


def test_find(app):
    app.focus_window()
    app.type("ctrl+f")
    settle(1)
    all_named(app, "Find in Conversation")
    picture(app, "find")
    app.type("Escape")


def test_models(app):
    show(app, BUTTON, "Models")
    wait_for("the built-in model", lambda: app.find(BUTTON, "Chat with It") or app.find(BUTTON, "Add"))
    all_named(app, "Search Models", "Add")


def test_model_details(app):
    details = wait_for("the details of the model", lambda: next(
        (n for n in walk(app.root) if n.get_role_name() in BUTTON and n.get_name().startswith("Details of ")), None))
    details.get_action_iface().do_action(0)
    settle(1)
    all_named(app, "Back to All Models", "Settings")
    show(app, TABS, "Settings")
    all_named(app, "Temperature")
    picture(app, "model-settings")


def test_benchmark(app):
    show(app, TABS, "Benchmark")
    app.need(BUTTON, "Start Benchmark")
    all_named(app, "Start Benchmark", "Repetitions of each")
    show(app, TABS, "History")
    all_named(app, "Compare")


def test_preferences(app):
    app.action("preferences")
    wait_for("the preferences", lambda: "Send with Return" in app.labels())
    all_named(app, "Add Folder", inner_names=(*INNER, "GtkListBox"))
    app.focus_window("Preferences")
    app.type("Escape")


if __name__ == "__main__":
    sys.exit(main([test_chat, test_editor, test_find, test_models, test_model_details, test_benchmark,
                   test_preferences]))
