#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An answer as it comes, by signals in a main loop.

    ./stream.py "Tell me a story about a fox." [MODEL.gguf]
"""

import sys

import gi

gi.require_version("Chord", "1")
from gi.repository import Chord, GLib  # noqa: E402

question = sys.argv[1] if len(sys.argv) > 1 else "Tell me a story about a fox."
path = sys.argv[2] if len(sys.argv) > 2 else Chord.get_builtin_model_path()
loop = GLib.MainLoop()


def on_text(generation, text):
    print(text, end="", flush=True)


def on_finished(generation, reason):
    usage = generation.get_usage()
    print(f"\n[{usage.get_generated_tokens()} tokens, {usage.get_generation_rate():.1f} a second]")
    loop.quit()


try:
    model = Chord.Model.load(path, None, None, None)
    session = Chord.Session(model=model)
    session.append_text(Chord.Role.USER, question)
    # Keep the generation: when the last reference goes, it is cancelled.
    generation = session.start(Chord.SamplingOptions(temperature=0.5, seed=1))
    generation.connect("text", on_text)
    generation.connect("finished", on_finished)
    loop.run()
except GLib.Error as error:
    sys.exit(error.message)
