# SPDX-License-Identifier: MIT
"""surefoot.identify_alarms: what it takes, what it refuses, that tones decide."""

from __future__ import annotations

import numpy as np
import pytest

import surefoot

TONES = list(np.geomspace(1e3, 9e4, 12))


def line_of(samples: np.ndarray, scores: np.ndarray) -> surefoot.Line:
    line = surefoot.Line(samples.astype(np.float32), places=TONES, kind="sweep", trace_interval_s=0.01)
    line.tags["score"] = scores
    return line


def scored(tau_s: float, strength: float) -> tuple[surefoot.Line, list[surefoot.Alarm]]:
    """A pole with one time constant over noise, run through the scores and alarms of the library."""
    rng = np.random.default_rng(5)
    samples = rng.normal(size=(1500, 24))
    x = 2j * np.pi * np.array(TONES) * tau_s
    pole = -x / (1 + x)
    shape = np.exp(-(((np.arange(1500) - 1200) / 12.0) ** 2))
    samples[:, 0::2] += strength * shape[:, None] * pole.real
    samples[:, 1::2] += strength * shape[:, None] * pole.imag
    line = surefoot.Line(samples.astype(np.float32), places=TONES, kind="sweep", trace_interval_s=0.01)
    text = """surefoot = 1
modality = "emi"
stage = [ { use = "emi.baseline" }, { use = "emi.target_score" } ]
detector = { use = "detect.peak_alarm", threshold = 8.0 }"""
    run = surefoot.run(text, line)
    return run.traces, run.alarms


def test_a_strong_pole_is_found_and_has_probabilities() -> None:
    traces, alarms = scored(8e-6, 200.0)
    assert len(alarms) == 1
    (identity,) = surefoot.identify_alarms(traces, alarms)
    assert identity.snr > 100
    assert sum(p for _, _, p in identity.guesses) == pytest.approx(1.0)
    assert [p for _, _, p in identity.guesses] == sorted((p for _, _, p in identity.guesses), reverse=True)
    # The phase of a pole, in the middle tone, and the sign of what is passive.
    x = 2 * np.pi * TONES[6] * 8e-6
    assert alarms[0].phase_rad == pytest.approx(-np.pi / 2 - np.arctan(x), abs=0.1)
    assert 0.0 < alarms[0].kept_share <= 1.0


def test_what_no_part_is_like_is_said() -> None:
    rng = np.random.default_rng(6)
    samples = rng.normal(size=(800, 24))
    samples[390:410] += 300.0 * rng.normal(size=24)
    scores = np.zeros(800, np.float32)
    scores[390:410] = 50.0
    line = line_of(samples, scores)
    alarms = surefoot.detect.peak_alarm(line, threshold=10.0)
    (identity,) = surefoot.identify_alarms(line, alarms)
    assert identity.state in ("unlisted", "cannot_tell")
    assert identity.reason


def test_options_and_axes_are_checked() -> None:
    traces, alarms = scored(8e-6, 200.0)
    with pytest.raises(surefoot.ConfigError, match="confidence"):
        surefoot.identify_alarms(traces, alarms, confidence=0.2)
    with pytest.raises((TypeError, surefoot.ConfigError), match="colour"):
        surefoot.identify_alarms(traces, alarms, colour=1)
    radar = surefoot.Line(np.zeros((10, 24), np.float32), sample_interval_s=1e-10)
    with pytest.raises(surefoot.ConfigError, match="tones"):
        surefoot.identify_alarms(radar, [])


def test_lines_of_tones_and_gates_round_trip() -> None:
    import pickle

    line = surefoot.Line(np.zeros((3, 8), np.float32), places=[1e3, 2e3], kind="sweep", n_channels=2)
    again = pickle.loads(pickle.dumps(line))
    assert again.n_channels == 2 and list(again.axis.places) == [1e3, 2e3] and again.axis == line.axis
    assert list(line.axis.values()) == [1e3, 2e3]
    spec = pickle.loads(pickle.dumps(line.spec))
    assert spec == line.spec and spec.n_channels == 2
    with pytest.raises(surefoot.ConfigError, match="n_channels"):
        surefoot.Line(np.zeros((3, 8), np.float32), places=[1e3, 2e3], kind="sweep", n_channels=3)
    with pytest.raises(surefoot.ConfigError, match="places"):
        surefoot.Line(np.zeros((3, 80), np.float32), places=list(range(1, 41)), kind="sweep")
