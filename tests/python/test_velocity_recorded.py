# SPDX-License-Identifier: MIT
"""Recorded CMP and WARR gathers: the panel against NumPy's own, and velocities against picks in t^2 over x^2."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import surefoot

# File, offset of the first trace, what its time zero is late by (from the air wave at 0.2998 m/ns), a reflection that stands
# out: times and velocities between which it lies.
GATHERS = [
    ("gprpy-warr/XLINE00.DT1", 0.6, 15.2e-9, (85e-9, 97e-9), (0.090e9, 0.106e9)),
    ("rgpr-frenke/CMP.DT1", 1.0, 4.0e-9, (62e-9, 75e-9), (0.076e9, 0.092e9)),
    ("rgpr-cornino/cmp.DT1", 1.0, 4.0e-9, (96e-9, 108e-9), (0.082e9, 0.098e9)),
]


def gather(path: Path, late_s: float) -> surefoot.Line:
    if not path.exists():
        pytest.skip(f"{path} is not there")
    line = surefoot.read(path)
    moved = surefoot.Line(
        np.ascontiguousarray(line.samples), sample_interval_s=line.axis.step, start_s=line.axis.start + late_s,
        trace_spacing_m=line.trace_spacing_m,
    )
    return surefoot.gpr.gain(surefoot.gpr.dewow(moved, window_s=20e-9), method="agc", window_s=40e-9)


def numpy_semblance(line: surefoot.Line, offset: np.ndarray, v: float, half: int, stretch: float) -> np.ndarray:
    t, x = line.axis.values(), line.samples.astype(float)
    y = np.full(x.shape, np.nan)
    for k, late in enumerate(offset / v):
        moved = np.sqrt(t**2 + late**2)
        good = (t >= 0) & (moved - t <= stretch * t) & (moved <= t[-1])
        y[k, good] = np.interp(moved[good], t, x[k])
    count = np.isfinite(y).sum(axis=0)
    enough = count >= 5
    top = np.where(enough, np.nansum(y, axis=0) ** 2, 0.0)
    bottom = np.where(enough, count * np.nansum(y**2, axis=0), 0.0)
    box = np.ones(2 * half + 1)
    top, bottom = np.convolve(top, box, "same"), np.convolve(bottom, box, "same")
    return np.where(enough & (bottom > 0), top / np.where(bottom > 0, bottom, 1.0), 0.0)


@pytest.mark.parametrize(("name", "first", "late", "times", "velocities"), GATHERS, ids=lambda x: str(x)[:12])
def test_a_gather_has_its_velocity(
    recorded: Path, name: str, first: float, late: float, times: tuple[float, float], velocities: tuple[float, float]
) -> None:
    line = gather(recorded / "gpr/dt1" / name, late)
    panel = surefoot.gpr.velocity_scan(
        line, first_offset_m=first, min_velocity_m_per_s=0.05e9, max_velocity_m_per_s=0.2e9, n_velocities=76,
        window_s=10e-9, max_stretch=0.5,
    )
    v, t = np.linspace(0.05e9, 0.2e9, 76), panel.axis.values()
    offset = first + line.distance_m
    for k in (10, 25, 60):
        want = numpy_semblance(line, offset, v[k], int(10e-9 / line.axis.step / 2 + 1e-9), 0.5)
        assert np.abs(panel.samples[k] - want).max() < 2e-4

    inside = (t >= times[0]) & (t <= times[1])
    k, i = np.unravel_index(np.argmax(panel.samples[:, inside]), (76, int(inside.sum())))
    zero, best = t[inside][i], v[k]
    assert velocities[0] <= best <= velocities[1]
    used = int((offset / best < np.sqrt(1.5**2 - 1) * zero).sum())
    assert surefoot.velocity.semblance_chance(panel.samples[k][inside][i], used, 2.0) < 1e-6

    # Picks of their own: the highest crest near the moveout, then a straight line through t^2 over x^2.
    picks = []
    for j in np.flatnonzero(offset / best < np.sqrt(1.5**2 - 1) * zero):
        around = np.abs(t - np.sqrt(zero**2 + (offset[j] / best) ** 2)) < 6e-9
        picks.append((offset[j] ** 2, t[around][np.argmax(line.samples[j][around])] ** 2))
    x2, t2 = np.array(picks).T
    slopes = (t2[:, None] - t2[None, :])[np.triu_indices(len(t2), 5)] / (x2[:, None] - x2[None, :])[
        np.triu_indices(len(t2), 5)
    ]
    assert 1 / np.sqrt(np.median(slopes)) == pytest.approx(best, rel=0.1)
    assert len(x2) == used >= 8
