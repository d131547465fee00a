#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""chord models pull, and -m with a repository.

usage: test-pull.py CHORD CHORD_FETCH SOURCE_ROOT
"""
import json
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tap
from server import Server

CHORD, FETCH = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
MODEL = (pathlib.Path(sys.argv[3]) / 'data/models/chord-tiny-q8_0.gguf').read_bytes()
TMP = pathlib.Path(tempfile.mkdtemp(prefix='chord-pull-'))
MODELS = TMP / 'data/chord/models'
SERVER = Server()
ENV = {k: v for k, v in os.environ.items() if 'proxy' not in k.lower() and not k.startswith('HF_')}
ENV.update(XDG_DATA_HOME=str(TMP / 'data'), HF_HOME=str(TMP / 'none'), HF_ENDPOINT=SERVER.url,
           CHORD_FETCH=FETCH, LC_ALL='C.UTF-8')


def chord(*args, env=None):
    return subprocess.run([CHORD, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=100, env={**ENV, **(env or {})})


def good(*args, **kw):
    p = chord(*args, **kw)
    assert p.returncode == 0, (p.returncode, p.stderr)
    return p.stdout


def fails(status, *args, words=(), **kw):
    p = chord(*args, **kw)
    assert p.returncode == status and p.stdout == '', (p.returncode, p.stdout, p.stderr)
    assert p.stderr.startswith('chord: ') and p.stderr.count('\n') == 1, p.stderr
    for word in words:
        assert word in p.stderr, (word, p.stderr)


def serve(name, files=('m-Q8_0.gguf',), **how):
    served = SERVER.add_repository(name, {file: MODEL for file in files})
    for file in served.values():
        file.__dict__.update(how)
    return served


def test_pull():
    serve('owner/plain', ('m-Q4_K_M.gguf', 'm-Q8_0.gguf'))
    out = good('models', 'pull', '--yes', 'owner/plain')
    assert out == f'{MODELS}/owner/plain/m-Q4_K_M.gguf\n', out
    assert pathlib.Path(out.strip()).read_bytes() == MODEL
    out = good('models', 'pull', '-y', 'owner/plain:q8_0')
    assert out.endswith('/m-Q8_0.gguf\n'), out
    fails(1, 'models', 'pull', '-y', 'owner/plain:Q6_K', words=['Q6_K', 'Q4_K_M, Q8_0'])


def test_questions_need_a_terminal():
    serve('owner/asked')
    size = f'{len(MODEL) / 1e6:.1f}'
    fails(2, 'models', 'pull', 'owner/asked', words=['--yes', 'm-Q8_0.gguf', size])
    fails(2, 'run', '-m', 'owner/asked', 'Hi', words=['--yes', size])
    assert not (MODELS / 'owner/asked').exists()


def in_terminal(answer, *args):
    """Runs a command in a terminal, and answers its question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(CHORD, [CHORD, *args], ENV)
    out = b''
    while True:
        try:
            out += os.read(terminal, 4096)
        except OSError:
            break
        if out.endswith(b'[Y/n] '):
            os.write(terminal, answer)
            out += b'\n'
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode()


def test_question():
    serve('owner/question', drip=(200_000, 0.02))
    status, out = in_terminal(b'n\n', 'models', 'pull', 'owner/question')
    assert status == 1 and 'was not downloaded' in out and 'MiB' in out, out
    assert not (MODELS / 'owner/question').exists()
    status, out = in_terminal(b'y\n', 'models', 'pull', 'owner/question')
    assert status == 0 and 'Downloading [' in out and 'owner/question' in out, out
    assert '/s' in out and (MODELS / 'owner/question/m-Q8_0.gguf').exists(), out


def test_interrupted():
    served = serve('owner/interrupted', drip=(20_000, 0.02))
    part = MODELS / 'owner/interrupted/m-Q8_0.gguf.part'
    p = subprocess.Popen([CHORD, 'models', 'pull', '-y', 'owner/interrupted'], env=ENV, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not part.exists() or part.stat().st_size < 100_000:
        assert p.poll() is None
        time.sleep(0.01)
    # As a terminal does it: all programs in front get the signal.
    os.killpg(p.pid, signal.SIGINT)
    out, err = p.communicate(timeout=60)
    assert p.returncode == 1 and 'paused' in err and 'goes on' in err and out == '', err
    size = part.stat().st_size
    served['m-Q8_0.gguf'].drip = None
    good('models', 'pull', '-y', 'owner/interrupted')
    path = '/owner/interrupted/resolve/main/m-Q8_0.gguf'
    assert SERVER.asked(path)[-1]['Range'] == f'bytes={size}-'
    assert not part.exists()


def test_run():
    """A repository where a model is named: fetched once, then found without the network."""
    serve('owner/runs')
    answer = good('run', '-m', 'owner/runs', '--yes', '-n', '4', '--temp', '0', 'Hi')
    assert answer.strip()
    env = {'HF_ENDPOINT': 'http://127.0.0.1:9'}
    assert good('run', '-m', 'owner/runs', '-n', '4', '--temp', '0', 'Hi', env=env) == answer
    assert good('run', '-m', 'owner/runs:q8_0', '-n', '4', '--temp', '0', 'Hi', env=env) == answer
    assert 'llama' in good('inspect', '-m', 'owner/runs')


def test_suggestions():
    rows = json.loads(good('models', 'suggestions', '--json'))
    text = good('models', 'suggestions')
    assert len(text.splitlines()) == len(rows) and all(row['id'] in text for row in rows)
    row = next(row for row in rows if row['id'] == 'qwen3-0.6b')
    serve(row['repository'])
    assert row['repository'] in good('models', 'pull', '-y', 'qwen3-0.6b')
    env = {'HF_ENDPOINT': 'http://127.0.0.1:9'}
    assert 'llama' in good('inspect', '-m', 'qwen3-0.6b', env=env)


def test_addresses():
    serve('owner/web', ('m-Q4_0.gguf', 'sub/m-Q8_0.gguf'))
    for address in ('owner/web', 'owner/web/blob/main/m-Q4_0.gguf',
                    'owner/web/resolve/main/m-Q4_0.gguf?download=true'):
        out = good('models', 'pull', '-y', f'{SERVER.url}/{address}')
        assert out == f'{MODELS}/owner/web/m-Q4_0.gguf\n', out
    out = good('models', 'pull', '-y', f'{SERVER.url}/owner/web/blob/main/sub/m-Q8_0.gguf')
    assert out == f'{MODELS}/owner/web/sub/m-Q8_0.gguf\n', out
    SERVER.add('/else/where.gguf', MODEL)
    out = good('models', 'pull', '-y', SERVER.url + '/else/where.gguf')
    assert out == f'{MODELS}/127.0.0.1/where.gguf\n', out


def test_errors():
    fails(1, 'models', 'pull', '-y', 'owner/nothing', words=['owner/nothing', '404'])
    SERVER.add_repository('owner/gated', {'m.gguf': MODEL}, token='hf_x')
    fails(1, 'models', 'pull', '-y', 'owner/gated', words=['HF_TOKEN'])
    good('models', 'pull', '-y', 'owner/gated', env={'HF_TOKEN': 'hf_x'})
    fails(1, 'models', 'pull', '-y', 'nonsense', words=['OWNER/NAME'])
    fails(1, 'models', 'pull', '-y', 'owner/plain', words=['/nowhere'], env={'CHORD_FETCH': '/nowhere'})
    fails(2, 'models', 'pull', words=['one model'])
    served = serve('owner/damaged')
    served['m-Q8_0.gguf'].data = MODEL[:-1] + b'!'
    fails(1, 'models', 'pull', '-y', 'owner/damaged', words=['SHA-256'])
    assert not list((MODELS / 'owner/damaged').iterdir())


status = tap.run(globals())
SERVER.close()
shutil.rmtree(TMP)
sys.exit(status)
