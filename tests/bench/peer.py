#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Chord beside llama.cpp on the same machine, model, threads and lengths: one command, one table.

usage: peer.py --build DIR --libraries DIR [--types T,T] [--shape NAME] [--models FILE,FILE] [--threads N] ...

Both are loaded at once and measured in turns, A B A B. The ratio is taken pair by pair and the median shown: what slows
a machine for minutes slows both of a pair. A pair does not count when other programs took a share of the processors while
it ran. llama.cpp comes as the npm package @node-llama-cpp/linux-x64, which `./dev bench peer` fetches.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")


def busy_ticks():
    """What all programs together used of the processors."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, irq, soft, steal = map(int, stat.readline().split()[1:9])
    return user + nice + system + irq + soft + steal


def own_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


class Worker:
    """One side: a process that has the model loaded and does what it is told."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        self.about = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[1]} ended with status {self.process.wait()}")
        return json.loads(line)

    def run(self, job):
        """(seconds, share of one processor that others used meanwhile)"""
        busy, own, begin = busy_ticks(), own_ticks(self.process.pid), time.monotonic()
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        seconds = self.read()["seconds"]
        wall = max(time.monotonic() - begin, 0.01)
        others = (busy_ticks() - busy - own_ticks(self.process.pid) + own) / TICKS / wall
        return seconds, max(others, 0)

    def peak_memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(sides, job, pairs, limit):
    """The median seconds of each side, the median ratio, and how many pairs did not count."""
    good, noisy = [], 0
    for side in sides:  # the first run packs weights, fills caches
        side.run(job)
    while len(good) < pairs and noisy < 4 * pairs:
        pair = [side.run(job) for side in sides]
        if max(others for _, others in pair) > limit:
            noisy += 1
            continue
        good.append([seconds for seconds, _ in pair])
    if not good:
        return None, noisy
    rates = [statistics.median(pair[i] for pair in good) for i in range(len(sides))]
    return (rates, statistics.median(pair[1] / pair[0] for pair in good)), noisy


def jobs(options):
    yield {"kind": "decode", "n": options.generate, "depth": 0}
    yield {"kind": "prefill", "n": options.prompt, "depth": 0}
    for depth in options.depths:
        yield {"kind": "decode", "n": options.generate, "depth": depth}


def compare(label, model, options):
    """One line a job, as soon as it is known."""
    context = max([options.prompt, *options.depths]) + options.generate + 64
    common = [model, str(options.threads), str(context)]
    environment = {"GI_TYPELIB_PATH": f"{options.build}/libchord", "LD_LIBRARY_PATH": f"{options.build}/libchord"}
    sides = [Worker([sys.executable, str(HERE / "chord_worker.py"), *common, options.precision], environment),
             Worker([sys.executable, str(HERE / "llama_worker.py"), options.libraries, *common, options.flash])]
    for job in jobs(options):
        result, noisy = measure(sides, job, options.pairs, options.limit)
        name = f"{job['kind']} {job['n']}" + (f" at {job['depth']}" if job["depth"] else "")
        if result is None:
            print(f"| {label} | {name} | – | – | others used the machine in all {noisy} pairs |", flush=True)
            continue
        (ours, theirs), ratio = result
        print(f"| {label} | {name} | {job['n'] / ours:.1f} | {job['n'] / theirs:.1f} | {ratio:.2f} |"
              + (f" {noisy} noisy pairs left out" if noisy else ""), flush=True)
    for side in sides:
        side.close()
    return sides


def models(options, folder):
    for path in options.models:
        yield pathlib.Path(path).stem, path
    for kind in options.types:
        path = f"{folder}/{options.shape}-{kind}.gguf"
        subprocess.run([f"{options.build}/gui/cli/chord", "synth", "--shape", options.shape, "--type", kind, "-o", path],
                       check=True, stderr=subprocess.DEVNULL)
        yield kind, path
        os.unlink(path)


def arguments():
    def names(text):
        return [name for name in text.split(",") if name]

    parser = argparse.ArgumentParser(description="Chord beside llama.cpp")
    parser.add_argument("--build", required=True)
    parser.add_argument("--libraries", required=True, help="the folder of libllama.so")
    parser.add_argument("--shape", default="llama-1b")
    parser.add_argument("--types", type=names, default=[], help="quantization types, made up in the shape")
    parser.add_argument("--models", type=names, default=[], help="files, besides or in place of types")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt", type=int, default=512)
    parser.add_argument("--generate", type=int, default=32)
    parser.add_argument("--depths", type=lambda text: [int(n) for n in names(text)], default=[])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--precision", choices=["fast", "exact"], default="fast")
    parser.add_argument("--flash", choices=["0", "1"], default="0", help="llama.cpp's flash attention")
    parser.add_argument("--limit", type=float, default=0.1,
                        help="the share of a processor that others may use in a pair that counts")
    options = parser.parse_args()
    if not options.types and not options.models:
        options.types = ["Q4_0", "Q4_K", "Q5_K", "Q6_K", "Q8_0", "IQ4_XS", "F16", "BF16"]
    return options


def main():
    options = arguments()
    sides = []
    print(f"{time.strftime('%Y-%m-%d')}, {options.threads} threads, {options.shape if options.types else ''} "
          f"medians of {options.pairs} pairs, tokens/s\n\n| | | Chord | llama.cpp | ratio |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        for label, path in models(options, folder):
            sides = compare(label, path, options)
    print()
    for side in sides:
        print(f"{side.about['name']}: {side.about['kernels']}")


if __name__ == "__main__":
    main()
