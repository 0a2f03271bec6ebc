# SPDX-License-Identifier: MIT
"""The same work, ours and other people's, in one run: python bench/peers [--only WORD] [--write FILE]

`make peers` makes the environment (build/peers-venv) and calls this. Exit 0 even where a bar is missed: the table says so;
1 if results do not agree.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path

# Before NumPy is loaded: one thread for everybody.
for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA", "VECLIB_MAXIMUM", "BLIS"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
os.environ["MPLBACKEND"] = "agg"

import report  # noqa: E402
from data import Lines  # noqa: E402
from measure import Outcome, Row, measure  # noqa: E402
from rows import across_traces, along_time, geometry, imaging  # noqa: E402

CHAPTERS = (along_time, across_traces, imaging, geometry)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/peers", description=__doc__)
    parser.add_argument("--only", default="", help="only operations whose name contains this")
    parser.add_argument("--pairs", type=int, default=5, help="least pairs of calls (default 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="more pairs, up to 41, within this time a peer (default 2)")
    parser.add_argument("--write", type=Path, help="write the table to this file")
    given = parser.parse_args()
    warnings.simplefilter("ignore")

    lines = Lines()
    outcomes: list[Outcome] = []
    absent: list[str] = []
    print("\n".join(report.describe_machine()), flush=True)
    for chapter in CHAPTERS:
        for operation in chapter.CHAPTER:
            row: Row
            for row in operation(lines):
                if given.only not in row.operation and given.only not in row.call:
                    continue
                for peer in row.peers:
                    try:
                        outcome = measure(row, peer, given.pairs, given.seconds)
                    except AttributeError as error:
                        if "surefoot" not in str(error):
                            raise
                        absent.append(f"{row.operation}: {error}")
                        break
                    outcomes.append(outcome)
                    word = "ok" if outcome.met else "MISSED" if outcome.agrees else "DIFFERS"
                    print(
                        f"{row.operation:38s} {1e3 * outcome.ours_s:9.2f} ms  {peer.name:26s} {1e3 * outcome.theirs_s:9.2f} ms  "
                        f"x{outcome.ratio:8.2f} ({min(outcome.ratios):.2f} to {max(outcome.ratios):.2f})  "
                        f"differs {outcome.error:.1e} of {peer.tolerance:.0e}  {word}",
                        flush=True,
                    )
    for missing in absent:
        print(f"absent: {missing}")
    if given.write:
        report.write(given.write, outcomes)
    missed = [o for o in outcomes if not o.met]
    print(f"{len(outcomes) - len(missed)} of {len(outcomes)} comparisons meet their bar")
    return 0 if all(o.agrees for o in outcomes) and not absent else 1


if __name__ == "__main__":
    sys.exit(main())
