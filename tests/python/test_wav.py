# SPDX-License-Identifier: MIT
"""The sound of detect.audio as a file that SciPy reads: its pitch, its length, no clicks, and flags that are heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import wavfile

import surefoot


def line_of(pitch_hz: np.ndarray, level: np.ndarray, quality: np.ndarray | None = None) -> surefoot.Line:
    samples = np.stack([pitch_hz, level], axis=1).astype(np.float32)
    line = surefoot.Line(samples, kind="channel", sample_interval_s=1.0, trace_interval_s=0.01)
    if quality is not None:
        line.tags["quality"] = quality
    return line


def test_pitch_and_length_are_those_of_the_line(tmp_path: Path) -> None:
    file = tmp_path / "audio.wav"
    surefoot.write_wav(line_of(np.full(200, 880.0), np.full(200, 0.5)), file, sample_rate_hz=22050)
    rate, x = wavfile.read(file)
    assert rate == 22050 and x.dtype == np.int16 and x.shape == (2 * rate + (rate + 2) // 4,)
    steady = x[rate // 2 : rate // 2 + rate].astype(float)
    spectrum = np.abs(np.fft.rfft(steady)) * 2 / rate / 32767
    assert np.argmax(spectrum) == 880 and spectrum[880] == pytest.approx(0.3, rel=1e-4)
    assert np.delete(spectrum, 880).max() < 2e-5  # one sine: nothing else above the rounding to 16 bits
    assert np.count_nonzero((steady[:-1] < 0) & (steady[1:] >= 0)) in (879, 880)


def test_nothing_clicks_where_pitch_and_level_jump(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    pitch = rng.uniform(220, 1760, 300)
    level = rng.uniform(0, 1, 300) * (rng.random(300) > 0.3)
    surefoot.write_wav(line_of(pitch, level), tmp_path / "a.wav")
    rate, x = wavfile.read(tmp_path / "a.wav")
    steps = np.abs(np.diff(x.astype(float)))
    assert steps.max() <= 32767 * 0.6 * (2 * np.pi * 1760 + 100) / rate + 1
    assert x[0] == 0 and (x[-rate // 5 :] == 0).all()


def test_flags_are_heard_over_silence(tmp_path: Path) -> None:
    quality = np.zeros(100, np.uint32)
    quality[30:60] = int(surefoot.Quality.ground_balance_lost)
    surefoot.write_wav(line_of(np.full(100, 220.0), np.zeros(100), quality), tmp_path / "a.wav", sample_rate_hz=16000)
    _, x = wavfile.read(tmp_path / "a.wav")
    assert (x[:4800] == 0).all() and np.abs(x[4800:9600]).max() > 0.25 * 32767
    spectrum = np.abs(np.fft.rfft(x[4800:8800].astype(float)))  # two pulses: steps of 4 Hz
    assert set(np.argsort(spectrum)[-2:]) == {150, 212}  # 600 and 848 Hz
    quality[:] = int(surefoot.Quality.repaired)
    surefoot.write_wav(line_of(np.full(100, 220.0), np.zeros(100), quality), tmp_path / "b.wav")
    assert not wavfile.read(tmp_path / "b.wav")[1].any()


def test_a_line_of_the_stage_becomes_a_sound(line: surefoot.Line, tmp_path: Path) -> None:
    tones = surefoot.detect.audio(surefoot.detect.energy_score(surefoot.gpr.dewow(line, window_s=3e-9)))
    assert tones.n_samples == 2 and tones.axis.kind == "channel"
    surefoot.write_wav(tones, tmp_path / "audio.wav")
    _, x = wavfile.read(tmp_path / "audio.wav")
    assert x.any()


def test_what_is_no_sound_is_refused(line: surefoot.Line, tmp_path: Path) -> None:
    good = line_of(np.full(5, 400.0), np.ones(5))
    for call, path in [
        (lambda: surefoot.write_wav(line, tmp_path / "a.wav"), "line"),
        (lambda: surefoot.write_wav(good, tmp_path / "a.wav", sample_rate_hz=100), "sample_rate_hz"),
        (lambda: surefoot.write_wav(line_of(np.full(5, 400.0), np.full(5, 2.0)), tmp_path / "a.wav"), "line.samples[0]"),
    ]:
        with pytest.raises(surefoot.ConfigError) as caught:
            call()
        assert caught.value.path == path
    with pytest.raises(surefoot.DataError):
        surefoot.write_wav(good, tmp_path / "none" / "a.wav")
    with pytest.raises(TypeError, match="no option 'rate'"):
        surefoot.write_wav(good, tmp_path / "a.wav", rate=8000)
    assert list(tmp_path.iterdir()) == []
    assert "sample_rate_hz: int = 44100" in surefoot.write_wav.__doc__
