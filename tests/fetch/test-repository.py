#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Repositories through the library: names, lists, choices, headers, suggestions.

usage: test-repository.py CHORD_FETCH SOURCE_ROOT
"""
import fnmatch
import json
import os
import pathlib
import struct
import sys
import tempfile

# A folder for temporary files of its own, before GLib asks for it: what others left in theirs is not what this leaves.
FOLDER = tempfile.TemporaryDirectory()
os.environ['TMPDIR'] = tempfile.tempdir = FOLDER.name

import gi  # noqa: E402

import tap  # noqa: E402
from server import Server  # noqa: E402

gi.require_version('Chord', '1')
from gi.repository import Chord, Gio, GLib  # noqa: E402

ROOT = pathlib.Path(sys.argv[2])
MODEL = (ROOT / 'data/models/chord-tiny-q8_0.gguf').read_bytes()
SERVER = Server()
for name in [n for n in os.environ if 'proxy' in n.lower() or n.startswith('HF_')]:
    GLib.unsetenv(name)
# libchord reads the environment of the process, which os.environ sets too.
os.environ.update(CHORD_FETCH=os.path.abspath(sys.argv[1]), HF_ENDPOINT=SERVER.url + '/',
                  HF_HOME=tempfile.gettempdir() + '/none')


def raises(domain, code, call, *args):
    try:
        call(*args)
    except GLib.Error as error:
        assert error.matches(domain, code), error
        return error.message
    raise AssertionError('no error')


def listed(files):
    SERVER.add_repository('owner/some', files)
    return Chord.Repository.new('owner/some').list(None)


def names(model):
    return [item.get_name() for item in model]


def test_names():
    repository = Chord.Repository.new('Owner/Some.Name-GGUF:Q8_0')
    assert repository.get_id() == 'Owner/Some.Name-GGUF'
    assert repository.get_quantization() == 'Q8_0'
    assert repository.props.endpoint == SERVER.url, 'without the slash'
    assert Chord.Repository.new('a/b').get_quantization() is None
    for name in ('', 'a', 'a/b/c', '/a/b', './a', '../b', 'a/..', 'a/.b', '~/x', 'a/b:', 'a b/c',
                 'a/b?c', 'http://a/b', 'a/b\n', 'a/' + 'b' * 99):
        assert not Chord.Repository.name_is_valid(name), name
        message = raises(Chord.error_quark(), Chord.Error.INVALID_ARGUMENT, Chord.Repository.new, name)
        assert 'OWNER/NAME' in message


def test_list():
    files = listed({
        'README.md': b'', 'm-Q8_0.gguf': b'x' * 80, 'm-Q4_K_M.gguf': b'x' * 40, 'm-f16.gguf': b'x' * 160,
        'mmproj-m-f16.gguf': b'x', 'imatrix.gguf': b'x',
        'big/b-Q6_K-00002-of-00003.gguf': b'x' * 20, 'big/b-Q6_K-00001-of-00003.gguf': b'x' * 10,
        'big/b-Q6_K-00003-of-00003.gguf': b'x' * 30,
        'c-Q2_K-00001-of-00002.gguf': b'x', 'd.gguf': b'x' * 500})
    assert names(files) == ['m-Q4_K_M.gguf', 'big/b-Q6_K-00001-of-00003.gguf', 'm-Q8_0.gguf',
                            'm-f16.gguf', 'd.gguf'], names(files)
    single, split = files[0], files[1]
    assert single.props.sha256 == SERVER.files['/owner/some/resolve/main/m-Q4_K_M.gguf'].sha256
    assert (single.props.bytes, single.props.n_files) == (40, 1)
    assert (split.props.bytes, split.props.n_files, split.props.sha256) == (60, 3, None)
    assert split.props.repository == 'owner/some' and split.props.quantization == 'Q6_K'
    assert files[3].props.quantization == 'F16' and files[4].props.quantization is None
    target = split.dup_target_path()
    assert target == GLib.get_user_data_dir() + '/chord/models/owner/some/' + split.props.name


def test_evil_paths():
    """What a server calls its files does not climb out of the folder of models."""
    entries = [{'type': 'file', 'path': path, 'size': 4} for path in (
        '../../x.gguf', '/etc/x.gguf', 'a/../x.gguf', 'a//x.gguf', './x.gguf', 'a\nb.gguf',
        'a\\..\\b.gguf', 'x' * 300 + '.gguf', 'good.gguf')]
    SERVER.add('/api/models/evil/one/tree/main?recursive=true', json.dumps(entries).encode())
    assert names(Chord.Repository.new('evil/one').list(None)) == ['good.gguf']


def test_nothing():
    SERVER.add_repository('owner/empty', {'README.md': b''})
    assert 'owner/empty' in raises(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND,
                                   Chord.Repository.new('owner/empty').list, None)
    raises(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND,
           Chord.Repository.new('owner/missing').list, None)


def test_list_async():
    SERVER.add_repository('owner/later', {'m.gguf': b'x'})
    loop, got = GLib.MainLoop(), []
    repository = Chord.Repository.new('owner/later')
    repository.list_async(None, lambda source, result: (got.append(source.list_finish(result)),
                                                        loop.quit()))
    loop.run()
    assert names(got[0]) == ['m.gguf']


def test_choice():
    def chosen(wish, *labels):
        files = listed({f'm-{label}.gguf': b'x' * (i + 1) for i, label in enumerate(labels)})
        file = Chord.Repository.choose(files, wish)
        return file and file.get_name()[2:-5]

    assert chosen(None, 'Q2_K', 'Q8_0', 'Q4_K_M', 'Q5_K_M') == 'Q4_K_M'
    assert chosen(None, 'Q2_K', 'Q8_0', 'Q5_K_M', 'F16') == 'Q5_K_M'
    assert chosen(None, 'F16', 'Q3_K_M') == 'Q3_K_M'
    assert chosen(None, 'q8_0') == 'q8_0'
    assert chosen('q8_0', 'Q4_K_M', 'Q8_0') == 'Q8_0'
    assert chosen('Q4', 'Q4_0', 'Q4_K_S', 'Q8_0') == 'Q4_K_S'
    assert chosen('Q4_K', 'Q4_K', 'Q4_K_M') == 'Q4_K'
    assert chosen('m-Q8_0.gguf', 'Q4_K_M', 'Q8_0') == 'Q8_0'
    assert chosen('Q6_K', 'Q4_K_M') is None
    assert chosen('IQ4_XS', 'UD-Q4_K_XL', 'IQ4_XS') == 'IQ4_XS'


def test_inspect():
    padded = {'tiny-Q8_0.gguf': MODEL}
    file = listed(padded)[0]
    header = file.inspect(None)
    whole = Chord.ModelFile.new_for_path(str(ROOT / 'data/models/chord-tiny-q8_0.gguf'), 0)
    for name in ('architecture', 'n-parameters', 'file-size', 'n-layers', 'n-vocab', 'quantization'):
        assert header.get_property(name) == whole.get_property(name), name
    assert header.estimate_memory(None).get_total() == whole.estimate_memory(None).get_total()


def large_model():
    """A header of 5 MB, and data that are larger still."""
    def text(value):
        return struct.pack('<Q', len(value)) + value
    words = b''.join(text(b'word %d' % i) for i in range(300_000))
    head = (b'GGUF' + struct.pack('<IQQ', 3, 1, 2)
            + text(b'general.architecture') + struct.pack('<I', 8) + text(b'llama')
            + text(b'tokenizer.ggml.tokens') + struct.pack('<IIQ', 9, 8, 300_000) + words
            + text(b'weight') + struct.pack('<IQIQ', 1, 6_000_000, 0, 0))
    return head + bytes(-len(head) % 32) + bytes(24_000_000)


def test_inspect_in_steps():
    file = listed({'large-F32.gguf': large_model()})[0]
    header = file.inspect(None)
    assert header.props.n_parameters == 6_000_000 and header.props.n_vocab == 300_000
    ranges = [h['Range'] for h in SERVER.asked('/owner/some/resolve/main/large-F32.gguf')]
    assert ranges[0] == 'bytes=0-2097151' and len(ranges) == 3, ranges
    assert int(ranges[-1].split('-')[1]) < 9_000_000, 'the weights are not fetched'


def test_inspect_of_others():
    for data in (b'<html>' + bytes(9_000_000), MODEL[:100_000], b'GGUF' + b'\xff' * 5_000_000):
        file = listed({'odd.gguf': data})[0]
        try:
            file.inspect(None)
            raise AssertionError('taken for a model')
        except GLib.Error as error:
            assert error.matches(Chord.error_quark(), Chord.Error.INVALID_FILE) \
                or error.matches(Chord.error_quark(), Chord.Error.UNSUPPORTED), error
    left = [p for p in os.listdir(tempfile.gettempdir()) if p.startswith('chord-header-')]
    assert not left, left


def test_address():
    file = Chord.RepositoryFile.new_for_url('https://example.org/a/My%20model-Q4_0.gguf?download=true')
    assert file.props.name == 'My model-Q4_0.gguf' and file.props.quantization == 'Q4_0'
    assert (file.props.bytes, file.props.repository) == (0, None)
    assert file.dup_target_path().endswith('/chord/models/example.org/My model-Q4_0.gguf')
    for url in ('example.org/m.gguf', 'ftp://example.org/m.gguf', 'https://example.org/m.bin',
                'https:///m.gguf', 'https://example.org/..%2Fm.gguf', ''):
        raises(Chord.error_quark(), Chord.Error.INVALID_ARGUMENT, Chord.RepositoryFile.new_for_url, url)


def test_no_program():
    program = os.environ['CHORD_FETCH']
    os.environ['CHORD_FETCH'] = '/nowhere/chord-fetch'
    try:
        message = raises(GLib.spawn_error_quark(), GLib.SpawnError.NOENT,
                         Chord.Repository.new('a/b').list, None)
        assert '/nowhere/chord-fetch' in message
        os.environ['CHORD_FETCH'] = '/bin/true'
        assert 'status 0' in raises(Chord.error_quark(), Chord.Error.FAILED,
                                    Chord.Repository.new('a/b').list, None)
        with tempfile.NamedTemporaryFile('w', suffix='.sh', delete=False) as script:
            script.write('#!/bin/sh\nexit 127\n')
        os.chmod(script.name, 0o700)
        os.environ['CHORD_FETCH'] = script.name
        assert 'libsoup 3' in raises(Chord.error_quark(), Chord.Error.FAILED,
                                     Chord.Repository.new('a/b').list, None)
        os.unlink(script.name)
    finally:
        os.environ['CHORD_FETCH'] = program


def test_suggestions():
    """The list has the shape that is promised, and only models that can run."""
    rows = json.loads((ROOT / 'data/suggestions.json').read_text())
    items = list(Chord.Suggestion.list())
    assert len(rows) == len(items) >= 10
    assert len({r['id'] for r in rows}) == len(rows) and len({r['name'] for r in rows}) == len(rows)
    for row, item in zip(rows, items):
        assert set(row) == {'id', 'name', 'repository', 'pattern', 'parameters', 'architecture',
                            'template', 'license', 'summary'}, row
        for name in ('id', 'name', 'repository', 'pattern', 'architecture', 'template', 'license',
                     'summary'):
            assert row[name] and item.get_property(name) == row[name], (row['id'], name)
        assert item.props.n_parameters == row['parameters'] > 10_000_000
        assert Chord.Repository.name_is_valid(row['repository']) and ':' not in row['repository']
        assert '/' not in row['id'] and not row['id'].endswith('.gguf'), row['id']
        assert row['architecture'] in ('llama', 'qwen2', 'qwen3')
        assert row['template'] in ('chatml', 'qwen2.5', 'qwen3')
        assert row['license'] in ('Apache-2.0', 'MIT')
        assert row['summary'].endswith('.') and len(row['summary']) <= 90, row['summary']
        assert fnmatch.fnmatchcase('a-q4_k_m.gguf', row['pattern']) \
            or fnmatch.fnmatchcase('a-Q4_K_M.gguf', row['pattern'])
    assert Chord.Suggestion.find('QWEN3-4B').props.name == 'Qwen3 4B'
    assert Chord.Suggestion.find('nothing') is None


def test_choice_of_a_suggestion():
    files = listed({'x-Q4_K_M.gguf': b'x', 'x-Q8_0.gguf': b'xx'})
    assert Chord.Suggestion.find('qwen3-4b').choose(files).get_name() == 'x-Q4_K_M.gguf'
    files = listed({'x-Q8_0.gguf': b'xx'})
    assert Chord.Suggestion.find('qwen3-4b').choose(files) is None
    assert Chord.Suggestion.find('qwen3-0.6b').choose(files).get_name() == 'x-Q8_0.gguf'


status = tap.run(globals())
SERVER.close()
sys.exit(status)
