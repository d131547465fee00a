#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Downloads into the catalog: from start to model, and all that comes between.

usage: test-download.py CHORD_FETCH SOURCE_ROOT
       test-download.py CHORD_FETCH SOURCE_ROOT --until-killed ENDPOINT   (the process that is killed)
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TMP = pathlib.Path(os.environ.get('CHORD_TEST_FOLDER') or tempfile.mkdtemp(prefix='chord-download-'))
WRAPPER = TMP / 'chord-fetch'
# What g_get_user_data_dir() and the program that downloads see has to be set before they look.
for name in [n for n in os.environ if 'proxy' in n.lower() or n.startswith('HF_')]:
    del os.environ[name]
os.environ.update(XDG_DATA_HOME=str(TMP / 'data'), HF_HOME=str(TMP / 'none'), CHORD_FETCH=str(WRAPPER))

import gi  # noqa: E402

gi.require_version('Chord', '1')
from gi.repository import Chord, GLib  # noqa: E402

import tap  # noqa: E402
from server import Server  # noqa: E402

FETCH, ROOT = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
MODEL = (ROOT / 'data/models/chord-tiny-q8_0.gguf').read_bytes()
MODELS = TMP / 'data/chord/models'
State = Chord.DownloadState
SLOW = (40_000, 0.01)


def wait_until(done, seconds=60):
    """Runs the main loop until done() is true."""
    context, end = GLib.MainContext.default(), time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, 'nothing happens'
        if not context.iteration(False):
            time.sleep(0.005)


def listed(name):
    return Chord.Repository.new(name).list(None)


def catalog():
    return Chord.Catalog.open(None, None)


def serve(name, data=MODEL, file='model-Q8_0.gguf', **how):
    served = SERVER.add_repository('owner/' + name, {file: data})[file]
    served.__dict__.update(how)
    return served


def begin(owner, name, wish=None):
    return owner.download(Chord.Repository.choose(listed('owner/' + name), wish))


def ended(download):
    """Whether it runs no more; then all of that is in the database."""
    over = download.props.state not in (State.QUEUED, State.RUNNING, State.VERIFYING)
    if over and download.props.id:
        download.save()
    return over


def finish(download):
    download.start()
    wait_until(lambda: ended(download))
    assert download.props.state == State.DONE, (download.props.state, download.props.message)


def arrived(download, data=MODEL):
    """The file is there under its name, and nothing else; the catalog has it."""
    path = pathlib.Path(download.props.path)
    assert path.read_bytes() == data
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    model = download.props.model
    assert model.props.path == str(path) and model.props.source == 'download'
    assert model.props.sha256 == download.props.sha256 and model.props.id > 0
    assert model.props.repository == download.props.repository
    return model


def running(name, drip=SLOW):
    """A download of which some has come."""
    served = serve(name, drip=drip)
    owner = catalog()
    download = begin(owner, name)
    wait_until(lambda: download.props.bytes_done > 100_000)
    return owner, download, served


@contextlib.contextmanager
def options(text):
    """Options for the program that downloads."""
    WRAPPER.write_text(f'#!/bin/sh\nexec "{FETCH}" "$@" --backoff 10 {text}\n')
    WRAPPER.chmod(0o755)
    yield
    WRAPPER.write_text(f'#!/bin/sh\nexec "{FETCH}" "$@" --backoff 10\n')


def test_download():
    served = serve('plain', drip=(100_000, 0.01))
    owner = catalog()
    download = begin(owner, 'plain')
    speeds, states, ends = [], [], []
    download.connect('notify::speed', lambda *_: speeds.append(download.props.speed))
    download.connect('notify::state', lambda *_: states.append(download.props.state))
    download.connect('finished', lambda _, ok: ends.append(ok))
    assert list(owner.get_downloads()) == [download]
    assert download.props.path == str(MODELS / 'owner/plain/model-Q8_0.gguf')
    assert download.props.bytes_total == len(MODEL)
    finish(download)
    model = arrived(download)
    assert ends == [True] and max(speeds) > 0 and State.VERIFYING in states, (ends, states)
    assert download.props.bytes_done == len(MODEL) and download.props.speed == 0
    assert model.props.sha256 == served.sha256
    assert not list(owner.get_downloads()) and download.props.id == 0
    assert not list(catalog().get_downloads()), 'nor in the database'


def test_again():
    """What is there with the right sum is not fetched twice."""
    owner = catalog()
    download = begin(owner, 'plain')
    finish(download)
    arrived(download)
    assert len(SERVER.asked('/owner/plain/resolve/main/model-Q8_0.gguf')) == 1


def test_broken_connection():
    serve('broken', breaks=[200_000, 300_000])
    owner = catalog()
    download = begin(owner, 'broken')
    messages = []
    download.connect('notify::message', lambda *_: messages.append(download.props.message))
    finish(download)
    arrived(download)
    assert any(m and 'connection' in m for m in messages), messages


def test_pause():
    owner, download, served = running('paused')
    download.pause()
    wait_until(lambda: ended(download))
    assert download.props.state == State.PAUSED and download.props.speed == 0
    part = pathlib.Path(download.props.path + '.part')
    size = part.stat().st_size
    assert 100_000 < size < len(MODEL)
    other = list(catalog().get_downloads())
    assert [d.props.state for d in other] == [State.PAUSED] and other[0].props.bytes_done == size
    served.drip = None
    finish(download)
    arrived(download)
    assert SERVER.asked('/owner/paused/resolve/main/model-Q8_0.gguf')[-1]['Range'] == f'bytes={size}-'


def children():
    own = pathlib.Path(f'/proc/{os.getpid()}/task')
    return [int(pid) for task in own.iterdir() for pid in (task / 'children').read_text().split()]


def test_helper_killed():
    owner, download, served = running('killed')
    for pid in children():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: ended(download))
    assert download.props.state == State.FAILED and 'signal 9' in download.props.message
    served.drip = None
    finish(download)
    arrived(download)
    assert 'Range' in SERVER.asked('/owner/killed/resolve/main/model-Q8_0.gguf')[-1]


def test_process_killed():
    """After a crash the catalog has the download as paused, with all that came."""
    served = serve('crashed', drip=SLOW)
    p = subprocess.Popen([sys.executable, *sys.argv[:3], '--until-killed', SERVER.url],
                         env={**os.environ, 'CHORD_TEST_FOLDER': str(TMP)}, stdout=subprocess.PIPE)
    assert p.stdout.readline() == b'running\n'
    p.kill()
    p.wait()
    owner = catalog()
    download, = owner.get_downloads()
    assert download.props.state == State.PAUSED and download.props.bytes_done > 100_000
    assert download.props.repository == 'owner/crashed'
    served.drip = None
    finish(download)
    arrived(download)
    assert 'Range' in SERVER.asked('/owner/crashed/resolve/main/model-Q8_0.gguf')[-1]


def until_killed():
    owner = catalog()
    download = begin(owner, 'crashed')
    wait_until(lambda: download.props.bytes_done > 100_000)
    print('running', flush=True)
    wait_until(lambda: False)


def test_catalog_closed():
    """A catalog that goes takes its programs along."""
    owner, download, served = running('closed')
    assert children()
    del owner
    wait_until(lambda: not children())
    wait_until(lambda: ended(download))
    assert download.props.state == State.PAUSED
    del download
    served.drip = None
    owner = catalog()
    finish(owner.get_downloads()[0])
    assert (MODELS / 'owner/closed/model-Q8_0.gguf').exists()


def test_wrong_sum():
    served = serve('damaged')
    file = listed('owner/damaged')[0]
    served.data = MODEL[:-1] + b'!'
    owner = catalog()
    download = owner.download(file)
    wait_until(lambda: ended(download))
    assert download.props.state == State.FAILED and 'SHA-256' in download.props.message
    assert not list((MODELS / 'owner/damaged').iterdir()), 'nothing half-loaded is left'
    assert list(catalog().get_downloads())[0].props.message == download.props.message
    served.data = MODEL
    finish(download)
    arrived(download)


def test_no_model():
    """Something that has the right sum, but is no model, does not enter the catalog."""
    serve('page', data=b'<!DOCTYPE html>' * 1000)
    owner = catalog()
    download = begin(owner, 'page')
    wait_until(lambda: ended(download))
    assert download.props.state == State.FAILED and 'GGUF' in download.props.message
    assert not list((MODELS / 'owner/page').iterdir())
    download.cancel()
    assert not list(owner.get_downloads())


def test_no_space():
    serve('large')
    with options('--free-space 17000000'):
        owner = catalog()
        download = begin(owner, 'large')
        wait_until(lambda: ended(download))
    assert download.props.state == State.FAILED and 'disk space' in download.props.message
    finish(download)
    arrived(download)


def test_queue():
    """Two at once; the others wait, in order."""
    owner = catalog()
    downloads = []
    for number in range(4):
        serve(f'many-{number}', drip=(200_000, 0.01))
        downloads.append(begin(owner, f'many-{number}'))
    most, starts = [], []
    for download in downloads:
        download.connect('notify::state', lambda d, _: starts.append(d.props.repository)
                         if d.props.state == State.RUNNING else None)
        download.connect('notify::bytes-done', lambda *_: most.append(sum(
            d.props.state in (State.RUNNING, State.VERIFYING) for d in downloads)))
    assert [d.props.state for d in downloads[2:]] == [State.QUEUED] * 2
    downloads[2].pause()
    assert downloads[2].props.state == State.PAUSED
    downloads[2].start()
    wait_until(lambda: all(d.props.state == State.DONE for d in downloads))
    assert max(most) == 2, most
    assert starts.index('owner/many-3') < starts.index('owner/many-2'), starts


def parts_of_model():
    """Any files that begin like models do for parts: they are put side by side, not looked into."""
    return {f'big/m-Q4_0-0000{i}-of-00003.gguf': MODEL for i in (1, 2, 3)}


def test_split():
    served = SERVER.add_repository('owner/split', parts_of_model())
    last = served['big/m-Q4_0-00003-of-00003.gguf']
    last.answers = [(404,)]
    owner = catalog()
    download = begin(owner, 'split')
    assert download.props.bytes_total == 3 * len(MODEL)
    wait_until(lambda: ended(download))
    assert download.props.state == State.FAILED
    folder = MODELS / 'owner/split/big'
    assert len(list(folder.iterdir())) == 2
    del download, owner
    owner = catalog()
    download, = owner.get_downloads()
    assert download.props.bytes_done == 2 * len(MODEL)
    download.start()
    wait_until(lambda: ended(download))
    assert sorted(p.name for p in folder.iterdir()) == sorted(p[4:] for p in parts_of_model())
    assert len(SERVER.asked('/owner/split/resolve/main/big/m-Q4_0-00001-of-00003.gguf')) == 1
    if download.props.state != State.DONE:
        download.cancel()


def test_cancel():
    owner, download, _ = running('given-up')
    download.cancel()
    wait_until(lambda: not list(owner.get_downloads()))
    folder = MODELS / 'owner/given-up'
    assert not list(folder.iterdir()) and not list(catalog().get_downloads())
    owner, download, _ = running('given-up')
    download.pause()
    wait_until(lambda: ended(download))
    download.cancel()
    assert not list(folder.iterdir()) and not list(owner.get_downloads())


def test_address():
    SERVER.add('/some/where/a%20model.gguf'.replace('%20', ' '), MODEL)
    owner = catalog()
    download = owner.download(Chord.RepositoryFile.new_for_url(
        SERVER.url + '/some/where/a%20model.gguf'))
    assert download.props.bytes_total == 0
    finish(download)
    model = arrived(download)
    assert download.props.path == str(MODELS / '127.0.0.1/a model.gguf')
    assert download.props.bytes_total == len(MODEL) and len(model.props.sha256) == 64


def test_two_processes():
    """The second leaves the first alone."""
    owner, download, served = running('shared', drip=(20_000, 0.02))
    other = catalog()
    second = begin(other, 'shared')
    wait_until(lambda: ended(second))
    assert second.props.state == State.FAILED and 'another program' in second.props.message
    assert download.props.state == State.RUNNING
    download.pause()
    wait_until(lambda: ended(download))
    served.drip = None
    finish(download)
    arrived(download)


def test_suggestions():
    owner = catalog()
    assert owner.get_suggestions().get_n_items() == Chord.Suggestion.list().get_n_items()
    assert owner.get_suggestions() == owner.get_suggestions()


if sys.argv[3:4] == ['--until-killed']:
    os.environ['HF_ENDPOINT'] = sys.argv[4]
    until_killed()
SERVER = Server()
os.environ['HF_ENDPOINT'] = SERVER.url
with options(''):
    pass
status = tap.run(globals())
SERVER.close()
shutil.rmtree(TMP)
sys.exit(status)
