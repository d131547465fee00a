#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""chord models, and the names that -m knows.

usage: test-models.py CHORD SOURCE_ROOT
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

CHORD = os.path.abspath(sys.argv[1])
MODEL = pathlib.Path(sys.argv[2]).resolve() / 'data/models/chord-tiny-q8_0.gguf'
SUM = hashlib.sha256(MODEL.read_bytes()).hexdigest()


class Home:
    """A home folder of its own for each test."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix='chord-models-'))
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(('HF_', 'OLLAMA_'))}
        self.env.update(HOME=str(self.path), XDG_DATA_HOME=str(self.path / 'data'), LC_ALL='C.UTF-8',
                        CHORD_BUILTIN_MODEL=str(MODEL))
        self.env.pop('LLAMA_CACHE', None)

    def __enter__(self):
        return self

    def __exit__(self, *how):
        shutil.rmtree(self.path)

    def put(self, name):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(MODEL, path)
        return path

    def run(self, *args):
        return subprocess.run([CHORD, *map(str, args)], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=100, env=self.env)

    def good(self, *args):
        done = self.run(*args)
        assert done.returncode == 0, (args, done.returncode, done.stderr)
        return done.stdout

    def bad(self, status, *args, word):
        done = self.run(*args)
        assert done.returncode == status and done.stdout == '', (args, done)
        assert done.stderr.startswith('chord: ') and done.stderr.count('\n') == 1, done.stderr
        assert word in done.stderr, (word, done.stderr)

    def models(self):
        listed = json.loads(self.good('models', 'list', '--json'))
        return {model['name']: model for model in listed}


def test_builtin():
    with Home() as home:
        models = home.models()
        assert list(models) == ['chord-tiny-q8_0'], models
        model = models['chord-tiny-q8_0']
        assert model['path'] == str(MODEL) and model['arch'] == 'llama', model
        assert model['quant'] == 'Q8_0' and model['bytes'] == MODEL.stat().st_size, model
        assert model['sha256'] == SUM and model['state'] == 'available', model
        home.bad(1, 'models', 'remove', 'chord-tiny-q8_0', word='cannot be removed')


def test_builtin_of_a_build_tree():
    with Home() as home:
        del home.env['CHORD_BUILTIN_MODEL']
        assert home.models()['chord-tiny-q8_0']['path'] == str(MODEL)
        assert home.good('models', 'add', MODEL) == 'chord-tiny-q8_0\n'
        assert len(home.models()) == 1
    with Home() as home:
        home.env['CHORD_BUILTIN_MODEL'] = str(home.path / 'none.gguf')
        assert home.models() == {}, 'another model than the one that was asked for'


def test_add_and_states():
    with Home() as home:
        path = home.put('one.gguf')
        assert home.good('models', 'add', path) == 'one\n'
        assert home.models()['one']['state'] == 'available'
        path.rename(home.path / 'away')
        assert home.models()['one']['state'] == 'missing'
        path.write_bytes(MODEL.read_bytes() + b'more')
        assert home.models()['one']['state'] == 'changed'
        home.bad(1, 'models', 'verify', 'one', word='SHA-256')
        path.write_bytes(b'no model')
        assert home.models()['one']['state'] == 'unreadable'
        shutil.copy(MODEL, path)
        assert home.models()['one']['state'] == 'available'
        assert home.good('models', 'verify', 'one') == f'{SUM}  {path}\n'


def test_accepted_again():
    with Home() as home:
        path = home.put('one.gguf')
        home.good('models', 'add', path)
        path.write_bytes(MODEL.read_bytes() + b'more')
        assert home.models()['one']['state'] == 'changed'
        home.good('models', 'add', path)
        model = home.models()['one']
        assert model['state'] == 'available'
        assert model['sha256'] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_folder():
    with Home() as home:
        home.put('folder/a.gguf')
        home.put('folder/below/b.gguf')
        (home.path / 'folder/bad.gguf').write_bytes(b'GGUF nonsense')
        (home.path / 'folder/part-00001-of-00002.gguf').write_bytes(MODEL.read_bytes())
        out = home.good('models', 'add', home.path / 'folder')
        assert out == f'{home.path}/folder: 4 models\n', out
        states = {name: model['state'] for name, model in home.models().items()}
        assert states == {'a': 'available', 'b': 'available', 'bad': 'unreadable',
                          'part': 'incomplete', 'chord-tiny-q8_0': 'available'}, states
        (home.path / 'folder/a.gguf').rename(home.path / 'folder/below/renamed.gguf')
        before = home.models()
        assert 'renamed' in before and 'a' not in before, before
        home.good('models', 'remove', 'renamed')
        assert 'renamed' not in home.models()
        home.good('models', 'add', home.path / 'folder/below/renamed.gguf')
        assert 'renamed' in home.models()
        folders = json.loads(home.good('models', 'folders', '--json'))
        assert [f['path'] for f in folders] == [str(home.path / 'folder')] and folders[0]['added']
        home.good('models', 'remove', home.path / 'folder')
        assert list(home.models()) == ['chord-tiny-q8_0']
        assert (home.path / 'folder/below/b.gguf').exists()


def test_folders_of_others():
    with Home() as home:
        home.put('.lmstudio/models/somebody/some/some.gguf')
        folders = json.loads(home.good('models', 'folders', '--json'))
        assert folders == [{'path': str(home.path / '.lmstudio/models'), 'program': 'LM Studio',
                            'added': False, 'watched': False, 'models': 0}], folders


def test_import():
    with Home() as home:
        path = home.put('one.gguf')
        assert home.good('models', 'import', path) == 'one\n'
        copy = home.path / 'data/chord/models/one.gguf'
        assert copy.read_bytes() == path.read_bytes() and path.exists()
        assert home.models()['one']['path'] == str(copy)
        home.bad(1, 'models', 'import', path, word='exist')
        assert os.listdir(copy.parent) == ['one.gguf']
        home.bad(1, 'models', 'remove', '--delete', 'on', word='in full')
        home.good('models', 'remove', '--delete', 'one')
        assert not copy.exists() and path.exists() and 'one' not in home.models()
        home.good('models', 'add', path)
        home.bad(1, 'models', 'remove', '--delete', 'one', word="not Chord's own")
        assert path.exists()


def test_names():
    with Home() as home:
        home.good('models', 'add', home.put('First-Model.gguf'), home.put('second.gguf'))
        for name in 'First-Model', 'first-model', 'fir', home.path / 'First-Model.gguf':
            assert home.good('inspect', '--json', '-m', name)[0] == '{', name
            assert f'{home.path}/First-Model.gguf' in home.good('models', 'show', name), name
        home.bad(1, 'inspect', '-m', 'third', word='third')
        home.bad(1, 'inspect', '-m', './third', word='third')
        home.bad(1, 'models', 'show', '', word='no model')
        assert home.good('models', 'default') == 'chord-tiny-q8_0\n'
        assert home.good('models', 'default', 'second') == 'second\n'
        line = [l for l in home.good('models', 'list').split('\n') if l.startswith('*')]
        assert len(line) == 1 and line[0].startswith('* second '), line
        (home.path / 'second.gguf').write_bytes(b'')
        home.bad(1, 'inspect', word='second.gguf')
        assert home.good('models', 'default', '--unset') == 'chord-tiny-q8_0\n'
        home.good('inspect')


def test_no_catalog_is_made():
    with Home() as home:
        home.good('inspect')
        home.bad(1, 'inspect', '-m', 'nothing', word='nothing')
        assert not (home.path / 'data').exists()


def test_refused():
    with Home() as home:
        home.bad(1, 'models', 'add', home.path / 'none.gguf', word='none.gguf')
        bad = home.path / 'bad.gguf'
        bad.write_bytes(b'GGUF nonsense')
        home.bad(1, 'models', 'add', bad, word='bad.gguf')
        home.bad(1, 'models', 'import', bad, word='bad.gguf')
        home.bad(2, 'models', 'dance', word='dance')
        home.bad(2, 'models', 'show', word='name')
        home.bad(2, 'models', 'add', word='file')
        assert list(home.models()) == ['chord-tiny-q8_0']


def main():
    tests = [(n, f) for n, f in list(globals().items()) if n.startswith('test_')]
    print(f'1..{len(tests)}', flush=True)
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} {name[5:]}', flush=True)
        except Exception:  # whatever went wrong is this test's failure, and the rest still runs
            failed += 1
            print(f'not ok {number} {name[5:]}')
            print('\n'.join('# ' + line for line in traceback.format_exc().split('\n')), flush=True)
    sys.exit(1 if failed else 0)


main()
