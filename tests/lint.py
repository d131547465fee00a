#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Style and static checks that need no build; called by ./dev lint."""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPDX = 'SPDX-License-Identifier: LGPL-2.1-or-later'
# A list of properties may be longer than a function should be: it has no logic.
MAX_FUNCTION, MAX_FILE, MAX_COLUMN = 80, 1000, 100
FORBIDDEN = re.compile(r'\b(setlocale|setenv|putenv|unsetenv|signal|atexit|on_exit|g_setenv|g_unsetenv)\s*\(')
KERNEL_GLIB = re.compile(r'#include <(glib|gio)')


def tracked():
    """The project's own text files: what git knows, or would if it were added."""
    try:
        out = subprocess.run(['git', 'ls-files', '-co', '--exclude-standard'], cwd=ROOT, text=True,
                             capture_output=True, check=True).stdout
        names = out.split('\n')
    except (OSError, subprocess.CalledProcessError):  # no git, or not a clone: all but builds
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob('*')]
        names = [n for n in names if not n.startswith(('build', '.git/', 'subprojects/'))]
    return [ROOT / n for n in names if n and (ROOT / n).is_file()]


def strip_comments(text):
    """Blanks comments and strings, keeping the lines where they are."""
    def blank(match):
        return re.sub(r'[^\n]', ' ', match[0])
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def functions(lines):
    """Yields (name, first line, length) of each function: '{' and '}' alone in the first column."""
    start, name = None, ''
    for number, line in enumerate(lines, 1):
        if line.startswith('{'):
            start = number
            header = ' '.join(lines[max(0, number - 8):number - 1])
            names = re.findall(r'(\w+) \(', header)
            name = names[-1] if names else '?'
        elif line.startswith('}') and start is not None:
            yield name, start, number - start - 1
            start = None


def check_text(path, text, complain):
    for number, line in enumerate(text.split('\n'), 1):
        if line != line.rstrip():
            complain(path, number, 'white space at the end of the line')
        if '\t' in line:
            complain(path, number, 'a tab')
    if text and not text.endswith('\n'):
        complain(path, text.count('\n') + 1, 'no newline at the end of the file')
    if SPDX not in text[:400]:
        complain(path, 1, f'no line "{SPDX}"')


def check_c(path, text, complain):
    lines = text.split('\n')
    in_library = path.is_relative_to(ROOT / 'libchord')
    if len(lines) > MAX_FILE:
        complain(path, MAX_FILE, f'{len(lines)} lines, more than {MAX_FILE}')
    for number, line in enumerate(lines, 1):
        if '#include "../' in line:
            complain(path, number, 'an include that climbs out of its folder')
        if len(line) > MAX_COLUMN:
            complain(path, number, f'{len(line)} columns')
        if path.is_relative_to(ROOT / 'libchord/kernel') and KERNEL_GLIB.search(line):
            complain(path, number, 'kernels are plain C, without GLib')
    code = strip_comments(text).split('\n')
    for number, line in enumerate(code, 1):
        match = FORBIDDEN.search(line) if in_library else None
        if match:
            complain(path, number, f'{match[1]}() in a library')
    for name, start, length in functions(code):
        if length > MAX_FUNCTION and not name.endswith(('_class_init', '_properties')):
            complain(path, start, f'{name}() has {length} lines, more than {MAX_FUNCTION}')


def is_text_of_ours(path):
    return (path.suffix in ('.c', '.h', '.inc', '.def', '.py', '.js', '.vala', '.ui', '.css')
            or path.name in ('meson.build', 'meson_options.txt', 'dev', 'run'))


def cppcheck(files):
    """The errors and warnings of cppcheck's quick analysis, or None where it is not installed."""
    if not shutil.which('cppcheck'):
        return None
    out = subprocess.run(
        ['cppcheck', '-q', '-j2', '--enable=warning,portability', '--inline-suppr', '--std=c11',
         '--max-configs=1', '--library=gtk', '--error-exitcode=1', '-D__x86_64__', '-D__GNUC__=12',
         '-DG_DEFINE_QUARK(a,b)=', '--suppress=missingInclude',
         '--suppress=memleak',     # it knows no floating references; the sanitizers see leaks
         '--suppress=uninitvar',  # it takes loops that fill an array for ones that may not run
         '--suppress=preprocessorErrorDirective', '--template={file}:{line}: {id}: {message}',
         *map(str, files)], cwd=ROOT, text=True, capture_output=True)
    return out.stderr.strip() if out.returncode else ''


def main():
    problems = []

    def complain(path, number, what):
        problems.append(f'{path.relative_to(ROOT)}:{number}: {what}')

    sources = []
    for path in tracked():
        if not is_text_of_ours(path):
            continue
        text = path.read_text(errors='replace')
        check_text(path, text, complain)
        if path.suffix in ('.c', '.h', '.inc', '.def'):
            check_c(path, text, complain)
        if path.suffix == '.c' and not path.is_relative_to(ROOT / 'tests'):
            sources.append(path.relative_to(ROOT))
    found = cppcheck(sources)
    if found is None:
        print('skipped: cppcheck is not installed (./dev deps lint)')
    elif found:
        problems.append(found)
    print('\n'.join(problems) if problems else f'{len(sources)} C sources and their company are clean')
    sys.exit(1 if problems else 0)


if __name__ == '__main__':
    main()
