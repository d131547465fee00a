#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""chord-fetch against a server with bad manners.

usage: test-fetch.py CHORD_FETCH
"""
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tap
from server import Server

FETCH = os.path.abspath(sys.argv[1])
TMP = pathlib.Path(tempfile.mkdtemp(prefix='chord-fetch-'))
SERVER = Server()
DATA = b'GGUF' + random.Random(1).randbytes(3_000_000)
SHA = hashlib.sha256(DATA).hexdigest()
TOKEN = 'hf_secret'
ENV = {k: v for k, v in os.environ.items() if 'proxy' not in k.lower() and not k.startswith('HF_')}
ENV.update(HF_HOME=str(TMP / 'hf'), LC_ALL='C.UTF-8')


class Run:
    """A run that has ended: its status, and the events that it told."""

    def __init__(self, status, out):
        self.status = status
        self.events = [json.loads(line) for line in out.splitlines()]
        self.last = self.events[-1] if self.events else {}

    def of(self, kind):
        return [e for e in self.events if e['event'] == kind]


def command(verb, *args):
    return [FETCH, verb, '--endpoint', SERVER.url, '--backoff', '5', '--timeout', '5',
            *map(str, args)]


def fetch(verb, *args, token=None):
    env = {**ENV, 'HF_TOKEN': token} if token else ENV
    p = subprocess.run(command(verb, *args), stdout=subprocess.PIPE, env=env, timeout=60)
    return Run(p.returncode, p.stdout)


def fresh(name='model.gguf'):
    folder = pathlib.Path(tempfile.mkdtemp(dir=TMP))
    return folder / name


def left(path):
    """What lies in the folder of a file."""
    return sorted(p.name for p in path.parent.iterdir()) if path.parent.exists() else []


def download(url, path, *args, **kw):
    return fetch('download', '--url', url, '--output', path, *args, **kw)


def good(url, path, *args, **kw):
    run = download(url, path, *args, **kw)
    assert run.status == 0 and run.last['event'] == 'done', run.events
    assert path.read_bytes() == DATA and left(path) == [path.name], left(path)
    assert run.last['sha256'] == SHA and run.last['total'] == len(DATA), run.last
    return run


def fails(code, run, path=None, kept=()):
    assert run.status == 1 and run.last['event'] == 'error', (run.status, run.events)
    assert run.last['code'] == code, run.last
    if path:
        assert left(path) == sorted(kept), left(path)
    return run.last['message']


def part_of(path, size, etag=None):
    """What an earlier run would have left."""
    path.with_name(path.name + '.part').write_bytes(DATA[:size])
    if etag:
        path.with_name(path.name + '.part.info').write_text(f'[part]\netag={etag}\n')


def serve(name, **how):
    file = SERVER.add('/' + name, DATA, **how)
    return SERVER.url + '/' + name, file


def test_plain():
    url, _ = serve('plain')
    path = fresh()
    run = good(url, path, '--sha256', SHA, '--size', len(DATA), '--magic', 'GGUF')
    assert run.of('start')[0] == {'event': 'start', 'done': 0, 'total': len(DATA)}
    done = [e['done'] for e in run.of('progress')]
    assert done == sorted(done) and done[-1] == len(DATA), done
    asked = SERVER.asked('/plain')
    assert len(asked) == 1 and 'Range' not in asked[0] and asked[0]['Accept-Encoding'] == 'identity'


def test_new_folder_and_existing_file():
    url, _ = serve('existing')
    path = fresh().parent / 'a' / 'b c' / 'ü.gguf'
    good(url, path, '--sha256', SHA)
    good(url, path, '--sha256', SHA)
    assert len(SERVER.asked('/existing')) == 1, 'a file with the right sum is not fetched again'
    path.write_bytes(b'something else')
    good(url, path, '--sha256', SHA)


def test_broken_connections():
    url, _ = serve('breaks', breaks=[1_000_000, 10, 500_000])
    run = good(url, fresh(), '--sha256', SHA)
    assert len(run.of('retry')) == 3, run.events
    ranges = [h.get('Range') for h in SERVER.asked('/breaks')]
    assert ranges == [None, 'bytes=1000000-', 'bytes=1000010-', 'bytes=1500010-'], ranges
    assert all(h.get('If-Range') for h in SERVER.asked('/breaks')[1:])


def test_bounded_retries():
    url, _ = serve('hopeless', breaks=[0] * 100)
    path = fresh()
    fails('network', download(url, path, '--retries', 2), path)
    assert len(SERVER.asked('/hopeless')) == 3


def test_resume():
    url, file = serve('resume')
    path = fresh()
    part_of(path, 1_234_567, file.etag)
    run = good(url, path, '--sha256', SHA)
    assert run.of('check') and run.of('start')[0]['done'] == 1_234_567, run.events
    assert SERVER.asked('/resume')[0]['Range'] == 'bytes=1234567-'


def test_resume_with_everything_there():
    url, file = serve('whole')
    path = fresh()
    part_of(path, len(DATA), file.etag)
    good(url, path, '--sha256', SHA, '--size', len(DATA))
    assert not SERVER.asked('/whole'), 'nothing was left to ask for'
    path = fresh()
    part_of(path, len(DATA), file.etag)
    good(url, path)  # 416 says that nothing is missing
    assert len(SERVER.asked('/whole')) == 1


def test_resume_of_too_much():
    """More bytes than the file has: 416, and all of it again."""
    url, file = serve('shrunk')
    path = fresh()
    part_of(path, 10)
    with open(f'{path}.part', 'ab') as part:
        part.write(bytes(len(DATA)))
    path.with_name(path.name + '.part.info').write_text(f'[part]\netag={file.etag}\n')
    good(url, path)
    assert len(SERVER.asked('/shrunk')) == 2


def test_changed_file():
    """Bytes of two versions are never joined."""
    url, _ = serve('changed')
    path = fresh()
    path.with_name(path.name + '.part').write_bytes(b'x' * 1000)
    path.with_name(path.name + '.part.info').write_text('[part]\netag="older"\n')
    good(url, path)
    headers = SERVER.asked('/changed')
    assert len(headers) == 1 and headers[0]['If-Range'] == '"older"'


def test_no_etag():
    """Without a tag the sum has to vouch for the bytes that are there; without both, none count."""
    url, _ = serve('untagged', etag=None)
    path = fresh()
    part_of(path, 1000)
    good(url, path, '--sha256', SHA)
    assert SERVER.asked('/untagged')[-1]['Range'] == 'bytes=1000-'
    path = fresh()
    path.with_name(path.name + '.part').write_bytes(b'y' * 1000)
    good(url, path)
    assert 'Range' not in SERVER.asked('/untagged')[-1]


def test_weak_etag():
    url, file = serve('weak', breaks=[1000])
    file.etag = 'W/' + file.etag
    run = good(url, fresh())
    assert len(run.of('retry')) == 1
    assert all('If-Range' not in h and 'Range' not in h for h in SERVER.asked('/weak'))


def test_ignored_range():
    url, file = serve('rangeless', ignore_range=True, breaks=[1_000_000])
    path = fresh()
    part_of(path, 5000, file.etag)
    good(url, path, '--sha256', SHA)
    assert len(SERVER.asked('/rangeless')) == 2


def test_wrong_range():
    url, file = serve('wrongrange', wrong_range=True)
    path = fresh()
    part_of(path, 5000, file.etag)
    fails('protocol', download(url, path, '--sha256', SHA))
    assert not path.exists()


def test_lies_about_length():
    url, _ = serve('short', length=len(DATA) - 7)
    path = fresh()
    message = fails('length', download(url, path, '--size', len(DATA)), path)
    assert str(len(DATA)) in message and str(len(DATA) - 7) in message
    url, _ = serve('long', length=len(DATA) + 7)
    fails('network', download(url, fresh(), '--retries', 1))
    url, _ = serve('more', chunked=True, extra=b'more')
    path = fresh()
    fails('length', download(url, path, '--size', len(DATA)), path)
    url, _ = serve('cut', chunked=True)
    SERVER.files['/cut'].data = DATA[:-5]
    fails('network', download(url, fresh(), '--size', len(DATA), '--retries', 0))


def test_no_length():
    url, _ = serve('chunked', chunked=True)
    good(url, fresh())


def test_wrong_sum():
    url, _ = serve('damaged')
    path = fresh()
    path.write_bytes(b'the older one')
    wrong = hashlib.sha256(b'').hexdigest()
    message = fails('checksum', download(url, path, '--sha256', wrong), path, [path.name])
    assert wrong in message and SHA in message
    assert path.read_bytes() == b'the older one'


def test_damaged_part():
    """A part that was damaged on the disk is found by the sum."""
    url, file = serve('rotten')
    path = fresh()
    path.with_name(path.name + '.part').write_bytes(b'GGUF' + bytes(996))
    path.with_name(path.name + '.part.info').write_text(f'[part]\netag={file.etag}\n')
    fails('checksum', download(url, path, '--sha256', SHA), path)


def test_other_content():
    """The page of a portal is no model."""
    SERVER.add('/portal', b'<!DOCTYPE html><p>Please log in' * 100)
    path = fresh()
    fails('content', download(SERVER.url + '/portal', path, '--magic', 'GGUF'), path)
    SERVER.add('/tiny', b'GG')
    fails('content', download(SERVER.url + '/tiny', path, '--magic', 'GGUF'))
    assert not path.exists()


def test_not_found():
    path = fresh()
    message = fails('not-found', download(SERVER.url + '/nothing', path), path)
    assert '/nothing' in message and len(SERVER.asked('/nothing')) == 1


def test_server_errors():
    url, _ = serve('troubled', answers=[(500,), (503, {'Retry-After': '0'}), (429,)])
    run = good(url, fresh())
    assert [e['attempt'] for e in run.of('retry')] == [1, 2, 3]
    waits = [e['wait'] for e in run.of('retry')]
    assert waits == sorted(waits) and waits[0] < waits[2], waits
    url, _ = serve('down', answers=[(500,)] * 9)
    fails('server', download(url, fresh(), '--retries', 2))


def test_retry_after():
    url, _ = serve('later', answers=[(429, {'Retry-After': '1'})])
    assert good(url, fresh()).of('retry')[0]['wait'] == 1000
    url, _ = serve('muchlater', answers=[(429, {'Retry-After': '7200'})])
    assert '120 minutes' in fails('rate-limited', download(url, fresh()))


def test_gated():
    url, _ = serve('gated', token=TOKEN)
    path = fresh()
    assert 'HF_TOKEN' in fails('unauthorized', download(url, path), path)
    assert 'accept its terms' in fails('unauthorized', download(url, path, token='wrong'), path)
    good(url, path, token=TOKEN)
    (TMP / 'hf').mkdir(exist_ok=True)
    (TMP / 'hf/token').write_text(TOKEN + '\n')
    try:
        good(url, fresh())
    finally:
        (TMP / 'hf/token').unlink()


def test_token_stays_at_home():
    """Redirects to other hosts, and addresses elsewhere, never get the token."""
    serve('stored')
    url, _ = serve('away', token=TOKEN, redirect=SERVER.other + '/stored')
    good(url, fresh(), token=TOKEN)
    assert all('Authorization' not in h for h in SERVER.asked('/stored'))
    assert SERVER.asked('/away')[0]['Authorization'] == 'Bearer ' + TOKEN
    serve('back', token=TOKEN)
    serve('there', redirect=SERVER.url + '/back')
    url, _ = serve('twice', token=TOKEN, redirect=SERVER.other + '/there')
    good(url, fresh(), token=TOKEN)
    assert all('Authorization' not in h for h in SERVER.asked('/there'))
    serve('direct')
    good(SERVER.other + '/direct', fresh(), token=TOKEN)
    assert 'Authorization' not in SERVER.asked('/direct')[0]


def test_redirects():
    serve('target')
    url, _ = serve('relative', redirect='/target', breaks=[])
    SERVER.files['/target'].breaks = [1000]
    good(url, fresh(), '--sha256', SHA)
    assert len(SERVER.asked('/relative')) == 2, 'a signed address may be stale: ask again'
    url, _ = serve('circle', redirect='/circle')
    assert 'redirects' in fails('protocol', download(url, fresh()))
    url, _ = serve('file', redirect='file:///etc/passwd')
    fails('protocol', download(url, fresh()))


def test_sum_from_the_repository():
    """Where only an address is known, the repository tells the sum as it sends the client on."""
    serve('blob')
    url, _ = serve('linked', redirect='/blob', headers={
        'X-Linked-Size': str(len(DATA)), 'X-Linked-Etag': f'"{SHA}"'})
    good(url, fresh())
    url, file = serve('mislinked', redirect='/blob', headers={
        'X-Linked-Size': str(len(DATA)), 'X-Linked-Etag': '"' + '0' * 64 + '"'})
    fails('checksum', download(url, fresh()))


def test_no_space():
    url, _ = serve('large')
    path = fresh()
    message = fails('no-space', download(url, path, '--free-space', 20_000_000, '--size', 10 ** 10),
                    path)
    assert '10.0\xa0GB' in message and '20.0\xa0MB' in message, message
    assert not SERVER.asked('/large'), 'space is looked at before anything is asked for'
    fails('no-space', download(url, path, '--free-space', 1_000_000), path)
    fails('no-space', download(url, path, '--free-space', 30_000_000, '--reserve', 20_000_000), path)
    good(url, path, '--free-space', 30_000_000)


def test_full_disk():
    """A disk that fills up meanwhile: what is there is kept."""
    url, _ = serve('filling')
    path = fresh()
    limited = ['bash', '-c', 'trap "" XFSZ; ulimit -f 1000; exec "$@"', 'bash']
    p = subprocess.run(limited + command('download', '--url', url, '--output', path),
                       stdout=subprocess.PIPE, env=ENV, timeout=60)
    fails('disk', Run(p.returncode, p.stdout))
    assert 0 < os.path.getsize(f'{path}.part') <= 1000 * 1024
    good(url, path)


def test_no_server():
    fails('network', download('http://127.0.0.1:9/x', fresh(), '--retries', 1))
    fails('protocol', download('ftp://127.0.0.1/x', fresh()))
    fails('protocol', download('nonsense', fresh()))


def started(url, path, *args, stdin=subprocess.PIPE):
    """A run of which the first bytes have come."""
    p = subprocess.Popen(command('download', '--url', url, '--output', path, '--watch-stdin', *args),
                         stdin=stdin, stdout=subprocess.PIPE, env=ENV)
    while b'"start"' not in p.stdout.readline():
        assert p.poll() is None
    return p


@contextlib.contextmanager
def paused_by(how):
    url, file = serve('paused', drip=(10_000, 0.02))
    path = fresh()
    p = started(url, path)
    while os.path.getsize(f'{path}.part') < 50_000:
        time.sleep(0.01)
    how(p)
    out = p.stdout.read()
    p.stdin.close()
    p.wait()
    size = os.path.getsize(f'{path}.part')
    assert 50_000 <= size < len(DATA) and not path.exists()
    yield Run(p.returncode, out)
    file.drip = None
    run = good(url, path, '--sha256', SHA)
    assert run.of('start')[0]['done'] == size


def test_pause():
    with paused_by(lambda p: p.stdin.close()) as run:
        assert run.status == 3 and run.last['event'] == 'paused', run.events
    with paused_by(lambda p: p.send_signal(signal.SIGTERM)) as run:
        assert run.status == 3 and run.last['event'] == 'paused', run.events


def test_pause_while_waiting():
    url, _ = serve('waiting', answers=[(429, {'Retry-After': '60'})] * 3)
    p = subprocess.Popen(command('download', '--url', url, '--output', fresh(), '--watch-stdin'),
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENV)
    assert b'"retry"' in p.stdout.readline()
    p.stdin.close()
    assert p.wait(10) == 3


def test_killed():
    with paused_by(lambda p: p.kill()) as run:
        assert run.status == -signal.SIGKILL


def test_orphan():
    """It stops when whoever started it dies."""
    url, _ = serve('orphan', drip=(10_000, 0.02))
    path = fresh()
    parent = subprocess.Popen(
        [sys.executable, '-c', 'import subprocess, sys, time\n'
         'p = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE)\ntime.sleep(60)',
         *command('download', '--url', url, '--output', path, '--watch-stdin')],
        stdout=subprocess.PIPE, env=ENV)
    while b'"progress"' not in parent.stdout.readline():
        pass
    parent.kill()
    rest = parent.stdout.read()  # until the last writer has gone: chord-fetch
    parent.wait()
    assert b'"paused"' in rest, rest
    assert not path.exists()


def test_one_at_a_time():
    url, _ = serve('busy')
    path = fresh()
    with open(f'{path}.part', 'wb') as part:
        fcntl.flock(part, fcntl.LOCK_EX)
        assert 'another program' in fails('busy', download(url, path))
    good(url, path)


def test_head():
    url, _ = serve('head')
    path = fresh()
    run = fetch('head', '--url', url, '--output', path, '--length', 1000)
    assert run.status == 0 and run.last == {'event': 'done', 'done': 1000, 'total': len(DATA)}
    run = fetch('head', '--url', url, '--output', path, '--from', 1000, '--length', 500)
    assert run.last['done'] == 1500, run.events
    data = path.read_bytes()
    assert data[:1500] == DATA[:1500] and data[1500:] == bytes(len(DATA) - 1500)
    assert os.stat(path).st_blocks * 512 < 100_000, 'the rest is a hole'
    run = fetch('head', '--url', url, '--output', path, '--length', 10 ** 9)
    assert run.last['done'] == len(DATA) and path.read_bytes() == DATA
    fails('length', fetch('head', '--url', url, '--output', path, '--length', 9, '--size', 5))
    fails('not-found', fetch('head', '--url', url + 'x', '--output', path, '--length', 9))


def test_head_of_a_server_without_ranges():
    """The rest that it sends is not waited for."""
    url, _ = serve('slowhead', ignore_range=True, drip=(10_000, 0.05))
    path = fresh()
    began = len(SERVER.requests)
    run = fetch('head', '--url', url, '--output', path, '--length', 20_000)
    assert run.last['done'] == 20_000 and path.read_bytes()[:20_000] == DATA[:20_000], run.events
    assert len(SERVER.requests) == began + 1


def test_list():
    files = {'README.md': b'text', 'a b-Q4_K_M.gguf': DATA, 'sub/ü-Q8_0.gguf': b'GGUF'}
    SERVER.add_repository('owner/name', files, pages=3)
    run = fetch('list', '--repository', 'owner/name')
    assert run.status == 0 and run.last == {'event': 'done'}, run.events
    listed = {e['path']: (e['size'], e.get('sha256')) for e in run.of('file')}
    assert listed == {'README.md': (4, None), 'a b-Q4_K_M.gguf': (len(DATA), SHA),
                      'sub/ü-Q8_0.gguf': (4, hashlib.sha256(b'GGUF').hexdigest())}, listed
    fails('not-found', fetch('list', '--repository', 'owner/nothing'))
    fails('not-found', fetch('list', '--repository', 'owner/name', '--revision', 'no/branch'))


def test_list_gated():
    SERVER.add_repository('owner/gated', {'x.gguf': b'GGUF'}, pages=2, token=TOKEN)
    assert 'HF_TOKEN' in fails('unauthorized', fetch('list', '--repository', 'owner/gated'))
    assert fetch('list', '--repository', 'owner/gated', token=TOKEN).of('file')


def test_list_nonsense():
    for number, body in enumerate((b'', b'{}', b'[1, {"type": "file"}, {"path": 3}]', b'[[[', b'\0')):
        SERVER.add(f'/api/models/odd/{number}/tree/main?recursive=true', body)
        run = fetch('list', '--repository', f'odd/{number}')
        if number == 2:
            assert run.status == 0 and not run.of('file'), run.events
        else:
            fails('protocol', run)


def test_usage():
    for args in ([], ['list'], ['download', '--url', 'x'], ['head', '--url', 'x', '--output', 'y'],
                 ['dance'], ['list', '--bad']):
        p = subprocess.run([FETCH, *args], capture_output=True, env=ENV)
        assert p.returncode == 2 and p.stdout == b'' and p.stderr.count(b'\n') == 1, (args, p)


status = tap.run(globals())
SERVER.close()
shutil.rmtree(TMP)
sys.exit(status)
