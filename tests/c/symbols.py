# SPDX-License-Identifier: MIT
"""Compare what a shared library shows with a checked-in list: symbols.py NM LIBRARY LIST."""

import subprocess
import sys

nm, library, listed = sys.argv[1:]
lines = subprocess.run([nm, "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout.splitlines()
# "address type name@@VERSION"; type A is the name of the version itself.
shown = {line.split()[2].split("@")[0] for line in lines if line.split()[1] != "A"}
wanted = set(open(listed, encoding="utf-8").read().split())
for name in sorted(shown - wanted):
    print(f"shown but not listed: {name}")
for name in sorted(wanted - shown):
    print(f"listed but not shown: {name}")
print(f"{len(shown)} symbols shown, {len(wanted)} listed")
sys.exit(shown != wanted or not shown)
