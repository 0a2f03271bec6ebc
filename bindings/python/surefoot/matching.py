# SPDX-License-Identifier: MIT
"""Alarms against known targets on one line, by the halo rule."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ._surefoot import Alarm, Target

HALO_M = 0.10


@dataclass(frozen=True)
class Outcome:
    """What became of one target: the alarm that counts for it (None: missed) and how far it was from the centre."""

    target: Target
    alarm: Alarm | None
    offset_m: float
    extra: int


@dataclass(frozen=True)
class Match:
    """All targets in the order of the truth, and the alarms that belong to none."""

    outcomes: list[Outcome]
    false: list[Alarm]

    def _of(self, clutter: bool, found: bool) -> list[Outcome]:
        return [o for o in self.outcomes if (o.target.kind == "clutter") == clutter and (o.alarm is not None) == found]

    @property
    def found(self) -> list[Outcome]:
        return self._of(clutter=False, found=True)

    @property
    def missed(self) -> list[Outcome]:
        return self._of(clutter=False, found=False)

    @property
    def clutter_alarmed(self) -> list[Outcome]:
        return self._of(clutter=True, found=True)


def match(alarms: Iterable[Alarm], truth: Sequence[Target], halo_m: float = HALO_M) -> Match:
    """An alarm belongs to a target if it lies within halo_m of the target's nearest edge, measured along the line.

    Several alarms in one halo are one detection: the highest score counts, the others are neither found nor false.
    One alarm in two halos belongs to the target whose edge is nearer. An alarm without a place is false.
    Emplaced clutter is a class of its own: an alarm on it is no false alarm, and it cannot be missed.
    Source: CWA 14747 as applied to hand-held detectors (halo of 0.10 m round the nearest edge).
    """
    if not halo_m >= 0.0:
        raise ValueError(f"halo_m is {halo_m}; it must be at least 0 m")
    near: dict[int, list[Alarm]] = {}
    false: list[Alarm] = []
    for alarm in alarms:
        best, best_gap = -1, math.inf
        for i, target in enumerate(truth):
            # Never below 0, and NaN for an alarm without a place: the comparison below is then false.
            gap = max(abs(alarm.distance_m - target.x_m) - 0.5 * target.width_m, 0.0)
            # The tolerance keeps a distance of exactly the halo inside it despite rounding.
            if gap <= halo_m + 1e-9 and gap < best_gap:
                best, best_gap = i, gap
        if best < 0:
            false.append(alarm)
        else:
            near.setdefault(best, []).append(alarm)
    outcomes = []
    for i, target in enumerate(truth):
        hits = near.get(i, [])
        counted = max(hits, key=lambda a: a.score) if hits else None
        offset = counted.distance_m - target.x_m if counted else math.nan
        outcomes.append(Outcome(target, counted, offset, max(0, len(hits) - 1)))
    return Match(outcomes, false)
