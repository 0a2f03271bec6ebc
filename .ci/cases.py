#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the GoogleTest cases in what ctest has just run, and names those that failed.

    cases.py BUILD_FOLDER

An entry of ctest is a whole suite; the line that this prints says how many cases those are:

    1234 cases passed, 0 failed, 5 skipped in 70 suites of which 0 failed
"""
import pathlib
import re
import sys

ENTRY = re.compile(r"^\d+/\d+ Test: (.+)$", re.M)
CASE = re.compile(r"^\[ +(RUN|OK|FAILED|SKIPPED) +\] ([\w/]+\.[\w/]+)(?:, where .*)?(?: \(\d+ ms\))?$", re.M)


def count(log):
    """(lines about what failed, passed, failed, skipped, suites, failed suites) of a LastTest.log."""
    lines, passed, failed, skipped, suites, bad = [], 0, 0, 0, 0, 0
    starts = [*ENTRY.finditer(log)]
    for start, end in zip(starts, [m.start() for m in starts[1:]] + [len(log)]):
        text = log[start.end():end]
        last = {case: word for word, case in CASE.findall(text)}
        if not last:
            continue
        suites += 1
        good = "\nTest Passed.\n" in text
        bad += not good
        died = [case for case, word in last.items() if word == "RUN"]
        wrong = [case for case, word in last.items() if word == "FAILED"]
        lines += [f"{start[1]}: {case} failed" for case in wrong]
        lines += [f"{start[1]}: {case} did not end; the cases after it were not run" for case in died]
        if not good and not died and not wrong:  # a leak, a race: found when the program ended
            lines.append(f"{start[1]}: failed outside of its cases")
        failed += max(len(died) + len(wrong), not good)
        passed += sum(word == "OK" for word in last.values())
        skipped += sum(word == "SKIPPED" for word in last.values())
    return lines, passed, failed, skipped, suites, bad


def main():
    log = (pathlib.Path(sys.argv[1]) / "Testing/Temporary/LastTest.log").read_text(encoding="utf-8", errors="replace")
    lines, passed, failed, skipped, suites, bad = count(log)
    for line in lines:
        print(line)
    print(f"{passed} cases passed, {failed} failed, {skipped} skipped in {suites} suites of which {bad} failed")


if __name__ == "__main__":
    main()
