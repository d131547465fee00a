#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What can be done with messages, end to end: versions, continuing, drafts, a full context; see apptest.py."""
import sys

from apptest import BUTTON, TEXT, Atspi, main, picture, settle, wait_for, walk


def press_last(app, name):
    """The last button of a name that can be pressed: that of the newest message."""
    def find():
        found = [n for n in walk(app.root) if n.get_role_name() in BUTTON and n.get_name() == name
                 and n.get_state_set().contains(Atspi.StateType.SENSITIVE)]
        return found[-1] if found else None
    wait_for(f"a button “{name}”", find).get_action_iface().do_action(0)


def said(app):
    """The labels of the conversation; its title elsewhere may say the same."""
    logs = [n for n in walk(app.root) if n.get_name() == "Conversation" and n.get_role_name() == "log"]
    return [n.get_name() for n in walk(logs[0]) if n.get_role_name() == "label"] if logs else []


def answered(app):
    wait_for("the end of the answer", lambda: app.find(BUTTON, "Send"))


def test_edit(app):
    app.ask("What is the capital of France?")
    press_last(app, "Edit")
    editor = app.need(TEXT, "Edit Message")
    editor.get_editable_text_iface().set_text_contents("What is the capital of Italy?")
    app.press("Send Again")
    wait_for("the new question", lambda: "What is the capital of Italy?" in said(app))
    answered(app)
    wait_for("the old one gone", lambda: "What is the capital of France?" not in said(app))
    picture(app, "edited")


def test_branch_arrows(app):
    wait_for("the count of versions", lambda: "Version 2 of 2" in said(app))
    press_last(app, "Previous Version")
    wait_for("the first question", lambda: "What is the capital of France?" in said(app))
    press_last(app, "Next Version")
    wait_for("the second question", lambda: "What is the capital of Italy?" in said(app))


def test_regenerate(app):
    press_last(app, "Regenerate")
    answered(app)
    wait_for("another version of the answer",
             lambda: said(app).count("Version 2 of 2") == 2)
    picture(app, "regenerated")


def test_continue(app):
    app.stop_answer()
    before = sum(len(label) for label in said(app))
    press_last(app, "Continue")
    answered(app)
    wait_for("more of the story", lambda: sum(len(label) for label in said(app)) > before)


def test_options(app):
    press_last(app, "Details")
    wait_for("the details", lambda: "First token after" in app.labels())
    picture(app, "details")
    app.focus_window()
    app.type("Escape")


def dialog_button(app):
    return app.find(BUTTON, "Drop the Oldest Messages")


def test_overflow(app):
    """The app asks before it leaves anything out; then it marks what it left out, and goes on."""
    app.env["G_DEBUG"] = ""  # GTK 4.8 warns about dialogs that come and go while they are looked at
    app.restart()
    for number in range(12):
        if dialog_button(app):
            break
        app.write(f"Number {number}. " + "Tell me a long story about a fox and all of its friends. " * 10)
        app.press("Send")
        settle(1.5)  # nor about one that is opening
        wait_for("an answer or a question", lambda: dialog_button(app) or app.find(BUTTON, "Send"))
    picture(app, "overflow")
    dialog_button(app).get_action_iface().do_action(0)
    settle(1.5)  # GTK 4.8 does not bear questions about a dialog that is closing
    answered(app)
    wait_for("the word of how many are not sent",
             lambda: any("no longer sent" in label for label in app.labels()))
    picture(app, "dropped")


def test_draft(app):
    app.write("Something that is not sent yet")
    settle(2.5)
    app.restart()
    box = app.need(TEXT, "Message")
    wait_for("the draft", lambda: box.get_text_iface().get_text(0, -1) == "Something that is not sent yet")


if __name__ == "__main__":
    sys.exit(main([test_edit, test_branch_arrows, test_regenerate, test_continue, test_options, test_draft,
                   test_overflow]))
