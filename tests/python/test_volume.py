# SPDX-License-Identifier: MIT
"""Volumes: lines beside each other, the grid they are put on, slices through it."""

from __future__ import annotations

import numpy as np
import pytest

import surefoot


def survey() -> list[surefoot.Line]:
    """Seven lines of 60 traces, 10 cm apart, with something at x = 0.6 m under the fourth."""
    lines = []
    for k in range(7):
        samples = np.random.default_rng(k).normal(0, 0.1, (60, 40)).astype(np.float32)
        away = np.hypot(0.02 * np.arange(60) - 0.6, 0.1 * k - 0.3)
        samples[:, 20:24] += (30.0 * np.exp(-((away / 0.1) ** 2)))[:, None].astype(np.float32)
        lines.append(surefoot.Line(samples, sample_interval_s=1e-10, trace_spacing_m=0.02))
    return lines


@pytest.fixture(scope="module")
def volume() -> surefoot.Line:
    joined = surefoot.join(survey(), y_m=[0.1 * k for k in range(7)])
    return surefoot.gpr.grid(joined, step_x_m=0.1, step_y_m=0.1, radius_m=0.08)


def test_lines_are_joined_with_their_offsets() -> None:
    lines = survey()
    joined = surefoot.join(lines, y_m=[0.1 * k for k in range(7)])
    assert joined.n_traces == 420 and (joined.tags["index"] == np.arange(420)).all()
    assert np.array_equal(joined.samples, np.concatenate([line.samples for line in lines]))
    assert np.allclose(joined.position_m[60:120, 1], 0.1) and np.allclose(joined.position_m[60:120, 0], lines[1].distance_m)
    with pytest.raises(surefoot.ConfigError, match="offsets"):
        surefoot.join(lines, y_m=[0.0])
    with pytest.raises(surefoot.ConfigError):
        surefoot.join([])


def test_a_volume_is_a_view_of_the_line(volume: surefoot.Line) -> None:
    grid = surefoot.grid_of(volume)
    assert grid is not None and (grid["n_x"], grid["n_y"]) == (13, 7)
    assert (grid["step_x_m"], grid["step_y_m"]) == pytest.approx((0.1, 0.1))
    cube = surefoot.volume(volume)
    assert cube.shape == (7, 13, 40) and np.shares_memory(cube, volume.samples)
    assert np.array_equal(cube[2, 5], volume.samples[2 * 13 + 5])
    line = survey()[0]
    assert surefoot.grid_of(line) is None
    with pytest.raises(surefoot.Error, match="grid"):
        surefoot.volume(line)


def test_a_slice_is_numpys(volume: surefoot.Line) -> None:
    inside = surefoot.volume(volume)[:, :, 20:24].astype(float)
    start, end = 20e-10, 23e-10
    for measure, expected in (
        ("energy", (inside**2).mean(axis=2)),
        ("magnitude", np.abs(inside).mean(axis=2)),
        ("mean", inside.mean(axis=2)),
    ):
        got = surefoot.slice(volume, start, end, measure=measure)
        assert got.shape == (7, 13) and got.dtype == np.float32
        np.testing.assert_allclose(got, expected, rtol=1e-6)
    assert np.unravel_index(surefoot.slice(volume, start, end).argmax(), (7, 13)) == (3, 6)
    with pytest.raises(surefoot.ConfigError, match="no sample"):
        surefoot.slice(volume, 1.0, 2.0)
    with pytest.raises(surefoot.ConfigError, match="measure"):
        surefoot.slice(volume, start, end, measure="median")
    assert surefoot.slice(survey()[0], start, end).shape == (60,)


def test_the_picture_shows_the_places(volume: surefoot.Line) -> None:
    pytest.importorskip("matplotlib")
    figure = surefoot.plot.slice(volume, 20e-10, 23e-10)
    ax = figure.axes[0]
    assert ax.get_title(loc="left") == "two-way time 2 to 2.3 ns"
    assert ax.images[0].get_extent() == pytest.approx((-0.05, 1.25, -0.05, 0.65))
    assert ax.images[0].get_array().shape == (7, 13)
    with pytest.raises(ValueError, match="grid"):
        surefoot.plot.slice(survey()[0], 0.0, 1e-9)
