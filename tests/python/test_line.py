# SPDX-License-Identifier: MIT
"""Line, tags and arrays: what is shared, what is refused, what stays alive."""

from __future__ import annotations

import gc
import pickle

import numpy as np
import pytest

import surefoot


def test_a_line_has_the_shape_and_the_axis_it_was_given(line: surefoot.Line, samples: np.ndarray) -> None:
    assert (line.n_traces, line.n_samples, len(line)) == (300, 128, 300)
    assert np.array_equal(line.samples, samples)
    assert line.axis.kind == "two_way_time"
    assert np.allclose(line.axis.values(), np.arange(128) * 1e-10, rtol=1e-14)
    assert np.allclose(line.distance_m, np.arange(300) * 0.02)
    assert np.allclose(line.time_s, np.arange(300) * 0.01)
    assert (line.spec.n_samples, line.spec.max_traces, line.spec.live().max_traces) == (128, 300, 0)


def test_what_is_not_known_is_nan(samples: np.ndarray) -> None:
    bare = surefoot.Line(samples, sample_interval_s=1e-10)
    assert np.isnan(bare.distance_m).all() and np.isnan(bare.time_s).all() and np.isnan(bare.position_m).all()
    assert bare.position_m.shape == (300, 3)


def test_samples_and_tags_are_views_and_not_copies(line: surefoot.Line) -> None:
    assert np.shares_memory(line.samples, line.samples)
    line.samples[3, 5] = 123.0
    assert line.samples[3, 5] == 123.0
    line.tags["quality"][4] |= int(surefoot.Quality.saturated)
    assert line.tag(4).quality == surefoot.Quality.saturated
    assert np.shares_memory(line.quality, line.tags)
    assert line.samples.flags.c_contiguous and line.samples.dtype == np.float32


def test_views_keep_the_line_alive() -> None:
    expected = np.arange(1_000_000, dtype=np.float32).reshape(1000, 1000)
    line = surefoot.Line(expected, sample_interval_s=1e-10)
    view, tags = line.samples, line.tags["index"]
    del line
    gc.collect()
    junk = [np.full(1_000_000, -1, np.float32) for _ in range(8)]
    assert np.array_equal(view, expected) and np.array_equal(tags, np.arange(1000))
    del junk


def test_views_of_a_run_keep_it_alive(line: surefoot.Line) -> None:
    run = surefoot.run("gpr-handheld", line)
    scores, traces = run.scores, run.traces
    copy, first = scores.copy(), traces.samples[0].copy()
    del run
    gc.collect()
    junk = [np.full(300, -1, np.float32) for _ in range(64)]
    assert np.array_equal(scores, copy) and np.array_equal(traces.samples[0], first)
    del junk


def test_a_line_owns_its_samples(samples: np.ndarray) -> None:
    line = surefoot.Line(samples, sample_interval_s=1e-10)
    samples[:] = 0
    assert line.samples.any()


@pytest.mark.parametrize(
    ("wrong", "fix"),
    [
        (np.zeros((4, 8)), "astype(numpy.float32)"),
        (np.zeros((4, 8), np.int16), "astype(numpy.float32)"),
        (np.zeros((4, 8), ">f4"), "astype(numpy.float32)"),
        (np.zeros((4, 8), np.float32, order="F"), "ascontiguousarray"),
        (np.zeros((4, 16), np.float32)[:, ::2], "ascontiguousarray"),
        (np.zeros(8, np.float32), "[None, :]"),
        (np.zeros((2, 3, 4), np.float32), "2 dimensions"),
    ],
)
def test_a_wrong_array_is_refused_with_the_fix(wrong: np.ndarray, fix: str) -> None:
    with pytest.raises(TypeError, match="samples") as error:
        surefoot.Line(wrong, sample_interval_s=1e-10)
    assert fix in str(error.value)


@pytest.mark.parametrize("interval", [0.0, -1e-9, float("nan"), float("inf")])
def test_a_wrong_interval_is_a_config_error(interval: float) -> None:
    with pytest.raises(surefoot.ConfigError, match="sample_interval_s"):
        surefoot.Line(np.zeros((2, 8), np.float32), sample_interval_s=interval)


def test_an_unknown_axis_kind_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="gate_time"):
        surefoot.Line(np.zeros((2, 8), np.float32), sample_interval_s=1.0, kind="colour")


def test_tag_by_number(line: surefoot.Line) -> None:
    assert line.tag(-1).index == 299
    with pytest.raises(IndexError, match="300"):
        line.tag(300)


def test_lines_pickle_with_tags_and_assumptions(line: surefoot.Line) -> None:
    line.tags["position_m"][:] = 1.5
    line.tags["quality"][7] = int(surefoot.Quality.dropped)
    line.assumptions = ["the antenna was level"]
    again = pickle.loads(pickle.dumps(line))
    assert np.array_equal(again.samples, line.samples)
    assert again.tags.tobytes() == line.tags.tobytes()
    assert again.assumptions == ["the antenna was level"] and again.spec == line.spec


def test_quality_flags_combine() -> None:
    both = surefoot.Quality.saturated | surefoot.Quality.dropped
    assert surefoot.Quality.saturated in both and surefoot.Quality.warming_up not in both
    assert surefoot.Tag(3, quality=both).quality == both
