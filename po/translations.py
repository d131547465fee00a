#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps the translations; called by ./dev translations.

usage: translations.py [--update]

Checks that POTFILES names every file with texts, and that each language has all of them, with the right plural forms
and the same format directives. With --update it first writes POTFILES and takes new texts into the .po files, empty.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PO = pathlib.Path(__file__).resolve().parent
ROOT = PO.parent
SPDX = '# SPDX-License-Identifier: LGPL-2.1-or-later\n'
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'ngettext:1,2', 'g_dngettext:2,3', 'g_dgettext:2', 'g_dpgettext2:2c,3']
FORMATS = ['_:1:pass-c-format', 'N_:1:pass-c-format', 'ngettext:1:pass-c-format', 'ngettext:2:pass-c-format',
           'g_strdup_printf:1:c-format']
MARKED = re.compile(r'\b(N?_|N?C_|ngettext|g_dngettext|g_dgettext)\s*\("')
PLURALS = {
    'ar': 'nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;',
    'de': 'nplurals=2; plural=n != 1;',
    'es': 'nplurals=2; plural=n != 1;',
    'fr': 'nplurals=2; plural=n > 1;',
    'zh_CN': 'nplurals=1; plural=0;',
}


def run(*args):
    """Returns whether it succeeded, and what it said."""
    done = subprocess.run([str(a) for a in args], cwd=ROOT, text=True, capture_output=True,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''})
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def must(*args):
    good, said = run(*args)
    if not good:
        sys.exit(said)


def languages():
    return [line for line in (PO / 'LINGUAS').read_text().split('\n') if line and not line.startswith('#')]


# ---- Which files have texts ----

def has_texts(path):
    if path.suffix == '.ui':
        return 'translatable="yes"' in path.read_text()
    return path.suffix == '.c' and MARKED.search(path.read_text()) is not None


def potfiles():
    """What is to be translated: the app, and what desktops show of it. The command line speaks English."""
    gui = [p for p in (ROOT / 'gui').rglob('*') if not p.is_relative_to(ROOT / 'gui/cli') and has_texts(p)]
    data = [p for end in ('desktop.in', 'metainfo.xml.in', 'gschema.xml') for p in (ROOT / 'data').glob(f'*.{end}')]
    return SPDX + ''.join(f'{p.relative_to(ROOT)}\n' for p in sorted(data + gui))


# ---- Keeping ----

def write_summaries(path):
    """The sentences about the suggested models: xgettext does not know JSON, but takes texts from a .po file."""
    source = 'data/suggestions.json'
    lines = (ROOT / source).read_text().split('\n')
    with open(path, 'w', encoding='utf-8') as file:
        file.write('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
        for number, line in enumerate(lines, 1):
            if found := re.match(r'\s*"summary": (".*")', line):
                text = json.dumps(json.loads(found[1]), ensure_ascii=False)
                file.write(f'\n#: {source}:{number}\nmsgid {text}\nmsgstr ""\n')


def extract(pot):
    summaries = pot.with_name('summaries.po')
    write_summaries(summaries)
    must('xgettext', '--from-code=UTF-8', '--add-comments', '--package-name=chord', '--no-wrap',
         '--msgid-bugs-address=https://github.com/chord-engine/chord/issues', '--copyright-holder=The Chord developers',
         *[f'--keyword={k}' for k in KEYWORDS], *[f'--flag={f}' for f in FORMATS],
         f'--files-from={PO / "POTFILES"}', f'--output={pot}', summaries)


def create(language, pot):
    """An empty translation; msginit would ask for the translator's address."""
    must('msginit', '--no-translator', '--no-wrap', f'--input={pot}', f'--locale={language}',
         f'--output-file={PO / language}.po')


def put_plurals(path, language):
    text = path.read_text()
    line = f'"Plural-Forms: {PLURALS[language]}\\n"'
    if '"Plural-Forms:' in text:
        text = re.sub(r'"Plural-Forms:(?:[^"\\]|\\.)*"(?:\n"[^"]*;\\n")?', lambda _: line, text, count=1)
    else:
        text = text.replace('"Content-Transfer-Encoding:', line + '\n"Content-Transfer-Encoding:', 1)
    if not text.startswith(SPDX):
        text = SPDX + text
    path.write_text(text)


def update(pot):
    (PO / 'POTFILES').write_text(potfiles())
    extract(pot)
    for language in languages():
        path = PO / f'{language}.po'
        if path.exists():
            must('msgmerge', '--quiet', '--update', '--backup=none', '--no-fuzzy-matching', '--no-wrap', path, pot)
        else:
            create(language, pot)
        put_plurals(path, language)


# ---- Checking ----

def check_texts(path, pot):
    """What the translation lacks of the texts as they are now."""
    merged = pot.with_suffix('.po')
    must('msgmerge', '--quiet', '--no-fuzzy-matching', '--no-wrap', path, pot, f'--output-file={merged}')
    _, counts = run('msgfmt', '--statistics', '--output-file=/dev/null', merged)
    if not re.search(r'fuzzy|untranslated', counts):
        return []
    _, said = run('msgattrib', '--untranslated', '--no-obsolete', '--no-wrap', merged)
    texts = re.findall(r'^msgid "(.+)"$', said, re.M)
    return [f'po/{path.name}: {counts}' + (f' The first is "{texts[0]}".' if texts else '')]


def check_language(language, pot):
    path = PO / f'{language}.po'
    if not path.exists():
        return [f'po/{language}.po is missing']
    problems = []
    text = path.read_text()
    if f'"Plural-Forms: {PLURALS[language]}\\n"' not in text:
        problems.append(f'po/{language}.po: the plural forms are not "{PLURALS[language]}"')
    good, said = run('msgfmt', '--check', '--output-file=/dev/null', path)
    if not good:
        problems.append(said)
    return problems + check_texts(path, pot)


def check(pot):
    problems = []
    if (PO / 'POTFILES').read_text() != potfiles():
        problems.append('po/POTFILES does not name the files that have texts: ./dev translations --update')
    extract(pot)
    for language in languages():
        problems += check_language(language, pot)
    return problems


def main():
    if sys.argv[1:] not in ([], ['--update']):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        pot = pathlib.Path(folder) / 'chord.pot'
        if sys.argv[1:]:
            update(pot)
        problems = check(pot)
    print('\n'.join(problems) if problems else f'{len(languages())} languages are complete')
    sys.exit(1 if problems else 0)


if __name__ == '__main__':
    main()
