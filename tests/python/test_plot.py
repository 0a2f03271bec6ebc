# SPDX-License-Identifier: MIT
"""Pictures: units on the axes, marks where they belong, nothing global."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest

import surefoot
from conftest import SCORED

pytest.importorskip("matplotlib")


def test_axes_are_metres_and_nanoseconds_downwards(line: surefoot.Line) -> None:
    figure = surefoot.plot.radargram(line)
    ax = figure.axes[0]
    assert ax.get_xlabel() == "distance along the line (m)" and ax.get_ylabel() == "two-way time (ns)"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    left, right, bottom, top = ax.images[0].get_extent()
    assert (left, right) == pytest.approx((-0.01, 299 * 0.02 + 0.01))
    assert (bottom, top) == pytest.approx((12.75, -0.05))
    low, high = ax.images[0].get_clim()
    assert low == -high < 0


def test_one_bright_trace_does_not_darken_all(line: surefoot.Line) -> None:
    before = surefoot.plot.clip_level(line.samples)
    line.samples[0] = 1e6
    assert surefoot.plot.clip_level(line.samples) < 2 * before
    line.samples[1] = np.nan
    assert np.isfinite(surefoot.plot.clip_level(line.samples))
    assert surefoot.plot.clip_level(np.zeros((3, 4), np.float32)) == 1.0


def test_scores_alarms_and_truth_are_drawn(line: surefoot.Line) -> None:
    run = surefoot.run(SCORED, line)
    truth = [surefoot.Target(x_m=4.0, width_m=0.3, kind="mine-AT", name="plate_1")]
    figure = surefoot.plot.radargram(run.traces, alarms=run.alarms, scores=run.scores, truth=truth, title="lane")
    ax, below = figure.axes[0], figure.axes[1]
    words = {t.get_text() for t in ax.texts}
    assert "plate 1" in words and str(run.alarms[0].id) in words
    assert below.get_ylabel() == "score (robust z)" and "threshold 6" in {t.get_text() for t in below.texts}
    assert np.array_equal(below.lines[0].get_ydata(), run.scores.astype(float))
    png = io.BytesIO()
    figure.savefig(png, format="png")
    assert png.getvalue()[:8] == b"\x89PNG\r\n\x1a\n" and len(png.getvalue()) > 20_000


def test_it_draws_on_the_axes_that_it_is_given(line: surefoot.Line) -> None:
    figure = surefoot.plot.new_figure()
    left, right = figure.subplots(1, 2)
    assert surefoot.plot.radargram(line, ax=left) is left and left.images and not right.images
    with pytest.raises(ValueError, match="score_panel"):
        surefoot.plot.radargram(line, ax=right, scores=np.zeros(300))


def test_without_distance_it_counts_traces(samples: np.ndarray) -> None:
    bare = surefoot.Line(samples[:1], sample_interval_s=1e-10)
    assert surefoot.plot.radargram(bare).axes[0].get_xlabel() == "trace"


def test_matplotlib_is_loaded_only_to_draw_and_pyplot_never() -> None:
    code = (
        "import sys, numpy as np, surefoot; assert 'matplotlib' not in sys.modules;"
        "line = surefoot.Line(np.ones((4, 8), 'f4'), sample_interval_s=1e-10);"
        "surefoot.plot.radargram(line); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_depth_axis_is_drawn_in_metres() -> None:
    image = surefoot.Line(np.ones((20, 50), np.float32), sample_interval_s=0.01, kind="depth", trace_spacing_m=0.02)
    ax = surefoot.plot.radargram(image).axes[0]
    assert ax.get_ylabel() == "depth (m)"
    assert ax.images[0].get_extent()[2:] == pytest.approx((0.495, -0.005))


def test_of_a_sweep_the_magnitude_is_drawn() -> None:
    pairs = np.zeros((5, 6), np.float32)
    pairs[:, 0::2], pairs[:, 1::2] = 3.0, 4.0
    sweep = surefoot.Line(pairs, sample_interval_s=1e8, start_s=1e9, kind="sweep")
    ax = surefoot.plot.radargram(sweep).axes[0]
    picture = ax.images[0]
    assert ax.get_ylabel() == "frequency (GHz)"
    assert picture.get_array().shape == (3, 5) and (picture.get_array() == 5.0).all()
    assert picture.get_extent()[2:] == pytest.approx((1.25, 0.95)) and picture.get_clim()[0] == 0.0
