# SPDX-License-Identifier: MIT
"""Options that are lists of numbers, what stages report about their work, and the flags that come from it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import numpy as np
import pytest

import surefoot

LAYERS = {"layer_velocities_m_per_s": [1.0e8, 1.5e8], "layer_bottoms_m": [0.5]}


def test_a_list_is_the_same_from_python_and_from_text(line: surefoot.Line) -> None:
    by_keyword = surefoot.gpr.depth(line, **LAYERS)
    text = """surefoot = 1
stage = [ { use = "gpr.depth", layer_velocities_m_per_s = [1.0e8, 1.5e8], layer_bottoms_m = [0.5] } ]
"""
    by_text = surefoot.run(text, line).traces
    assert by_keyword.axis == by_text.axis and by_keyword.axis.kind == "depth"
    assert by_keyword.samples.tobytes() == by_text.samples.tobytes()
    assert surefoot.to_text(surefoot.to_text(text)) == surefoot.to_text(text)
    assert surefoot.gpr.depth(line, **{k: tuple(v) for k, v in LAYERS.items()}).samples.tobytes() == by_text.samples.tobytes()
    with_array = surefoot.gpr.depth(line, layer_velocities_m_per_s=np.array([1.0e8, 1.5e8]), layer_bottoms_m=[0.5])
    assert with_array.samples.tobytes() == by_text.samples.tobytes()


def test_the_second_layer_is_faster(line: surefoot.Line) -> None:
    """A spike at 15 ns: 0.5 m in 10 ns, then 5 ns at 0.15 m/ns two-way: 0.875 m."""
    spike = np.zeros((1, 512), np.float32)
    spike[0, 150] = 1.0
    layered = surefoot.gpr.depth(surefoot.Line(spike, sample_interval_s=1e-10), depth_step_m=0.0025, **LAYERS)
    assert layered.axis.values()[layered.samples[0].argmax()] == pytest.approx(0.875, abs=0.0051)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"layer_bottoms_m": "0.5"}, "list of numbers"),
        ({"layer_bottoms_m": 0.5}, "list of numbers"),
        ({"layer_bottoms_m": [0.5, "deep"]}, "list of numbers"),
        ({"layer_bottoms_m": [True]}, "list of numbers"),
        ({"layer_bottoms_m": [0.1] * 33}, "at most 32"),
        ({"layer_bottoms_m": [-1.0]}, "layer_bottoms_m"),
        ({"layer_velocities_m_per_s": [3.1e8, 1e8], "layer_bottoms_m": [1.0]}, "layer_velocities_m_per_s"),
        ({"layer_velocities_m_per_s": [1e8], "layer_bottoms_m": [1.0]}, "layer_bottoms_m"),
        ({"layer_bottoms_m": [float("nan")]}, "layer_bottoms_m"),
    ],
)
def test_a_wrong_list_is_refused_by_name(line: surefoot.Line, wrong: dict[str, object], said: str) -> None:
    with pytest.raises((surefoot.ConfigError, TypeError), match=said):
        surefoot.gpr.depth(line, **wrong)


def test_lists_are_described() -> None:
    stage = next(s for s in surefoot.stages() if s["name"] == "gpr.depth")
    option = next(o for o in stage["options"] if o["name"] == "layer_bottoms_m")
    assert option["type"] == "list" and option["default"] == [] and option["unit"] == "m"
    assert inspect.signature(surefoot.gpr.depth).parameters["layer_bottoms_m"].annotation == Sequence[float]
    assert "layer_bottoms_m" in (surefoot.gpr.depth.__doc__ or "")


def test_a_stage_without_notes_says_nothing(line: surefoot.Line) -> None:
    assert surefoot.run("gpr-handheld", line).notes == []


def test_eigenimages_say_how_many_went(line: surefoot.Line) -> None:
    text = 'surefoot = 1\nstage = [{ use = "gpr.dewow" }, { use = "gpr.svd_clutter", last_component = 3 }]\n'
    run = surefoot.run(text, line)
    notes = {note.name: note for note in run.notes}
    assert {(n.stage, n.use) for n in run.notes} == {(1, "gpr.svd_clutter")}
    assert notes["removed_components"].value == 3.0 and notes["removed_components"].warning is None
    # The share of the energy, against NumPy.
    s = np.linalg.svd(surefoot.gpr.dewow(line).samples.astype(np.float64), compute_uv=False) ** 2
    assert notes["removed_energy_share"].value == pytest.approx(s[:3].sum() / s.sum(), rel=1e-6)
    assert "removed_components" in repr(notes["removed_components"])


def test_too_many_eigenimages_are_warned_of(line: surefoot.Line) -> None:
    run = surefoot.run('surefoot = 1\nstage = [{ use = "gpr.svd_clutter", last_component = 100 }]\n', line)
    assert any(note.warning for note in run.notes)


def test_what_has_not_converged_is_flagged_and_said(line: surefoot.Line) -> None:
    run = surefoot.run('surefoot = 1\nstage = [{ use = "gpr.rpca_clutter", most_iterations = 2 }]\n', line)
    flag = int(surefoot.Quality.not_converged)
    assert ((run.traces.quality & flag) == flag).all()
    assert any(note.warning for note in run.notes)
    good = surefoot.run('surefoot = 1\nstage = [{ use = "gpr.rpca_clutter", tolerance = 1e-5 }]\n', line)
    assert not (good.traces.quality & flag).any()
    iterations = {note.name: note.value for note in good.notes}["iterations"]
    assert 2 < iterations < 100


def air_lane(lost: slice) -> surefoot.Line:
    """A bounce 0.3 m away that sways, and a stretch without it."""
    random = np.random.default_rng(5)
    t = 5e-11 * np.arange(256)
    height = 0.30 + 0.03 * np.sin(np.arange(200) / 15)
    a = (np.pi * 1e9 * (t[None, :] - 2 * height[:, None] / 299792458.0)) ** 2
    bounce = (1 - 2 * a) * np.exp(-a)
    bounce[lost] = 0.0
    samples = -bounce + random.normal(0, 0.01, bounce.shape)
    return surefoot.Line(samples.astype(np.float32), sample_interval_s=5e-11, trace_spacing_m=0.02)


def test_a_lost_ground_is_flagged_there_and_nowhere_else() -> None:
    line = air_lane(slice(120, 140))
    followed = surefoot.gpr.ground_track(line, time_zero="emission", min_standoff_m=0.15, max_standoff_m=0.6, compensate=False)
    lost = (followed.quality & int(surefoot.Quality.ground_lost)) != 0
    assert lost[120:140].all() and not lost[:120].any() and not lost[141:].any()
    height = 0.30 + 0.03 * np.sin(np.arange(200) / 15)
    seen = ~lost
    assert np.abs(followed.standoff_m[seen] - height[seen]).max() < 0.5 * 299792458.0 * 1e-10
    assert np.isfinite(followed.standoff_m[lost]).all(), "the last height is kept"


def test_the_airborne_pipeline_carries_the_lost_ground_to_the_traces() -> None:
    run = surefoot.run("gpr-airborne", air_lane(slice(150, 160)))
    lost = (run.traces.quality & int(surefoot.Quality.ground_lost)) != 0
    assert lost[150:160].all() and lost.sum() <= 12
