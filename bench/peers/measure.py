# SPDX-License-Identifier: MIT
"""What is compared, how the agreement is checked and how two callables are timed against each other."""

from __future__ import annotations

import contextlib
import gc
import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True)
class Peer:
    """One way in which somebody else does the same work on the same data."""

    name: str
    run: Work
    error: Callable[[Any, Any], float]  # (our result, theirs): the largest difference, as a share of the largest value
    tolerance: float
    note: str = "same definition"  # or: how the definitions differ, and where they were compared
    bar: float = 1.0  # how many times faster we have to be


@dataclass(frozen=True)
class Row:
    """One operation on one line, ours and its peers."""

    operation: str
    call: str  # ours, as it is called
    data: str
    ours: Work
    peers: list[Peer] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """Processor times of one row against one peer, and their agreement."""

    row: Row
    peer: Peer
    error: float
    ours_s: float  # medians
    theirs_s: float
    ratios: list[float]  # theirs / ours of each pair

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def agrees(self) -> bool:
        return self.error <= self.peer.tolerance

    @property
    def met(self) -> bool:
        return self.agrees and self.ratio >= self.peer.bar


def quietly(work: Work) -> Any:
    """The result of work, without what it prints."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return work()


def processor_time(work: Work) -> float:
    """Seconds of processor time that one call takes; its result is freed within that time, as a user would."""
    start = time.process_time()
    work()
    return time.process_time() - start


def measure(row: Row, peer: Peer, least_pairs: int, budget_s: float) -> Outcome:
    """Check that the results agree, then time A B A B: at least least_pairs pairs, more while budget_s lasts (at most 41)."""
    ours = quietly(row.ours)
    error = float(peer.error(ours, quietly(peer.run)))
    del ours
    times: list[tuple[float, float]] = []
    gc.collect()
    gc.disable()
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            processor_time(row.ours)
            started = time.perf_counter()
            while len(times) < least_pairs or (len(times) < 41 and time.perf_counter() - started < budget_s):
                times.append((processor_time(row.ours), processor_time(peer.run)))
    finally:
        gc.enable()
    return Outcome(
        row,
        peer,
        error,
        statistics.median(a for a, _ in times),
        statistics.median(b for _, b in times),
        [b / a for a, b in times],
    )
