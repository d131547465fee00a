#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chord as one side of a comparison: answers jobs, one JSON object a line.

usage: chord_worker.py MODEL THREADS CONTEXT PRECISION (GI_TYPELIB_PATH and LD_LIBRARY_PATH name the build)
"""
import json
import sys
import time

import gi

gi.require_version("Chord", "1")
from gi.repository import Chord  # noqa: E402


def run(model, job):
    """Seconds for the tokens of a job, measured by the library itself."""
    prefill = job["kind"] == "prefill"
    benchmark = Chord.Benchmark.new(model)
    benchmark.set_n_prompt(job["n"] if prefill else 0)
    benchmark.set_n_generate(0 if prefill else job["n"])
    benchmark.set_depth(job["depth"])
    benchmark.set_repetitions(1)
    result = benchmark.run(None, None)[0]
    return job["n"] / result.get_median_rate()


def main():
    path, n_threads, n_context, precision = sys.argv[1:5]
    options = Chord.ModelOptions.new()
    options.set_n_threads(int(n_threads))
    options.set_context_length(int(n_context))
    options.set_precision(Chord.Precision.EXACT if precision == "exact" else Chord.Precision.FAST)
    begin = time.perf_counter()
    model = Chord.Model.load(path, options, None, None)
    print(json.dumps({"name": "Chord", "kernels": Chord.get_cpu_description(), "load": time.perf_counter() - begin}),
          flush=True)
    for line in sys.stdin:
        print(json.dumps({"seconds": run(model, json.loads(line))}), flush=True)


if __name__ == "__main__":
    main()
