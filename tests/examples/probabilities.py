#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows how sure the model was of each token, and what else it thought of.

    ./probabilities.py "What is the capital of France?" [MODEL.gguf]
"""

import math
import sys

import gi

gi.require_version("Chord", "1")
from gi.repository import Chord, GLib  # noqa: E402

question = sys.argv[1] if len(sys.argv) > 1 else "What is the capital of France?"
path = sys.argv[2] if len(sys.argv) > 2 else Chord.get_builtin_model_path()

try:
    model = Chord.Model.load(path, None, None, None)
    session = Chord.Session.new(model)
    session.append_text(Chord.Role.USER, question)
    options = Chord.SamplingOptions(temperature=0, top_logprobs=3, max_tokens=40)
    generation = session.generate(options, None)
except GLib.Error as error:
    sys.exit(error.message)

for token in generation.get_tokens():
    others = [f"{other.get_text()!r} {math.exp(other.get_logprob()):.0%}"
              for other in token.get_alternatives()]
    print(f"{token.get_text()!r:16} {', '.join(others)}")
