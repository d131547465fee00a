#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""llama.cpp as the other side of a comparison: loads its prebuilt libraries and answers jobs, one JSON object a line.

usage: llama_worker.py LIBRARIES MODEL THREADS CONTEXT FLASH(0|1)

The libraries come without headers, and the layout of their parameter structures changes between versions. So these
are taken as blocks of bytes, and the few fields that matter are found by the defaults that they are documented to have:
what cannot be found ends the program instead of measuring something else.
"""
import ctypes
import glob
import json
import os
import struct
import sys
import time

BLOCK = 1024  # more than any of the structures: the callee reads or writes only its own part


class Block(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_ubyte * BLOCK)]


class Batch(ctypes.Structure):
    _fields_ = [("n_tokens", ctypes.c_int32), ("token", ctypes.c_void_p), ("embd", ctypes.c_void_p),
                ("pos", ctypes.c_void_p), ("n_seq_id", ctypes.c_void_p), ("seq_id", ctypes.c_void_p),
                ("logits", ctypes.c_void_p)]


def load(folder, stem):
    found = sorted(glob.glob(os.path.join(folder, f"lib{stem}.so")) + glob.glob(os.path.join(folder, f"lib{stem}.v*.so")))
    if not found:
        sys.exit(f"{folder}: there is no lib{stem}.so")
    return ctypes.CDLL(found[0], ctypes.RTLD_GLOBAL)


def words(block):
    return list(struct.unpack(f"<{BLOCK // 4}i", bytes(block.bytes)))


def find(values, pattern, after=0):
    for i in range(after, len(values) - len(pattern)):
        if values[i:i + len(pattern)] == pattern:
            return i
    sys.exit("this version of llama.cpp has parameters of another shape")


class Llama:
    def __init__(self, folder, model, n_threads, n_context, flash):
        load(folder, "ggml-base")
        ggml = load(folder, "ggml")
        self.lib = load(folder, "llama")
        self.declare()
        self.lib.llama_log_set(ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(0), None)
        self.quiet = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *_: None)
        self.lib.llama_log_set(self.quiet, None)
        ggml.ggml_backend_load_all_from_path(folder.encode())
        self.lib.llama_backend_init()
        begin = time.perf_counter()
        self.model = self.lib.llama_model_load_from_file(model.encode(), self.lib.llama_model_default_params())
        if not self.model:
            sys.exit(f"{model}: llama.cpp cannot load it")
        self.context = self.lib.llama_init_from_model(self.model, self.parameters(n_threads, n_context, flash))
        if not self.context:
            sys.exit(f"{model}: llama.cpp makes no context of {n_context} tokens")
        self.load_time = time.perf_counter() - begin
        self.memory = self.lib.llama_get_memory(self.context)
        self.depth = 0

    def declare(self):
        pointer = ctypes.c_void_p
        for name, result, arguments in (
                ("llama_model_default_params", Block, []), ("llama_context_default_params", Block, []),
                ("llama_model_load_from_file", pointer, [ctypes.c_char_p, Block]),
                ("llama_init_from_model", pointer, [pointer, Block]),
                ("llama_get_memory", pointer, [pointer]),
                ("llama_memory_clear", None, [pointer, ctypes.c_bool]),
                ("llama_memory_seq_rm", ctypes.c_bool, [pointer] + [ctypes.c_int32] * 3),
                ("llama_batch_get_one", Batch, [pointer, ctypes.c_int32]),
                ("llama_decode", ctypes.c_int32, [pointer, Batch]),
                ("llama_synchronize", None, [pointer])):
            function = getattr(self.lib, name)
            function.restype, function.argtypes = result, arguments

    def parameters(self, n_threads, n_context, flash):
        block = self.lib.llama_context_default_params()
        values = words(block)
        sizes = find(values, [512, 2048, 512, 1])  # n_ctx, n_batch, n_ubatch, n_seq_max
        threads = find(values, [4, 4], sizes)      # n_threads, n_threads_batch
        kinds = find(values, [-1, -1, -1, -1], threads)  # rope, pooling and attention types, then flash attention
        values[sizes:sizes + 2] = [n_context, max(2048, n_context)]
        values[threads:threads + 2] = [n_threads, n_threads]
        values[kinds + 3] = flash
        struct.pack_into(f"<{len(values)}i", block.bytes, 0, *values)
        return block

    def decode(self, tokens):
        array = (ctypes.c_int32 * len(tokens))(*tokens)
        if self.lib.llama_decode(self.context, self.lib.llama_batch_get_one(array, len(tokens))) != 0:
            sys.exit("llama.cpp failed to decode")

    def to_depth(self, depth):
        if depth < self.depth:
            self.lib.llama_memory_clear(self.memory, False)
            self.depth = 0
        while self.depth < depth:
            step = min(512, depth - self.depth)
            self.decode([600 + i % 1000 for i in range(step)])
            self.depth += step
        self.lib.llama_synchronize(self.context)

    def run(self, kind, n_tokens, depth):
        """Seconds for n_tokens at that depth: all at once, or one after the other."""
        self.to_depth(depth)
        begin = time.perf_counter()
        if kind == "prefill":
            self.decode([700 + i % 1000 for i in range(n_tokens)])
        else:
            for i in range(n_tokens):
                self.decode([700 + i])
                self.lib.llama_synchronize(self.context)
        self.lib.llama_synchronize(self.context)
        seconds = time.perf_counter() - begin
        self.lib.llama_memory_seq_rm(self.memory, 0, depth, -1)
        return seconds


def loaded_kind():
    """The library of kernels that it chose for this processor."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        names = {os.path.basename(line.split()[-1]) for line in maps if "libggml-cpu-" in line}
    return ", ".join(sorted(names)) or "none"


def main():
    folder, model, n_threads, n_context, flash = sys.argv[1:6]
    llama = Llama(os.path.abspath(folder), model, int(n_threads), int(n_context), int(flash))
    print(json.dumps({"name": "llama.cpp", "kernels": loaded_kind(), "load": llama.load_time}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        print(json.dumps({"seconds": llama.run(job["kind"], job["n"], job["depth"])}), flush=True)


if __name__ == "__main__":
    main()
