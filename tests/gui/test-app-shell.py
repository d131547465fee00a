#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The window around the chat, end to end: the list of conversations, search, keys, restart, the shell; see apptest.py."""
import os
import sys

from gi.repository import Gio, GLib

from apptest import BUTTON, TEXT, Atspi, check, main, picture, wait_for

FRANCE, SUM = "What is the capital of France?", "What is 2 plus 2?"
TITLES = {}


def conversations(app):
    """The titles in the sidebar, as they stand there."""
    node = app.find(("list",), "Conversations")
    return [] if node is None else [n.get_name() for n in app.walk(node) if n.get_role_name() == "label"]


def row(app, title):
    return wait_for(f"the conversation “{title}”", lambda: title in conversations(app))


def test_greeting(app):
    app.need(TEXT, "Message")
    wait_for("the word that the model is tiny", lambda: any("tiny" in label for label in app.labels()))
    app.press("Get a Better Model")
    wait_for("the page of models", lambda: "Models" in [n.get_name() for n in app.walk(app.root)
                                                        if n.get_role_name() == "frame"])
    app.press("New Chat")


def test_conversations_are_listed(app):
    check(conversations(app) == [], "there are conversations before anything was said")
    app.ask(FRANCE)
    wait_for("the first conversation", lambda: conversations(app))
    app.press("New Chat")
    wait_for("an empty conversation", lambda: app.find(("label",), "Start a Conversation"))
    app.ask(SUM)
    wait_for("two conversations", lambda: len(conversations(app)) == 2)
    check([n.get_name() for n in app.walk(app.root) if n.get_role_name() == "heading"] == ["Today"],
          "they are not under one heading, “Today”")
    TITLES["sum"], TITLES["france"] = conversations(app)
    picture(app, "conversations")


def sidebar_shown(app):
    states = app.need(("toggle button", *BUTTON), "Sidebar").get_state_set()
    return states.contains(Atspi.StateType.PRESSED) or states.contains(Atspi.StateType.CHECKED)


def test_keys_switch(app):
    app.focus_window()
    app.type("alt+2")
    wait_for("the second conversation", lambda: FRANCE in app.labels())
    app.type("ctrl+n")
    wait_for("an empty conversation", lambda: app.find(("label",), "Start a Conversation"))
    app.type("alt+1")
    wait_for("the first conversation", lambda: SUM in app.labels())
    app.type("F9")
    wait_for("the sidebar gone", lambda: not sidebar_shown(app))
    app.type("F9")
    wait_for("the sidebar back", lambda: sidebar_shown(app))


def focus_first(app):
    """The keyboard alone gets to the first row of the list."""
    app.type("ctrl+shift+f")
    app.type("Tab", "Home")


def test_rename(app):
    focus_first(app)
    app.type("F2")
    entry = app.need(TEXT, "Title")
    picture(app, "rename")
    entry.get_editable_text_iface().set_text_contents("Sums")
    app.press("Rename")
    row(app, "Sums")
    TITLES["sum"] = "Sums"


def test_search(app):
    app.type("ctrl+shift+f")
    app.need(TEXT, "Search").get_editable_text_iface().set_text_contents("capital")
    wait_for("one result", lambda: TITLES["france"] in conversations(app) and "Sums" not in conversations(app))
    picture(app, "search")
    app.need(TEXT, "Search").get_editable_text_iface().set_text_contents("zebra")
    wait_for("the word that nothing was found", lambda: "No Results" in app.labels())
    app.need(TEXT, "Search").get_editable_text_iface().set_text_contents("")
    row(app, "Sums")


def test_delete_and_undo(app):
    focus_first(app)
    app.type("Delete")
    wait_for("the conversation gone", lambda: "Sums" not in conversations(app))
    picture(app, "deleted")
    app.press("Undo")
    row(app, "Sums")
    wait_for("what was said in it", lambda: SUM in app.labels())


def shell(app, method, parameters, reply):
    """Calls as GNOME Shell does, on the session bus that we share with the program."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    return bus.call_sync("io.github.chord_engine.Chord", "/io/github/chord_engine/Chord/SearchProvider",
                         "org.gnome.Shell.SearchProvider2", method, parameters, GLib.VariantType(reply),
                         Gio.DBusCallFlags.NONE, 10000).unpack()


def test_search_provider(app):
    (ids,) = shell(app, "GetInitialResultSet", GLib.Variant("(as)", (["capital", "France"],)), "(as)")
    check(len(ids) == 1, f"the shell finds {ids}")
    (none,) = shell(app, "GetSubsearchResultSet", GLib.Variant("(asas)", (ids, ["zebra"])), "(as)")
    check(none == [], f"the shell finds {none}")
    (metas,) = shell(app, "GetResultMetas", GLib.Variant("(as)", (ids,)), "(aa{sv})")
    check(metas[0]["id"] == ids[0] and metas[0]["name"] == TITLES["france"], f"the shell shows {metas}")
    shell(app, "ActivateResult", GLib.Variant("(sasu)", (ids[0], ["capital"], 0)), "()")
    wait_for("the conversation that was found", lambda: FRANCE in app.labels())
    shell(app, "LaunchSearch", GLib.Variant("(asu)", (["capital"], 0)), "()")
    wait_for("the search in the window", lambda: "Sums" not in conversations(app))
    app.need(TEXT, "Search").get_editable_text_iface().set_text_contents("")


def test_dialogs(app):
    app.action("preferences")
    wait_for("the preferences", lambda: "Send with Return" in app.labels())
    picture(app, "preferences")
    app.focus_window("Preferences")
    app.type("Escape")
    wait_for("the preferences gone", lambda: "Send with Return" not in app.labels())
    app.focus_window()
    app.type("ctrl+question")
    wait_for("the shortcuts", lambda: "Show or hide the sidebar" in app.labels())
    picture(app, "shortcuts")


def test_restart(app):
    app.restart()
    app.need(TEXT, "Message")
    row(app, "Sums")
    row(app, TITLES["france"])
    wait_for("the conversation that was open", lambda: FRANCE in app.labels())
    check(any("Paris" in label for label in app.labels()), "the answer is gone")


def test_damaged_catalog(app):
    app.end()
    path = app.home + "/data/chord/catalog.db"
    for name in (path + "-wal", path + "-shm"):
        if os.path.exists(name):
            os.remove(name)
    with open(path, "r+b") as file:
        file.write(b"no database " * 400)
    app.start()
    wait_for("what became of the catalog", lambda: any("damaged" in label for label in app.labels()))
    picture(app, "damaged")
    app.ask(FRANCE)


def test_no_catalog(app):
    app.end()
    path = app.home + "/data/chord"
    for name in os.listdir(path):
        if name.startswith("catalog.db"):
            os.rename(f"{path}/{name}", f"{path}/old-{name}")
    os.mkdir(path + "/catalog.db")  # not even root can open this as a file
    app.start()
    wait_for("the page that says so", lambda: "The Catalog Cannot Be Opened" in app.labels())
    picture(app, "no-catalog")
    app.press("Chat Without It")
    wait_for("the chat", lambda: "New Chat" in app.labels())  # what a page hides takes no press
    app.ask(FRANCE)


if __name__ == "__main__":
    sys.exit(main([test_greeting, test_conversations_are_listed, test_keys_switch, test_rename, test_search,
                   test_delete_and_undo, test_search_provider, test_dialogs, test_restart, test_damaged_catalog, test_no_catalog]))
