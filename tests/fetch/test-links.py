#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Nothing but chord-fetch links libsoup, neither itself nor through what it links.

usage: test-links.py CHORD_FETCH FILE...
"""
import re
import subprocess
import sys

import tap


def libraries(path):
    """The libraries that a program or library loads, all the way down."""
    out = subprocess.run(['ldd', path], text=True, capture_output=True, check=True).stdout
    return re.findall(r'^\s*(\S+)', out, flags=re.M)


def test_fetch_has_it():
    assert any(name.startswith('libsoup-3') for name in libraries(sys.argv[1]))


def test_others_do_not():
    for path in sys.argv[2:]:
        named = subprocess.run(['readelf', '-d', path], text=True, capture_output=True, check=True).stdout
        assert 'NEEDED' in named and 'soup' not in named, named
        found = [name for name in libraries(path) if 'soup' in name]
        assert not found, (path, found)


sys.exit(tap.run(globals()))
