#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check.py TEXT COMMAND...: runs the command and looks for a text in what it prints."""

import subprocess
import sys

expected, command = sys.argv[1], sys.argv[2:]
result = subprocess.run(command, capture_output=True, text=True)
print(result.stdout, result.stderr)
sys.exit(result.returncode or (0 if expected in result.stdout else 1))
