# SPDX-License-Identifier: MIT
"""The table that bench/results/peers.md shows, and what it was measured on."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import surefoot
from measure import Outcome
from others import GPRPY, python_version, version

PACKAGES = ("numpy", "scipy", "bottleneck", "numba", "impdar", "siina", "readgssi")


def _processor() -> str:
    for row in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _number(x: float) -> str:
    return f"{x:.3g}" if x < 100 else f"{x:,.0f}"


def describe_machine() -> list[str]:
    build = surefoot.build_info()
    flags = ", ".join(f"{key} {value}" for key, value in build.items())
    gprpy = "GPRPy from GPRPY_DIR" if GPRPY is not None else "GPRPy absent (on no package index; GPRPY_DIR names a copy)"
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return [
        f"- {datetime.date.today().isoformat()}; {_processor()}, {os.cpu_count()} processors, load {load}; one thread.",
        f"- surefoot: {flags}.",
        f"- Python {python_version()}; " + ", ".join(f"{p} {version(p)}" for p in PACKAGES) + f"; {gprpy}.",
    ]


HEAD = """# Against other people's tools

Written by `make peers` (`bench/peers`); no number here was typed. In one run, on the same float32 line, first the results
are compared, then both are called alternately, A B A B. Times are processor times of the whole Python call, ours with the
Line that comes out. `times` is the median of the paired ratios (least to most): how many times longer the peer takes.
`differs` is the largest difference as a share of the largest value, and what is allowed. The bar is 1, and 10 against ImpDAR
and GPRPy for migration and running backgrounds.
"""


def table(outcomes: Sequence[Outcome]) -> list[str]:
    rows = [
        "| operation | traces x samples | ours, ms | peer | its ms | times | bar | differs (allowed) | compared |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for o in outcomes:
        times = f"{_number(o.ratio)} ({_number(min(o.ratios))} to {_number(max(o.ratios))}; {len(o.ratios)} pairs)"
        mark = "" if o.met else " **missed**"
        rows.append(
            f"| {o.row.operation} (`{o.row.call}`) | {o.row.data} | {_number(1e3 * o.ours_s)} | {o.peer.name} | "
            f"{_number(1e3 * o.theirs_s)} | {times} | {o.peer.bar:g}{mark} | {o.error:.1e} ({o.peer.tolerance:.0e}) | {o.peer.note} |"
        )
    return rows


def write(path: Path, outcomes: Sequence[Outcome]) -> None:
    missed = [o for o in outcomes if not o.met]
    verdict = f"{len(outcomes) - len(missed)} of {len(outcomes)} comparisons meet their bar."
    text = "\n".join([HEAD, *describe_machine(), "", verdict, "", *table(outcomes)]) + "\n"
    path.write_text(text, encoding="utf-8")
