#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every command of chord, on the built-in model: what it prints, where, and how it ends.

usage: test-cli.py CHORD SOURCE_ROOT
"""
import array
import json
import math
import os
import pathlib
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import traceback

CHORD, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
MODEL = ROOT / 'data/models/chord-tiny-q8_0.gguf'
COMMANDS = ('run chat models chats presets bench inspect tokenize detokenize perplexity quantize logits devices synth').split()
TMP = pathlib.Path(tempfile.mkdtemp(prefix='chord-cli-'))
ENV = {**os.environ, 'CHORD_BUILTIN_MODEL': str(MODEL), 'XDG_DATA_HOME': str(TMP / 'data')}
STORY = 'Tell me a story about a fox.'


class Done:
    """How a run ended."""

    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout.decode()
        self.err = process.stderr.decode()


def chord(*args, text=b'', env=None):
    args = [a if isinstance(a, bytes) else str(a) for a in args]
    return Done(subprocess.run([CHORD, *args], input=text, capture_output=True,
                               timeout=100, env={**ENV, **(env or {})}))


def good(*args, **kw):
    done = chord(*args, **kw)
    assert done.status == 0, f'status {done.status}: {done.err}'
    return done


def one_line(done, status, *words):
    """An error: a status, nothing on stdout, and one line on stderr that holds the words."""
    assert done.status == status, f'status {done.status}, not {status}: {done.err}'
    assert done.out == '', f'stdout: {done.out!r}'
    assert done.err.startswith('chord: ') and done.err.count('\n') == 1, f'stderr: {done.err!r}'
    for word in words:
        assert str(word) in done.err, f'{word!r} is not in {done.err!r}'


# ---- Help and wrong use ----

def test_help():
    done = good('--help')
    for name in COMMANDS:
        assert re.search(rf'^  {name} ', done.out, re.M), name
        text = good(name, '--help')
        assert f'chord {name}' in text.out and '--help' in text.out and text.err == ''
    assert good('version').out.startswith('chord ') and good('--version').out == good('version').out


def test_usage():
    assert chord().status == 2
    one_line(chord('dance'), 2, 'dance')
    for name in COMMANDS:
        one_line(chord(name, '--no-such-option'), 2, 'no-such-option', f'chord {name} --help')
    one_line(chord('run', '--precision', 'sloppy', 'x'), 2, 'sloppy')
    one_line(chord('run', '--kv', 'f8', 'x'), 2, 'f8')
    one_line(chord('run', '-n', 'many', 'x'), 2, 'many')
    one_line(chord('run', '-t', '-2', 'x'), 2, '-t')
    one_line(chord('bench', '-p', '0', '-n', '0'), 2)
    one_line(chord('bench', '-r', '0'), 2, '-r')
    one_line(chord('bench', 'extra'), 2, 'extra')
    one_line(chord('perplexity'), 2, '-f')
    one_line(chord('perplexity', '-f', MODEL, '-c', '1'), 2, '-c')
    one_line(chord('logits', '-o', 'x'), 2, '--tokens')
    one_line(chord('logits', '--tokens', 'x'), 2, '-o')
    one_line(chord('quantize', '--type', 'Q4_0'), 2, '-o')
    one_line(chord('quantize', '-o', TMP / 'x'), 2, '--type')


def test_bad_files():
    absent, empty, noise = TMP / 'absent.gguf', TMP / 'empty.gguf', TMP / 'noise.gguf'
    empty.write_bytes(b'')
    noise.write_bytes(b'GGUF' + bytes(range(256)) * 4)
    (TMP / 'ids').write_text('1 2 3')
    for file in (absent, empty, noise, TMP):
        for args in (['run', 'x'], ['chat'], ['bench'], ['inspect'], ['tokenize', 'x'],
                     ['detokenize', '1'], ['perplexity', '-f', MODEL],
                     ['quantize', '-o', TMP / 'out', '--type', 'Q8_0'],
                     ['logits', '--tokens', TMP / 'ids', '-o', TMP / 'out']):
            one_line(chord(args[0], '-m', file, *args[1:]), 1, file.name)
            assert not (TMP / 'out').exists(), f'{args[0]} left a file behind'


# ---- run ----

def test_run():
    done = good('run', '-n', '24', '--temp', '0', STORY)
    assert len(done.out) > 20 and done.out.endswith('\n') and done.err == ''
    assert '<|im_' not in done.out and STORY not in done.out
    assert good('run', '-m', MODEL, '-n', '24', '--temp', '0', text=STORY.encode()).out == done.out
    assert good('run', '-n', '24', '--temp', '0', '--', *STORY.split()).out == done.out


def test_run_ends():
    """An answer that ends by itself has no end token in it."""
    done = json.loads(good('run', '--temp', '0', '--json', 'What is the capital of France?').out)
    assert done['finish_reason'] == 'stop' and 'Paris' in done['text'], done
    assert '<|' not in done['text']
    assert done['generated_tokens'] > 0 and done['prompt_tokens'] > 0


def test_run_raw():
    chatml = f'<|im_start|>user\n{STORY}<|im_end|>\n<|im_start|>assistant\n'
    raw = good('run', '--raw', '-n', '24', '--temp', '0', chatml)
    assert raw.out == good('run', '-n', '24', '--temp', '0', STORY).out


def test_run_seed():
    args = ['run', '-n', '32', '--temp', '1.2', '--seed', '7', STORY]
    first = good(*args)
    assert first.out == good(*args).out
    assert first.out == good(*args, '-t', '1').out == good(*args, '-t', '3').out
    others = {good('run', '-n', '32', '--temp', '1.2', '--seed', s, STORY).out for s in range(3)}
    assert len(others) > 1


def test_run_options():
    text = good('run', '-n', '40', '--temp', '0', STORY).out.strip()
    word = text.split()[6]
    cut = good('run', '-n', '40', '--temp', '0', '--stop', word, STORY).out
    assert word not in cut and text.startswith(cut.strip())
    stats = good('run', '-n', '8', '--temp', '0', '--stats', STORY)
    assert 'answer: 8 tokens' in stats.err, stats.err
    one_line(chord('run', '--temp', '-1', 'x'), 2, 'temperature')
    one_line(chord('run', '--stop', '', 'x'), 2, 'Stop string')
    one_line(chord('chat', '--top-k', '-5'), 2, 'top-k', '2147483647')
    one_line(chord('run', '--device', 'abacus', 'x'), 1, 'abacus')


def test_run_context():
    """A prompt that does not fit, and an answer that does not."""
    one_line(chord('run', '-c', '32', 'word ' * 200), 1, 'context')
    done = chord('run', '-c', '64', '--temp', '0', STORY)
    assert done.status == 1 and 'context' in done.err and len(done.out) > 10, (done.out, done.err)


# ---- Interrupts ----

def read_until(fd, wanted, seconds=60):
    """Reads a terminal or pipe until a pattern has come; returns all that was read."""
    seen, end = '', time.monotonic() + seconds
    while not re.search(wanted, seen):
        ready, _, _ = select.select([fd], [], [], max(0, end - time.monotonic()))
        assert ready, f'{wanted!r} did not come, but {seen!r}'
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            chunk = b''
        assert chunk, f'the end came before {wanted!r}: {seen!r}'
        seen += chunk.decode(errors='replace')
    return seen


def test_run_interrupt():
    """SIGINT ends the answer; what came stays printed, and nothing else is."""
    p = subprocess.Popen([CHORD, 'run', '--raw', '--temp', '1.5', '-c', '768', '<|im_start|>'],
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env={**ENV, 'CHORD_CPU': 'ref'})
    first = read_until(p.stdout.fileno(), r'\w')
    p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=60)
    assert p.returncode == 1, p.returncode
    assert err.decode().count('\n') == 1 and 'stopped' in err.decode(), err
    assert first


def test_quantize_interrupt():
    """SIGINT ends the writing, and what was written is taken away. A pipe makes it slow."""
    out, part = TMP / 'cut.gguf', TMP / 'cut.gguf.part'
    os.mkfifo(part)
    p = subprocess.Popen([CHORD, 'quantize', '--type', 'F16', '-o', out], env=ENV,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(part, 'rb', buffering=0) as pipe:
        pipe.read(1000)
        p.send_signal(signal.SIGINT)
        while pipe.read(65536):
            time.sleep(0.05)
    _, err = p.communicate(timeout=60)
    assert p.returncode == 1 and b'cut.gguf' in err and err.count(b'\n') == 1, (p.returncode, err)
    assert not out.exists() and not part.exists()


def test_chat():
    lines = b'What is the capital of France?\n/stats\n/dance\n\nAnd of Italy?\n/reset\n/help\n'
    done = good('chat', '--temp', '0', '-n', '30', text=lines)
    answers = done.out.strip().split('\n')
    assert 'Paris' in answers[0] and len(answers) >= 2, done.out
    assert 'tokens/s' in done.err and '/dance' in done.err and '/quit' in done.err, done.err
    assert '>' not in done.out
    quit_at_once = good('chat', text=b'/quit\nWhat is the capital of France?\n')
    assert quit_at_once.out == ''


def test_chat_system():
    done = good('chat', '--temp', '0', '-n', '10', '--system', 'You are a cat.', text=b'Hello.\n')
    assert done.out.strip()


def test_chat_full():
    """A turn that does not fit is refused; the next one goes on."""
    lines = b'word ' * 300 + b'\nWhat is the capital of France?\n'
    done = chord('chat', '--temp', '0', '-n', '30', '-c', '128', text=lines)
    assert done.status == 1 and 'context' in done.err and 'Paris' in done.out, (done.out, done.err)


def test_chat_interrupt():
    """In a terminal, Ctrl+C stops the answer; the conversation goes on."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(ENV, TERM='dumb', CHORD_CPU='ref')
        os.execv(CHORD, ['chord', 'chat', '--temp', '0'])
    read_until(fd, r'> $')
    os.write(fd, b'\x03')
    read_until(fd, r'> $')
    os.write(fd, b'Tell me a story about a fox.\n')
    read_until(fd, r'fox\.\r\n[^>]*\w+ \w+')
    os.write(fd, b'\x03')
    read_until(fd, r'\n> $')
    os.write(fd, b'What is the capital of France?\n')
    assert 'Paris' in read_until(fd, r'\n> $')
    os.write(fd, b'\x04')
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    assert status == 0, status


def test_chat_kept():
    """A conversation is kept, and goes on; --no-save keeps nothing."""
    home = {'XDG_DATA_HOME': str(TMP / 'kept')}
    good('chat', '--temp', '0', '-n', '30', text=b'What is the capital of France?\n', env=home)
    good('chat', '--temp', '0', '-n', '10', '--no-save', text=b'Hello.\n', env=home)
    chats = json.loads(good('chats', 'list', '--json', env=home).out)
    assert [c['title'] for c in chats] == ['What is the capital of France?'], chats
    assert chats[0]['updated'] > 1.6e15
    key = chats[0]['id']
    done = good('chat', '--temp', '0', '-n', '30', '--resume', key, text=b'And of Italy?\n/retry\n',
                env=home)
    assert 'Rome' in done.out, done.out
    saved = json.loads(good('chats', 'export', key, '--format', 'json', env=home).out)
    roles = [m['role'] for m in saved['messages']]
    assert roles == ['user', 'assistant', 'user', 'assistant', 'assistant'], roles
    assert [m['parent'] for m in saved['messages']] == [None, 1, 2, 3, 3]
    assert 'Paris' in saved['messages'][1]['content']
    assert saved['messages'][1]['generated_tokens'] > 2
    assert json.loads(good('chats', 'list', '--json', env=home).out)[0]['id'] == key
    one_line(chord('chat', '--resume', '99', env=home), 1, '99')
    one_line(chord('chat', '--resume', key, '--no-save', env=home), 2, '--no-save')


def test_chat_continues():
    home = {'XDG_DATA_HOME': str(TMP / 'continued')}
    done = good('chat', '--temp', '0', '-n', '8', text=STORY.encode() + b'\n/continue\n', env=home)
    whole = good('run', '--temp', '0', '-n', '16', STORY).out
    assert done.out.replace('\n', '') == whole.replace('\n', ''), (done.out, whole)
    one_line(chord('chat', text=b'/continue\n', env=home), 0, 'nothing has been said')


def test_chat_drop():
    """Where the context is full the user decides, and the conversation goes on."""
    home = {'XDG_DATA_HOME': str(TMP / 'dropped')}
    lines = (b'One more word and one more word and one more word. ' * 4 + b'\n') * 6 + b'/drop\n'
    done = chord('chat', '--temp', '0', '-n', '4', '-c', '256', text=lines, env=home)
    assert '/drop' in done.err and 'no longer sent' in done.err, done.err


def test_chats():
    home = {'XDG_DATA_HOME': str(TMP / 'chats')}
    assert good('chats', 'list', env=home).out == ''
    assert json.loads(good('chats', 'list', '--json', env=home).out) == []
    theirs = ROOT / 'tests/transcript/data'
    done = good('chats', 'import', theirs / 'llama-cpp.json', theirs / 'open-webui.json', env=home)
    assert 'Foxes' in done.out and 'Colours' in done.out
    listed = json.loads(good('chats', 'list', '--json', env=home).out)
    assert sorted(c['title'] for c in listed) == ['Colours', 'Foxes']
    assert 'Red.' in good('chats', 'show', 'Fox', env=home).out
    found = json.loads(good('chats', 'search', '--json', 'red', env=home).out)
    assert found and all('<b>' in f['snippet'] and f['title'] == 'Foxes' for f in found), found
    assert '*Red*' in good('chats', 'search', 'red', env=home).out
    file = TMP / 'foxes.md'
    assert good('chats', 'export', 'Foxes', '-o', file, env=home).out == ''
    assert file.read_text().startswith('# Foxes\n')
    again = TMP / 'foxes.json'
    good('chats', 'export', 'Foxes', '-f', 'json', '-o', again, env=home)
    good('chats', 'remove', 'Foxes', env=home)
    one_line(chord('chats', 'show', 'Foxes', env=home), 1, 'Foxes')
    good('chats', 'import', again, env=home)
    key = [c['id'] for c in json.loads(good('chats', 'list', '--json', env=home).out)
           if c['title'] == 'Foxes'][0]
    first, second = json.loads(again.read_text()), json.loads(
        good('chats', 'export', key, '-f', 'json', env=home).out)
    assert [m['content'] for m in first['messages']] == [m['content'] for m in second['messages']]
    assert first['system_prompt'] == second['system_prompt'] == 'Be brief.'


def test_chats_errors():
    home = {'XDG_DATA_HOME': str(TMP / 'chat-errors')}
    one_line(chord('chats', env=home), 2, 'what is to be done')
    one_line(chord('chats', 'dance', env=home), 2, 'dance')
    one_line(chord('chats', 'show', env=home), 2, 'one conversation')
    one_line(chord('chats', 'list', 'x', env=home), 2, 'x')
    one_line(chord('chats', 'show', '7', env=home), 1, '7')
    one_line(chord('chats', 'import', env=home), 2, 'a file')
    one_line(chord('chats', 'import', TMP / 'none.json', env=home), 1, 'none.json')
    bad = TMP / 'bad.json'
    for text in ('', '{', '[' * 100000, '{"messages": [3]}', '17'):
        bad.write_text(text)
        one_line(chord('chats', 'import', bad, env=home), 1, 'bad.json')
    good('chats', 'import', ROOT / 'tests/transcript/data/llama-cpp.json', env=home)
    one_line(chord('chats', 'export', 'Foxes', '-f', 'pdf', env=home), 2, 'pdf')
    one_line(chord('chats', 'export', 'Foxes', '-o', '/nonexistent/x', env=home), 1, '/nonexistent')


# ---- Text ----

def test_tokenize():
    text = 'Grüße, Füchse!\n  zwei\tWörter 🦊'
    ids = json.loads(good('tokenize', text).out)
    assert ids and all(isinstance(i, int) for i in ids)
    assert json.loads(good('tokenize', text=text.encode()).out) == ids
    assert good('detokenize', *ids).out == text
    assert good('detokenize', text=' '.join(map(str, ids)).encode()).out == text
    pieces = good('tokenize', '--pieces', text).out.strip('\n').split('\n')
    assert [int(p.split('\t')[0]) for p in pieces] == ids
    plain = json.loads(good('tokenize', '<|im_start|>').out)
    special = json.loads(good('tokenize', '--parse-special', '<|im_start|>').out)
    assert len(plain) > 1 and len(special) == 1
    assert good('detokenize', special[0]).out == ''
    assert good('detokenize', '--special', special[0]).out == '<|im_start|>'


def test_jsonl():
    cases = [{'text': t, 'add_special': False, 'parse_special': p}
             for t in ('', 'a', 'a\0b', 'tab\t"quotes" \\ \u007f', '\ud800 alone', '🦊', '<|im_end|>')
             for p in (False, True)]
    lines = '\n'.join(json.dumps(c) for c in cases) + '\n\n' + json.dumps(cases[-4], ensure_ascii=False)
    out = good('tokenize', '--jsonl', text=lines.encode()).out.strip('\n').split('\n')
    assert len(out) == len(cases) + 1
    ids = [json.loads(line) for line in out]
    assert ids[0] == ids[1] == [] and ids[2] == ids[3] and len(ids[2]) == 1
    assert ids[-1] == ids[-5], 'a character and its escape differ'
    assert len(ids[-2]) == 1 and len(ids[-3]) > 1
    back = good('detokenize', '--jsonl', '--special', text=('\n'.join(out) + '\n').encode()).out
    texts = [json.loads(line) for line in back.strip('\n').split('\n')]
    for case, text in zip(cases, texts):
        assert text == case['text'].replace('\ud800', '\ufffd'), (case, text)


def test_bad_lines():
    for line, word in (('{"text": "a"', 'byte 12'), ('[1]', 'text'), ('{"text": 5}', 'text'),
                       ('{"text": "\\x"}', 'escape'), ('nonsense', 'JSON'), ('[' * 200, 'JSON'),
                       ('{"text": "a"} x', 'end')):
        one_line(chord('tokenize', '--jsonl', text=line.encode()), 1, 'line 1', word)
    one_line(chord('detokenize', 99999999), 1, '99999999')
    one_line(chord('detokenize', 'fox'), 1, 'byte 0')
    one_line(chord('detokenize', '--jsonl', text=b'[1, -5]'), 1, 'line 1')
    one_line(chord('detokenize', '--jsonl', text=b'["a"]'), 1, 'line 1')
    one_line(chord('detokenize', '--jsonl', text=b'[2.5]'), 1, 'line 1')


# ---- Files ----

def test_inspect():
    done = good('inspect')
    for word in ('llama', 'Q8_0', 'token_embd.weight', 'general.architecture', 'Memory', 'weights'):
        assert word in done.out, word
    info = json.loads(good('inspect', '--json', '-m', MODEL).out)
    assert info['architecture'] == 'llama' and info['layers'] == 4 and info['vocabulary'] == 4096
    assert info['parameters'] == sum(math.prod(t['shape']) for t in info['tensors'])
    assert info['file_size'] == MODEL.stat().st_size
    assert len(info['metadata']['tokenizer.ggml.tokens']) == 4096
    assert info['memory']['total'] >= info['memory']['weights'] > 0
    small, large = (json.loads(good('inspect', '--json', '-c', c).out)['memory'] for c in (128, 768))
    assert small['context'] < large['context']


def logits(path, *args):
    out = TMP / 'logits.f32'
    out.unlink(missing_ok=True)
    good('logits', '-m', path, '--tokens', TMP / 'tokens', '-o', out, *args)
    values = array.array('f')
    values.frombytes(out.read_bytes())
    return values


def nmse(a, b):
    assert len(a) == len(b) > 0
    return sum((x - y) ** 2 for x, y in zip(a, b)) / sum(y * y for y in b)


def test_logits():
    ids = json.loads(good('tokenize', 'Once upon a time there was a fox.').out)
    (TMP / 'tokens').write_text(', '.join(map(str, ids)) + '\n')
    whole = logits(MODEL, '--precision', 'exact')
    assert len(whole) == len(ids) * 4096 and all(map(math.isfinite, whole))
    for chunk in (1, 3):
        assert nmse(logits(MODEL, '--precision', 'exact', '--chunk', chunk), whole) < 1e-9
    assert 0 < nmse(logits(MODEL, '--precision', 'fast'), whole) < 1e-2
    (TMP / 'bad').write_text('1 2 x')
    one_line(chord('logits', '--tokens', TMP / 'bad', '-o', TMP / 'out'), 1, 'bad', 'byte 4')
    (TMP / 'none').write_text(' \n')
    one_line(chord('logits', '--tokens', TMP / 'none', '-o', TMP / 'out'), 1, 'none')
    (TMP / 'far').write_text('99999')
    one_line(chord('logits', '--tokens', TMP / 'far', '-o', TMP / 'out'), 1, 'far', '99999')
    one_line(chord('logits', '-c', '4', '--tokens', TMP / 'tokens', '-o', TMP / 'out'), 1, 'context')
    assert not (TMP / 'out').exists()
    one_line(chord('logits', '--tokens', TMP / 'tokens', '-o', TMP / 'no/such/folder'), 1, 'folder')


def test_quantize():
    out = TMP / 'small.gguf'
    types = good('quantize', '--list').out.split()
    assert {'Q8_0', 'Q4_0', 'Q4_K', 'F16'} <= set(types), types
    good('quantize', '-m', MODEL, '-o', out, '--type', 'Q4_0')
    info = json.loads(good('inspect', '-m', out, '--json').out)
    assert any(t['type'] == 'Q4_0' for t in info['tensors'])
    assert out.stat().st_size < MODEL.stat().st_size * 0.7
    assert good('run', '-m', out, '-n', '8', '--temp', '0', STORY).out.strip()
    one_line(chord('quantize', '-o', TMP / 'x', '--type', 'Q99'), 2, 'Q99')
    one_line(chord('quantize', '-o', TMP / 'no/such/folder', '--type', 'Q4_0'), 1, 'folder')
    os.mkfifo(TMP / 'pipe')
    one_line(chord('quantize', '-o', TMP / 'pipe', '--type', 'Q4_0'), 1, 'pipe', 'regular')
    assert (TMP / 'pipe').is_fifo()


# ---- Other ways to a file ----

class Header:
    """The header of a GGUF file, as far as it takes to write the tensors to several files."""

    SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}

    def __init__(self, data):
        self.data, self.at = data, 8
        n_tensors, self.n_values = self.take('<QQ')
        start = self.at
        for _ in range(self.n_values):
            self.string()
            self.skip(*self.take('<I'))
        self.values = data[start:self.at]
        self.tensors = [self.tensor() for _ in range(n_tensors)]
        self.start = -(-self.at // 32) * 32

    def take(self, form):
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values

    def string(self):
        length, = self.take('<Q')
        self.at += length

    def skip(self, kind):
        if kind == 8:
            self.string()
        elif kind == 9:
            item, n = self.take('<IQ')
            for _ in range(n):
                self.skip(item)
        else:
            self.at += self.SIZES[kind]

    def tensor(self):
        start = self.at
        self.string()
        n_dims, = self.take('<I')
        self.at += 8 * n_dims + 4
        return self.data[start:self.at], self.take('<Q')[0]


def split(model, prefix, n_parts):
    """Writes a model as several files, each with its share of the tensors."""
    head = Header(model.read_bytes())
    ends = [offset for _, offset in head.tensors[1:]] + [len(head.data) - head.start]
    for part in range(n_parts):
        first, last = (len(ends) * i // n_parts for i in (part, part + 1))
        begin, values = head.tensors[first][1], head.values if part == 0 else b''
        out = b'GGUF' + struct.pack('<IQQ', 3, last - first, 3 + (part == 0) * head.n_values)
        for key, kind, value in (('no', 'H', part), ('count', 'H', n_parts),
                                 ('tensors.count', 'i', len(ends))):
            key = f'split.{key}'.encode()
            out += struct.pack(f'<Q{len(key)}sI{kind}', len(key), key, 2 if kind == 'H' else 5, value)
        out += values + b''.join(info + struct.pack('<Q', offset - begin)
                                 for info, offset in head.tensors[first:last])
        out += bytes(-len(out) % 32) + head.data[head.start + begin:head.start + ends[last - 1]]
        (TMP / f'{prefix}-{part + 1:05}-of-{n_parts:05}.gguf').write_bytes(out)


def test_split():
    split(MODEL, 'part', 3)
    args = ['-n', '12', '--temp', '0', STORY]
    whole = good('run', '-m', MODEL, *args).out
    for part in (1, 3):
        assert good('run', '-m', TMP / f'part-{part:05}-of-00003.gguf', *args).out == whole
    info = json.loads(good('inspect', '-m', TMP / 'part-00002-of-00003.gguf', '--json').out)
    assert len(info['tensors']) == 38
    (TMP / 'part-00002-of-00003.gguf').unlink()
    one_line(chord('run', '-m', TMP / 'part-00001-of-00003.gguf', STORY), 1,
             'part 2 of 3', 'part-00002-of-00003.gguf')


def test_unmapped():
    args = ['-n', '12', '--temp', '0', STORY]
    assert good('run', '--no-mmap', *args).out == good('run', *args).out


# ---- Measurements ----

def test_bench_history():
    home = {'XDG_DATA_HOME': str(TMP / 'history')}
    assert json.loads(good('bench', 'history', '--json', env=home).out) == []
    rows = json.loads(good('bench', '-p', '8', '-n', '4', '-r', '2', '--json', env=home).out)
    assert rows[1]['machine_bandwidth'] > 0 and rows[1]['share_of_bandwidth'] > 0, rows
    good('bench', '-p', '8', '-n', '0', '-r', '1', '--no-save', env=home)
    kept = json.loads(good('bench', 'history', '--json', env=home).out)
    assert sorted(r['test'] for r in kept) == ['pp8', 'tg4'], kept
    assert kept[0]['group'] == kept[1]['group'] and kept[0]['quant'] == 'Q8_0'
    assert 'tg4' in good('bench', 'history', env=home).out
    # A history that cannot be kept is told, and the figures are still there.
    (TMP / 'no-folder').write_text('')
    done = good('bench', '-p', '8', '-n', '0', '-r', '1', env={'XDG_DATA_HOME': str(TMP / 'no-folder')})
    assert 'pp8' in done.out and 'history' in done.err


def test_synth():
    out = TMP / 'made-up.gguf'
    assert 'llama-1b' in good('synth', '--list').out
    good('synth', '--shape', 'tiny', '--type', 'IQ4_XS', '-o', out)
    assert 'IQ4_XS' in good('inspect', '-m', out).out
    assert 'tg2' in good('bench', '-m', out, '-p', '0', '-n', '2', '-r', '1').out
    one_line(chord('synth', '--shape', 'tiny', '--type', 'Q4_K'), 2, '-o')
    one_line(chord('synth', '--shape', 'none', '--type', 'Q4_K', '-o', out), 2, 'none')
    one_line(chord('synth', '--shape', 'tiny', '--type', 'Q4_K', '-o', TMP / 'no' / 'x.gguf'), 1, 'x.gguf')


def test_bench():
    args = ['bench', '-t', '2', '-p', '16', '-n', '4', '-r', '2', '--json']
    results = json.loads(good(*args).out)
    assert [r['test'] for r in results] == ['pp16', 'tg4'], results
    for r in results:
        assert len(r['tokens_per_second']) == 2 and all(x > 0 for x in r['tokens_per_second'])
        assert r['threads'] == 2 and r['peak_rss'] > 1 << 20
        assert MODEL.stat().st_size * 0.5 < r['bytes_per_token'] < MODEL.stat().st_size * 2, r
    deep = json.loads(good('bench', '-p', '0', '-n', '4', '-d', '64', '-r', '2', '--json').out)
    assert [r['test'] for r in deep] == ['tg4@d64']
    assert deep[0]['bytes_per_token'] > results[1]['bytes_per_token']
    assert [r['test'] for r in json.loads(good('bench', '-p', '8', '-n', '0', '-r', '1',
                                               '--json').out)] == ['pp8']
    long = good('bench', '-p', '0', '-n', '2', '-d', '1000', '-r', '1', '--json')
    assert [r['test'] for r in json.loads(long.out)] == ['tg2@d1000']
    one_line(chord('bench', '-c', '768', '-p', '0', '-n', '2', '-d', '1000'), 1, 'context')
    assert 'pp8' in good('bench', '-p', '8', '-n', '2', '-r', '1').out


def test_perplexity():
    text = TMP / 'text.txt'
    story = good('run', '--temp', '0', '-n', '120', STORY).out
    text.write_text(story * 3)
    result = json.loads(good('perplexity', '-f', text, '-c', '64', '--json').out)
    assert 1 < result['perplexity'] < 100, result
    exact = json.loads(good('perplexity', '-f', text, '-c', '64', '--precision', 'exact',
                            '--json').out)
    assert abs(exact['perplexity'] / result['perplexity'] - 1) < 0.02
    assert float(good('perplexity', '-f', text, '-c', '64').out) > 1
    (TMP / 'short').write_text('too short')
    done = chord('perplexity', '-f', TMP / 'short', '-c', '64')
    one_line(done, 1, 'short', 'token')
    one_line(chord('perplexity', '-f', TMP / 'absent.txt'), 1, 'absent.txt')


def test_devices():
    devices = json.loads(good('devices', '--json').out)
    assert devices[-1]['id'] == 'cpu' and devices[-1]['memory_total'] > 0
    assert 'cpu' in good('devices').out


# ---- Surroundings ----

def test_memory_limit():
    """Too little memory is an error with both figures."""
    done = chord('run', 'x', env={'CHORD_MEMORY_LIMIT': '1000000'})
    one_line(done, 1)
    assert len(re.findall(r'\d+', done.err)) >= 2, done.err


def kernels(model, *args, **env):
    """What ran, as pairs of kernel and level; it is one line of JSON."""
    done = good('run', '-m', model, '-n', '4', '--temp', '0', *args, STORY,
                env={'CHORD_DEBUG': 'kernels', **env})
    counts = json.loads(done.err.strip().split('\n')[-1])
    assert counts and all(n > 0 for n in counts.values()), counts
    return {tuple(name.split('.')) for name in counts}


def test_kernels():
    """The kernels that ran are counted, and they are those that are meant for the weights."""
    common = {'rms_norm', 'rope', 'kv_write', 'attention', 'attention_join', 'add', 'glu'}
    fast = {name for name, _ in kernels(MODEL)}
    assert fast == common | {'quantize_act8', 'matmul_fast_q8s'}, fast
    exact = kernels(MODEL, '--precision', 'exact', CHORD_CPU='ref')
    assert exact == {(name, 'ref') for name in common | {'matmul_exact_q8s'}}, exact


KERNEL_OF = {
    'F32': 'exact_f32', 'F16': 'exact_f16', 'BF16': 'exact_bf16', 'Q1_0': 'fast_q1s',
    'Q2_0': 'fast_q2s', 'TQ1_0': 'fast_q2s', 'TQ2_0': 'fast_q2s', 'Q2_K': 'fast_q2m',
    'Q3_K': 'fast_q3s', 'Q4_0': 'fast_q4s', 'Q4_1': 'fast_q4p', 'Q4_K': 'fast_q4m',
    'Q5_0': 'fast_q5s', 'Q5_1': 'fast_q5p', 'Q5_K': 'fast_q5m', 'Q6_K': 'fast_q6s',
    'Q8_0': 'fast_q8s', 'IQ1_S': 'fast_i1m', 'IQ1_M': 'fast_i1h', 'IQ2_XXS': 'fast_i2s',
    'IQ2_XS': 'fast_i2h', 'IQ2_S': 'fast_i2h', 'IQ3_XXS': 'fast_i3x', 'IQ3_S': 'fast_i3s',
    'IQ4_NL': 'fast_i4s', 'IQ4_XS': 'fast_i4x', 'MXFP4': 'fast_e2m1', 'NVFP4': 'fast_e2m1h',
}


def test_kernels_of_types():
    """Every type of weights that can be made up runs through the packed kernel of its class."""
    kinds = set(good('synth', '--list').out.split('Types:')[-1].split())
    assert kinds == set(KERNEL_OF), kinds ^ set(KERNEL_OF)
    for kind, kernel in KERNEL_OF.items():
        good('synth', '--shape', 'tiny', '--type', kind, '-o', TMP / 'kind.gguf')
        ran = {name for name, _ in kernels(TMP / 'kind.gguf', '--raw')
               if name.startswith('matmul')}
        head = {'matmul_fast_q6s'}  # the token embedding of some
        assert ran in ({f'matmul_{kernel}'}, {f'matmul_{kernel}'} | head), (kind, ran)


def test_full_disk():
    if not os.path.exists('/dev/full'):
        return
    with open('/dev/full', 'wb') as full:
        for args in (['devices'], ['inspect'], ['--help'], ['run', '--help'], ['tokenize', 'Hi'],
                     ['run', '-n', '2', '--temp', '0', 'Hi']):
            p = subprocess.run([CHORD, *args], stdout=full, stderr=subprocess.PIPE, env=ENV,
                               stdin=subprocess.DEVNULL)
            assert p.returncode == 1 and b'standard output' in p.stderr, (args, p.stderr)


def test_odd_input():
    """What is no text is told, not cut short."""
    one_line(chord('run', text=b'Hello\0you'), 1, 'NUL', 'byte 5')
    one_line(chord('run', b'caf\xe9', env={'LC_ALL': 'C'}), 1, 'UTF-8', 'byte 3')
    one_line(chord('run', '--raw', ''), 1, 'no tokens')
    for args in (['tokenize'], ['tokenize', '--jsonl'], ['run']):
        folder = os.open('/', os.O_RDONLY)
        p = subprocess.run([CHORD, *args], stdin=folder, capture_output=True, env=ENV)
        os.close(folder)
        one_line(Done(p), 1, 'standard input')
    ours, its = socket.socketpair()
    ours.sendall('Grüße'.encode())
    ours.shutdown(socket.SHUT_WR)
    p = subprocess.run([CHORD, 'tokenize'], stdin=its, capture_output=True, env=ENV)
    assert Done(p).out == good('tokenize', 'Grüße').out, p.stderr


# ---- Presets ----

def presets():
    return {p['name']: p for p in json.loads(good('presets', 'list', '--json').out)}


def test_presets_come_with_a_catalog():
    assert sorted(presets()) == ['Balanced', 'Coder', 'Creative', 'Precise']
    lines = good('presets', 'list').out.split('\n')
    assert [line.split()[0] for line in lines[:-1]] == ['Balanced', 'Coder', 'Creative', 'Precise']
    precise = presets()['Precise']
    assert precise['temperature'] == 0 and precise['stop'] == [] and precise['seed'] == -1
    assert 'briefly' in precise['system_prompt']


def test_presets_change():
    good('presets', 'add', 'Mine', '--temp', '0.5', '--top-k', '3', '--stop', 'END', '--stop', '"',
         '--system', 'Grüße nur.')
    mine = presets()['Mine']
    assert (mine['temperature'], mine['top_k'], mine['stop']) == (0.5, 3, ['END', '"']), mine
    assert mine['system_prompt'] == 'Grüße nur.' and mine['top_p'] == 0.95
    good('presets', 'set', 'Mine', '--seed', '7', '--system', '', '--name', 'Ours')
    ours = json.loads(good('presets', 'show', 'Ours', '--json').out)
    assert ours == {**mine, 'name': 'Ours', 'seed': 7, 'system_prompt': None}
    text = good('presets', 'show', 'Ours').out
    assert 'temperature: 0.5\n' in text and 'stop: ["END", "\\""]\n' in text, text
    good('presets', 'remove', 'Ours')
    assert 'Ours' not in presets() and 'Mine' not in presets()


def test_presets_errors():
    one_line(chord('presets'), 2, 'presets')
    one_line(chord('presets', 'dance'), 2, 'dance')
    one_line(chord('presets', 'show'), 2, 'named')
    one_line(chord('presets', 'show', 'Nobody'), 1, 'Nobody')
    one_line(chord('presets', 'add', 'Coder'), 1, 'Coder')
    one_line(chord('presets', 'add', ''), 1, 'name')
    one_line(chord('presets', 'add', 'Hot', '--top-p', '7'), 2, 'top-p')
    one_line(chord('presets', 'set', 'Coder', '--name', 'Precise'), 1, 'Precise')
    one_line(chord('run', '--preset', 'Nobody', 'x'), 1, 'Nobody')
    assert sorted(presets()) == ['Balanced', 'Coder', 'Creative', 'Precise']
    # Where nothing can be written there is no catalog, and that is told.
    one_line(chord('presets', 'list', env={'XDG_DATA_HOME': '/proc/self'}), 1, '/proc/self')


def test_run_with_preset():
    good('presets', 'add', 'Short', '--temp', '0', '-n', '3', '--system', 'Be brief.')
    assert good('run', '--preset', 'Short', STORY).out == good(
        'run', '--temp', '0', '-n', '3', '--system', 'Be brief.', STORY).out
    longer = json.loads(good('run', '--preset', 'Short', '-n', '5', '--json', STORY).out)
    assert longer['generated_tokens'] == 5
    good('presets', 'remove', 'Short')


def test_broken_pipe():
    """Nobody reads on: the end, without a word."""
    read, write = os.pipe()
    os.close(read)
    p = subprocess.run([CHORD, 'run', STORY], stdout=write, stderr=subprocess.PIPE, env=ENV,
                       stdin=subprocess.DEVNULL)
    os.close(write)
    assert p.returncode == -signal.SIGPIPE and p.stderr == b'', (p.returncode, p.stderr)


def test_bytes():
    """Prompts and file names are bytes, whatever the locale says."""
    odd = TMP / 'Füchse ␣.gguf'
    odd.symlink_to(MODEL)
    for locale in ('C', 'C.UTF-8'):
        env = {'LC_ALL': locale}
        assert good('tokenize', '-m', odd, 'ü', env=env).out == good('tokenize', 'ü').out
        assert good('run', '-m', odd, '-n', '4', '--temp', '0', 'Grüße', env=env).out
        assert 'Füchse' in chord('inspect', '-m', str(odd) + 'x', env=env).err


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
    subprocess.run(['rm', '-rf', TMP])
    sys.exit(1 if failed else 0)


main()
