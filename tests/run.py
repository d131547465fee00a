#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the project's tests, part by part; called by ./dev test.

Every part is a Meson run (some in a build folder of their own) whose TAP subtests are counted
one by one, or a check that counts as one test. What failed and what was skipped is named; the
last line is "N passed, N failed, N skipped", and the status is 1 when anything failed.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ISA_FLAGS = {  # the levels above "ref", by what /proc/cpuinfo must name
    'avx2': {'avx2', 'fma', 'f16c'},
    'avx512': {'avx512f', 'avx512bw', 'avx512dq', 'avx512vl', 'avx512cd'},
    'avx512vnni': {'avx512_vnni'},
}
LEAN = ['-Dgui=disabled', '-Dintrospection=disabled', '-Dwerror=true']


class Tally:
    """Counts results, and keeps the names of those that are not a plain pass."""

    def __init__(self):
        self.passed, self.failed, self.skipped = 0, [], []

    def add(self, name, good, note=''):
        if good:
            self.passed += 1
        else:
            self.failed.append(f'{name}{": " if note else ""}{note}')

    def skip(self, name, why):
        self.skipped.append((name, why))

    def skipped_lines(self):
        """What was skipped, those of one program for one reason on a line together."""
        groups = {}
        for name, why in self.skipped:
            program = name.partition(' /')[0]
            groups.setdefault((program, why), []).append((name, why))
        for members in groups.values():
            name, why = members[0]
            more = f' and {len(members) - 1} more' if len(members) > 1 else ''
            yield f'{name}{more}: {why}'

    def totals(self):
        return self.passed, len(self.failed), len(self.skipped)


def call(args, env=None):
    """Runs a command; returns whether it succeeded, and what it said."""
    done = subprocess.run(args, cwd=ROOT, env={**os.environ, **(env or {})}, text=True,
                          errors='replace', stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode == 0, done.stdout


def show_tail(text, lines=40):
    print('\n'.join('    ' + line for line in text.rstrip().split('\n')[-lines:]))


# ---- Builds ----

def build(tally, folder, options=(), env=None):
    """Configures (once) and builds a folder; a failure is a failed test."""
    path = ROOT / folder
    good, said = True, ''
    if not (path / 'build.ninja').exists():
        good, said = call(['meson', 'setup', folder, *options], env)
    if good:
        good, said = call(['ninja', '-C', folder])
    if not good:
        show_tail(said)
    tally.add(f'build of {folder}', good)
    return good


# ---- Meson runs ----

TAP_LINE = re.compile(r'^(not )?ok\b\s*\d*\s*-?\s*([^#]*)(?:#\s*(\w+)\s*(.*))?$')


def count_subtests(tally, name, tap):
    """Counts the TAP lines of one test program; returns how many there were."""
    n = 0
    for line in tap.split('\n'):
        match = TAP_LINE.match(line.rstrip())
        if not match:
            continue
        bad, what, directive, why = match.groups()
        n += 1
        full = f'{name} {what.strip()}'
        if (directive or '').upper() == 'SKIP':
            tally.skip(full, why or 'no reason given')
        else:
            tally.add(full, not bad or (directive or '').upper() == 'TODO')
    return n


def count_program(tally, entry, label):
    """Counts one entry of Meson's log: its subtests, and its end if that was not a good one."""
    name = f"{label}{entry['name']}"
    result, said = entry['result'], entry.get('stdout', '')
    failed_before = len(tally.failed)
    n = count_subtests(tally, name, said)
    if result in ('OK', 'EXPECTEDFAIL') and n == 0:
        tally.add(name, True)
    elif result == 'SKIP' and n == 0:
        tally.skip(name, (re.search(r'1\.\.0\s*#\s*(?:SKIP)?\s*(.*)', said) or ['', said.strip()[-100:]])[1])
    elif result not in ('OK', 'SKIP', 'EXPECTEDFAIL') and len(tally.failed) == failed_before:
        tally.add(name, False, result.lower())
    if len(tally.failed) > failed_before:
        print(f'  {name}:')
        show_tail(said + entry.get('stderr', ''))


def meson_test(tally, folder, suites=(), without=(), env=None, label='', setup=None):
    args = ['meson', 'test', '-C', folder, '--no-stdsplit', *(['--setup', setup] if setup else [])]
    for suite in suites:
        args += ['--suite', suite]
    for suite in without:
        args += ['--no-suite', suite]
    log = ROOT / folder / 'meson-logs' / ('testlog' + (f'-{setup}' if setup else '') + '.json')
    log.unlink(missing_ok=True)
    good, said = call(args, env)
    if not log.exists():
        if good:  # none of these suites has a test
            return
        show_tail(said)
        tally.add(f'{label}meson test in {folder}', False)
        return
    for line in log.read_text(errors='replace').split('\n'):
        if line.strip():
            count_program(tally, json.loads(line), label)


# ---- Parts ----

def unit(tally):
    meson_test(tally, 'build', without=['conformance'])


def isa(tally):
    """The suites that run models, below the best level of this machine: that is the unit run."""
    text = pathlib.Path('/proc/cpuinfo').read_text()
    flags = set(re.search(r'^flags\s*:(.*)$', text, re.M)[1].split()) if 'flags' in text else set()
    levels, need = ['ref'], set()
    for level, wanted in ISA_FLAGS.items():
        need |= wanted
        if need <= flags:
            levels.append(level)
        else:
            tally.skip(f'CHORD_CPU={level}', 'this machine does not have it')
    for level in levels[:-1]:
        meson_test(tally, 'build', ['kernel', 'device', 'graph', 'arch', 'engine', 'api', 'cli'],
                   env={'CHORD_CPU': level}, label=f'[{level}] ')


def german(folder):
    """The environment of a German locale with decimal commas, made in a folder if it is missing;
    None where that cannot be done."""
    name = 'de_DE.UTF-8'
    if 'de_DE.utf8' in call(['locale', '-a'])[1]:
        return {'LC_ALL': name}
    if not shutil.which('localedef'):
        return None
    call(['localedef', '-i', 'de_DE', '-f', 'UTF-8', f'{folder}/{name}'])
    return {'LC_ALL': name, 'LOCPATH': folder} if os.path.isdir(f'{folder}/{name}') else None


def locale(tally):
    """A host program that has taken up a locale with decimal commas: a preloaded module does that
    in every test program."""
    with tempfile.TemporaryDirectory() as folder:
        env = german(folder)
        if env is None:
            tally.skip('locale', 'no de_DE.UTF-8 here, and its sources (package locales) are missing')
            return
        env['LD_PRELOAD'] = str(ROOT / 'build/tests/libchord-test-locale.so')
        meson_test(tally, 'build', ['base', 'format', 'text', 'chat', 'sample', 'transcript', 'api',
                                    'cli'], env=env, label='[de_DE] ')


def sanitize(tally):
    if build(tally, 'build-asan', [*LEAN, '-Db_sanitize=address,undefined', '-Db_lundef=false']):
        meson_test(tally, 'build-asan', without=['conformance', 'bindings', 'gui'],
                   label='[sanitized] ', setup='sanitized')


def thread(tally):
    """The layers below the public API: what is above them uses GLib's locks, which Debian's GLib
    hides from the sanitizer."""
    folder = 'build-tsan'
    if not (ROOT / folder / 'build.ninja').exists():
        good, said = call(['meson', 'setup', folder, *LEAN, '-Db_sanitize=thread',
                           '-Db_lundef=false'])
        if not good:
            show_tail(said)
            tally.add(f'configuration of {folder}', False)
            return
    meson_test(tally, folder, ['base', 'format', 'text', 'kernel', 'chat', 'device', 'graph',
                               'sample', 'arch', 'engine'], label='[thread] ', setup='sanitized')


def clang(tally):
    """The other compiler, without the app: warnings are errors."""
    if not shutil.which('clang'):
        tally.skip('clang', 'not installed (./dev deps lint)')
        return
    build(tally, 'build-clang', LEAN, {'CC': 'clang'})


def translations(tally):
    good, said = call(['/usr/bin/python3', 'po/translations.py'])
    if not good:
        show_tail(said)
    tally.add('translations', good)


def lint(tally):
    good, said = call(['/usr/bin/python3', 'tests/lint.py'])
    if not good:
        show_tail(said)
    for line in said.split('\n'):
        if line.startswith('skipped: '):
            tally.skip('lint', line[len('skipped: '):])
    tally.add('lint', good)
    translations(tally)


def conformance(tally):
    meson_test(tally, 'build', ['conformance'])
    if (ROOT / 'build-asan/build.ninja').exists():
        meson_test(tally, 'build-asan', ['conformance'], label='[sanitized] ', setup='sanitized')


PARTS = [unit, isa, locale, sanitize, thread, clang, lint, conformance]


def main():
    names = {part.__name__: part for part in PARTS}
    wanted = sys.argv[1:] or list(names)
    for name in wanted:
        if name not in names:
            sys.exit(f'dev: no part {name!r} among {", ".join(names)}')
    tally, start = Tally(), time.monotonic()
    sys.stdout.reconfigure(line_buffering=True)
    parts = [names[name] for name in wanted]
    if not build(tally, 'build'):
        parts = [lint] if lint in parts else []
    print(f'build: {time.monotonic() - start:.0f} s')
    for part in parts:
        before, begun = tally.totals(), time.monotonic()
        part(tally)
        passed, failed, skipped = (a - b for a, b in zip(tally.totals(), before))
        print(f'{part.__name__}: {passed} passed, {failed} failed, {skipped} skipped, '
              f'{time.monotonic() - begun:.0f} s')
    print(f'all parts: {time.monotonic() - start:.0f} s')
    for line in tally.skipped_lines():
        print(f'skipped: {line}')
    for line in tally.failed:
        print(f'FAILED: {line}')
    print('{} passed, {} failed, {} skipped'.format(*tally.totals()))
    sys.exit(1 if tally.failed else 0)


if __name__ == '__main__':
    main()
