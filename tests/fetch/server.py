#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An HTTP server with bad manners, as downloads meet them: it breaks connections, lies about
lengths, ignores ranges, changes files, asks for tokens, and sends clients elsewhere.

As a program it serves the models of a repository until its stdin ends:
usage: server.py FILE...   prints its address
"""
import hashlib
import http.server
import json
import sys
import threading
import time
import urllib.parse


class File:
    """What is served under a path, and how it goes wrong."""

    def __init__(self, data, **how):
        self.data = data
        self.etag = '"' + hashlib.md5(data).hexdigest() + '"'
        self.breaks = []            # break the connection after so many bytes; one a request
        self.answers = []           # (status, headers) to answer first; one a request
        self.ignore_range = False
        self.wrong_range = False    # a 206 with other bytes than were asked for
        self.length = None          # a lie for Content-Length
        self.chunked = False        # no Content-Length at all
        self.extra = b''            # more bytes than there are
        self.drip = None            # (bytes, seconds): so many at once
        self.token = None           # that is asked for
        self.redirect = None        # where to go instead
        self.headers = {}
        self.__dict__.update(how)

    @property
    def sha256(self):
        return hashlib.sha256(self.data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def handle(self):
        """Clients that hang up are what this is about."""
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def give_up(self):
        """Ends the connection without the rest of the answer."""
        self.close_connection = True

    def short(self, status, headers=(), body=b''):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        owner = self.server.owner
        path = urllib.parse.unquote(self.path)
        with owner.lock:
            owner.requests.append((path, dict(self.headers)))
        file = owner.files.get(path)
        try:
            if file is None:
                self.short(404)
            else:
                self.serve(file)
        except (BrokenPipeError, ConnectionResetError):
            self.give_up()

    def serve(self, file):
        if file.answers:
            self.short(*file.answers.pop(0))
        elif file.token and self.headers.get('Authorization') != 'Bearer ' + file.token:
            self.short(401, {'X-Error-Code': 'GatedRepo'})
        elif file.redirect:
            self.short(302, {'Location': file.redirect, **file.headers})
        else:
            self.serve_bytes(file)

    def first_byte(self, file):
        """Where the client wants to begin, and the end of what it wants."""
        wanted = self.headers.get('Range')
        end = len(file.data)
        if not wanted or file.ignore_range or self.headers.get('If-Range', file.etag) != file.etag:
            return None, end
        first, last = wanted.removeprefix('bytes=').split('-')
        return int(first), min(int(last) + 1, end) if last else end

    def serve_bytes(self, file):
        start, end = self.first_byte(file)
        if start is not None and start >= len(file.data):
            self.short(416, {'Content-Range': f'bytes */{len(file.data)}'})
            return
        if start is not None and file.wrong_range:
            start = 0
        self.send_response(200 if start is None else 206)
        if start is not None:
            self.send_header('Content-Range', f'bytes {start}-{end - 1}/{len(file.data)}')
        body = file.data[start or 0:end] + file.extra
        if file.chunked:
            self.send_header('Transfer-Encoding', 'chunked')
        else:
            self.send_header('Content-Length', str(file.length or len(body)))
        if file.etag:
            self.send_header('ETag', file.etag)
        for name, value in file.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.send_body(file, body)

    def send_body(self, file, body):
        until = file.breaks.pop(0) if file.breaks else None
        piece, pause = file.drip or (65536, 0)
        sent = 0
        stop = len(body) if until is None else min(until, len(body))
        while sent < stop:
            block = body[sent:min(sent + piece, stop)]
            self.wfile.write(b'%x\r\n%s\r\n' % (len(block), block) if file.chunked else block)
            sent += len(block)
            time.sleep(pause)
        if until is not None or (file.length and file.length != len(body)):
            self.give_up()
        elif file.chunked:
            self.wfile.write(b'0\r\n\r\n')


class Server:
    """Serves files (by path) on a free port, in threads of its own."""

    def __init__(self):
        self.files, self.requests, self.lock = {}, [], threading.Lock()
        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.http.daemon_threads = True
        self.http.owner = self
        self.port = self.http.server_address[1]
        self.url = f'http://127.0.0.1:{self.port}'
        # The same machine by another name is another host.
        self.other = f'http://localhost:{self.port}'
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def add(self, path, data, **how):
        self.files[path] = File(data, **how)
        return self.files[path]

    def add_repository(self, name, files, pages=1, revision='main', token=None):
        """A repository with these files (name to bytes), listed on so many pages."""
        entries = [{'type': 'directory', 'oid': '0' * 40, 'size': 0, 'path': 'folder'}]
        served = {}
        for path, data in files.items():
            served[path] = self.add(f'/{name}/resolve/{revision}/{path}', data, token=token)
            entry = {'type': 'file', 'oid': '1' * 40, 'size': len(data), 'path': path}
            if path.endswith('.gguf'):
                entry['lfs'] = {'oid': served[path].sha256, 'size': len(data), 'pointerSize': 135}
            entries.append(entry)
        share = -(-len(entries) // pages)
        base = f'/api/models/{name}/tree/{revision}?recursive=true'
        for page in range(pages):
            listing = self.add(base + (f'&cursor={page}' if page else ''),
                               json.dumps(entries[page * share:(page + 1) * share]).encode(),
                               token=token)
            if page + 1 < pages:
                listing.headers['Link'] = f'<{self.url}{base}&cursor={page + 1}>; rel="next"'
        return served

    def asked(self, path):
        """The headers of the requests for a path."""
        with self.lock:
            return [headers for asked, headers in self.requests if asked == path]

    def close(self):
        self.http.shutdown()
        self.http.server_close()


def main():
    server = Server()
    files = {}
    for path in sys.argv[1:]:
        with open(path, 'rb') as file:
            files[path.rsplit('/', 1)[-1]] = file.read()
    server.add_repository('owner/model', files)
    print(server.url, flush=True)
    sys.stdin.read()


if __name__ == '__main__':
    main()
