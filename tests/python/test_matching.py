# SPDX-License-Identifier: MIT
"""The halo rule, case by case."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import surefoot
from surefoot.matching import match


@dataclass(frozen=True)
class Claim:
    """What match() looks at in an alarm."""

    distance_m: float
    score: float = 10.0


def target(x_m: float, width_m: float = 0.10, kind: str = "mine-AP") -> surefoot.Target:
    return surefoot.Target(x_m=x_m, width_m=width_m, kind=kind, name=f"t{x_m}")


def outcome(claims: list[float], *targets: surefoot.Target) -> tuple[int, int, int]:
    m = match([Claim(x) for x in claims], targets)  # type: ignore[misc]
    return len(m.found), len(m.missed), len(m.false)


@pytest.mark.parametrize(
    ("at", "found"),
    [(1.0, 1), (1.15, 1), (0.85, 1), (1.1501, 0), (0.8499, 0), (1.3, 0)],
)
def test_the_halo_ends_a_tenth_of_a_metre_from_the_edge(at: float, found: int) -> None:
    assert outcome([at], target(1.0)) == (found, 1 - found, 1 - found)


def test_a_wide_target_has_a_wide_halo() -> None:
    assert outcome([2.25], target(2.0, 0.32)) == (1, 0, 0)
    assert outcome([2.27], target(2.0, 0.32)) == (0, 1, 1)


def test_several_alarms_in_a_halo_are_one_detection_and_the_highest_counts() -> None:
    m = match([Claim(0.95, 5.0), Claim(1.02, 9.0), Claim(1.1, 7.0)], [target(1.0)])  # type: ignore[list-item]
    assert len(m.found) == 1 and m.false == []
    assert m.outcomes[0].alarm is not None and m.outcomes[0].alarm.score == 9.0
    assert m.outcomes[0].extra == 2 and m.outcomes[0].offset_m == pytest.approx(0.02)


def test_an_alarm_in_two_halos_belongs_to_the_nearer_edge() -> None:
    assert outcome([1.12], target(1.0), target(1.2)) == (1, 1, 0)
    m = match([Claim(1.12)], [target(1.0), target(1.2)])  # type: ignore[list-item]
    assert [o.alarm is not None for o in m.outcomes] == [False, True]


def test_clutter_is_neither_found_nor_missed_nor_false() -> None:
    m = match([Claim(1.0)], [target(1.0, kind="clutter"), target(3.0, kind="clutter")])  # type: ignore[list-item]
    assert (m.found, m.missed, m.false) == ([], [], []) and len(m.clutter_alarmed) == 1


def test_nothing_and_nowhere() -> None:
    assert outcome([], target(1.0)) == (0, 1, 0)
    assert outcome([1.0]) == (0, 0, 1)
    assert outcome([float("nan")], target(1.0)) == (0, 1, 1)
    with pytest.raises(ValueError, match="halo_m"):
        match([], [], halo_m=-0.1)
