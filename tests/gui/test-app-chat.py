#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chatting, end to end; see apptest.py."""
import sys

from apptest import BUTTON, TEXT, Atspi, check, main, picture, wait_for


def test_first_start(app):
    app.need(TEXT, "Message")
    app.need(BUTTON, "New Chat")
    send = app.need(BUTTON, "Send")
    check(not send.get_state_set().contains(Atspi.StateType.SENSITIVE), "Send works with nothing to send")
    picture(app, "start")


def test_question(app):
    app.ask("What is the capital of France?")
    answer = wait_for("the answer", lambda: [l for l in app.labels() if "Paris" in l])
    check(len(answer) == 1, f"the answer is there {len(answer)} times")
    box = app.need(TEXT, "Message")
    check(box.get_text_iface().get_character_count() == 0, "the composer was not emptied")
    check(any("tokens/s" in l for l in app.labels()), "no figures are shown")
    picture(app, "answer")


def test_stop(app):
    app.stop_answer()
    picture(app, "stopped")


def test_goes_on(app):
    app.ask("What is 2 plus 2?")


def test_new_chat(app):
    app.press("New Chat")
    wait_for("an empty conversation", lambda: "Start a Conversation" in app.labels())


if __name__ == "__main__":
    sys.exit(main([test_first_start, test_question, test_stop, test_goes_on, test_new_chat]))
