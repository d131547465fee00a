# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the functions test_* of a module, and reports in TAP."""
import sys
import traceback


class Skip(Exception):
    """Raised by a test that cannot run here, with the reason."""


def run(names):
    tests = [(n, f) for n, f in list(names.items()) if n.startswith('test_')]
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} {name[5:]}', flush=True)
        except Skip as reason:
            print(f'ok {number} {name[5:]} # SKIP {reason}', flush=True)
        except Exception:  # whatever went wrong is this test's failure, and the rest still runs
            failed += 1
            print(f'not ok {number} {name[5:]}')
            print('\n'.join('# ' + line for line in traceback.format_exc().split('\n')), flush=True)
    return 1 if failed else 0
