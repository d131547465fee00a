#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the conformance tool over the chord command, as required.txt says, and reports in TAP.

usage: run.py CHORD LIST (plain|sanitized)
The tool and its data are not part of the project: they are looked for in $CHORD_SHARED, else in
../shared beside the project. Where they are absent, that is one skipped test.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def required(path, build):
    for line in pathlib.Path(path).read_text().split('\n'):
        if line and not line.startswith('#'):
            where, args = line.split('\t')
            if where == 'both' or build == 'plain':
                yield args.split()


def main():
    chord, path, build = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    shared = pathlib.Path(os.environ.get('CHORD_SHARED') or ROOT.parent / 'shared').resolve()
    tool = shared / 'tools/conformance.py'
    runs = list(required(path, build))
    if not tool.exists():
        print('1..0 # SKIP no conformance data: neither $CHORD_SHARED nor ../shared has it')
        return
    print(f'1..{len(runs)}', flush=True)
    failed = False
    for number, args in enumerate(runs, 1):
        done = subprocess.run(['/usr/bin/python3', str(tool), '--chord', chord, *args], cwd=ROOT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        for line in done.stdout.rstrip().split('\n'):
            print(f'# {line}')
        good = done.returncode == 0
        failed |= not good
        print(f'{"ok" if good else "not ok"} {number} {" ".join(args)}', flush=True)
    sys.exit(1 if failed else 0)


main()
