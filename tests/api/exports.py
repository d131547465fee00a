#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library exports what its headers declare, and nothing else."""

import pathlib
import re
import subprocess
import sys

library, umbrella = sys.argv[1:3]
folder = pathlib.Path(umbrella).parent

symbols = subprocess.run(["nm", "-D", "--defined-only", library],
                         check=True, capture_output=True, text=True).stdout
# A sanitizer puts symbols of its own into what it instruments.
exported = {line.split()[-1].split("@")[0] for line in symbols.splitlines()}
exported = {name for name in exported if not re.match(r"_*(asan|ubsan|odr_asan)", name)}

declared = set()
for header in re.findall(r'#include "(chord-[a-z-]+\.h)"', pathlib.Path(umbrella).read_text()):
    path = folder / header
    if path.exists():
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        declared |= set(re.findall(r"^[^\n#]*?\b(chord_\w+) \(", text, flags=re.M))
        declared |= {f"{name}_get_type" for name in
                     re.findall(r"G_DECLARE_FINAL_TYPE \(\w+,\s*(\w+),", text)}
declared = {name for name in declared if name in exported or not name.endswith("_H")}

private = sorted(name for name in exported if not name.startswith("chord_"))
missing = sorted(name for name in declared
                 if name not in exported and name + "_get_type" not in exported)
undeclared = sorted(name for name in exported - declared
                    if name.startswith("chord_") and not name.endswith("_get_type"))

print("1..3")
for number, (what, names) in enumerate([("only chord_ symbols are exported", private),
                                        ("all that is declared is exported", missing),
                                        ("all that is exported is declared", undeclared)], 1):
    print("not ok" if names else "ok", number, "-", what)
    for name in names:
        print("#", name)
sys.exit(0)
