#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the runners' own closing lines of the given lanes and adds them up.

    summary.py LANES.txt [LOG...]   LANES.txt holds one "lane: verdict" a line; its log lies beside it as lane.log

An entry of ctest that is a suite counts as its cases (cases.py). A lane without a test runner (lint) counts as one. The
last line reads "N passed, N failed".
"""
import pathlib
import re
import sys

CTEST = re.compile(r"^\d+% tests passed, (\d+) tests failed out of (\d+)$", re.M)
CASES = re.compile(r"^(\d+) cases passed, (\d+) failed, (\d+) skipped in (\d+) suites of which (\d+) failed$", re.M)
PYTEST = re.compile(r"^(?:=+ )?((?:\d+ (?:passed|failed|skipped|errors?|xfailed|xpassed|deselected|warnings?)(?:, )?)+"
                    r" in [\d.]+s.*?)(?: =+)?$", re.M)


def counts(text):
    """(closing lines, passed, failed, skipped) of all runners in a log."""
    lines, passed, failed = [], 0, 0
    skipped = len(re.findall(r"\*\*\*Skipped", text))
    for match in CTEST.finditer(text):
        lines.append(match[0])
        failed += int(match[1])
        passed += int(match[2]) - int(match[1])
    passed -= skipped
    for match in CASES.finditer(text):
        lines.append(match[0])
        p, f, s, suites, bad = map(int, match.groups())
        passed += p - (suites - bad)
        failed += f - bad
        skipped += s
    for match in PYTEST.finditer(text):
        lines.append(match[1])
        words = {word.rstrip("s"): int(n) for n, word in re.findall(r"(\d+) (\w+)", match[1])}
        passed += words.get("passed", 0)
        failed += words.get("failed", 0) + words.get("error", 0)
        skipped += words.get("skipped", 0)
    return lines, passed, failed, skipped


def main():
    lanes = pathlib.Path(sys.argv[1])
    passed = failed = skipped = 0
    print("\n== summary")
    for verdict in lanes.read_text(encoding="utf-8").splitlines():
        print(verdict)
        name, _, word = verdict.partition(": ")
        if word.startswith("skipped"):
            continue
        lines, p, f, s = counts((lanes.parent / f"{name}.log").read_text(encoding="utf-8", errors="replace"))
        print("".join(f"    {line}\n" for line in lines), end="")
        if not lines or (word.startswith("FAILED") and f == 0):  # a check, or a build that did not get to its tests
            p, f = (p + 1, f) if word.startswith("passed") else (p, f + 1)
        passed, failed, skipped = passed + p, failed + f, skipped + s
    print(f"{skipped} skipped")
    print(f"{passed} passed, {failed} failed")


if __name__ == "__main__":
    main()
