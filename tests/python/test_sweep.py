# SPDX-License-Identifier: MIT
"""Stepped-frequency sweeps from Python: complex64 in, traces out, compared with NumPy's plain sum."""

from __future__ import annotations

import numpy as np
import pytest

import surefoot

START, STEP, K = 0.6e9, 10.8e6, 101


def echoes(n_traces: int = 5) -> np.ndarray:
    f = START + STEP * np.arange(K)
    delays = 10e-9 + 1e-9 * np.arange(n_traces)
    return np.exp(-2j * np.pi * np.outer(delays, f)).astype(np.complex64)


def test_a_sweep_line_is_a_view_of_its_numbers() -> None:
    sweeps = echoes()
    line = surefoot.sweep_line(sweeps, start_hz=START, step_hz=STEP, trace_spacing_m=0.02)
    assert line.axis.kind == "sweep" and line.axis.start == START and line.axis.step == STEP
    assert line.n_samples == 2 * K and line.distance_m[2] == pytest.approx(0.04)
    back = surefoot.sweeps_of(line)
    assert back.dtype == np.complex64 and np.array_equal(back, sweeps)
    assert np.shares_memory(back, line.samples)


def test_sweeps_become_time_as_in_numpy() -> None:
    sweeps = echoes()
    line = surefoot.sweep_line(sweeps, start_hz=START, step_hz=STEP)
    traces = surefoot.gpr.sfcw(line, window="hamming", length_s=30e-9, sample_interval_s=0.1e-9)
    assert traces.axis.kind == "two_way_time" and traces.n_samples == 300
    t = traces.axis.values()
    weight = np.hamming(K)
    phase = np.exp(2j * np.pi * np.outer(START + STEP * np.arange(K), t))
    want = ((sweeps * weight) @ phase).real / weight.sum()
    assert np.abs(traces.samples - want).max() < 2e-6
    assert np.array_equal(np.argmax(traces.samples, axis=1), 100 + 10 * np.arange(5))


def test_a_chain_of_calibration_and_time() -> None:
    text = """surefoot = 1
modality = "gpr"
stage = [
  { use = "gpr.sweep_calibrate", reference_traces = 3, delay_s = 2e-9, low_hz = 0.7e9 },
  { use = "gpr.sfcw", output = "envelope", oversampling = 4.0, length_s = 40e-9 },
]
"""
    air = np.ones((6, K), dtype=np.complex64)
    air[4] += 0.5 * echoes(1)[0]
    run = surefoot.run(text, surefoot.sweep_line(air, start_hz=START, step_hz=STEP))
    assert np.abs(run.traces.samples[5]).max() < 1e-6
    t = run.traces.axis.values()
    assert t[np.argmax(run.traces.samples[4])] == pytest.approx(8e-9, abs=0.05e-9)
    assert run.traces.samples[4].max() == pytest.approx(0.5, rel=5e-3)
    assert surefoot.Quality.warming_up in surefoot.Quality(int(run.traces.quality[0]))


@pytest.mark.parametrize(
    ("sweeps", "text"),
    [
        (echoes().astype(np.complex128), "complex64"),
        (echoes().real, "complex64"),
        (echoes()[0], "2 dimensions"),
        (echoes()[:, ::2], "contiguous"),
        ([[1j]], "complex64"),
    ],
)
def test_what_is_no_sweep_is_refused(sweeps: object, text: str) -> None:
    with pytest.raises(TypeError, match=text):
        surefoot.sweep_line(sweeps, start_hz=START, step_hz=STEP)  # type: ignore[arg-type]


def test_frequencies_that_cannot_be_are_refused() -> None:
    for start, step in ((-1.0, STEP), (START, 0.0), (np.nan, STEP), (START, np.inf)):
        with pytest.raises(surefoot.ConfigError, match="_hz"):
            surefoot.sweep_line(echoes(), start_hz=start, step_hz=step)
    line = surefoot.Line(np.zeros((2, 8), dtype=np.float32), sample_interval_s=1e-10)
    with pytest.raises(surefoot.ConfigError, match="two_way_time"):
        surefoot.sweeps_of(line)
    with pytest.raises(surefoot.ConfigError, match="sweep"):
        surefoot.gpr.sfcw(line)
