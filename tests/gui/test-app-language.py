#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The app in another language, which it finds where CHORD_LOCALEDIR points; see apptest.py."""
import pathlib
import subprocess
import sys
import tempfile

from apptest import BUTTON, TEXT, main, picture

# Not the app's own translation, which changes with its texts: just enough to see that one is used, from an interface
# file and from a program.
TRANSLATION = '''
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "New Chat"
msgstr "Neues Gespräch"

msgid "Message"
msgstr "Nachricht"
'''


def test_texts(app):
    app.need(BUTTON, "Neues Gespräch")
    app.need(TEXT, "Nachricht")
    picture(app, "language")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        messages = pathlib.Path(folder, "de", "LC_MESSAGES")
        messages.mkdir(parents=True)
        subprocess.run(["msgfmt", "--output-file", messages / "chord.mo", "-"], input=TRANSLATION, text=True,
                       encoding="utf-8", check=True)
        status = main([test_texts], CHORD_LOCALEDIR=folder, LANGUAGE="de")
    sys.exit(status)
