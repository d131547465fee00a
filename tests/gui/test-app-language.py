#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The app in another language, which it finds where CHORD_LOCALEDIR points; see apptest.py."""
import pathlib
import subprocess
import sys
import tempfile

from apptest import BUTTON, TEXT, Atspi, check, main, picture

# Not the app's own translation, which changes with its texts: just enough to see that one is used, from an interface
# file and from a program.
TRANSLATION = '''
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "New Chat"
msgstr "محادثة جديدة"

msgid "Message"
msgstr "الرسالة"

msgid "Everything you write stays on this computer."
msgstr "كل ما تكتبه يبقى على هذا الحاسوب."
'''


def test_texts(app):
    app.need(BUTTON, "محادثة جديدة")
    app.need(TEXT, "الرسالة")
    picture(app, "language")


def test_direction(app):
    """GTK says where a widget is in the window by its left edge."""
    def left(role, name):
        return app.need(role, name).get_component_iface().get_extents(Atspi.CoordType.WINDOW).x
    check(left(BUTTON, "محادثة جديدة") > left(TEXT, "الرسالة"), "the sidebar is not at the right")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        messages = pathlib.Path(folder, "ar", "LC_MESSAGES")
        messages.mkdir(parents=True)
        subprocess.run(["msgfmt", "--output-file", messages / "chord.mo", "-"], input=TRANSLATION, text=True,
                       encoding="utf-8", check=True)
        status = main([test_texts, test_direction], CHORD_LOCALEDIR=folder, LANGUAGE="ar")
    sys.exit(status)
