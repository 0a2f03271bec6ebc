# SPDX-License-Identifier: MIT
"""Time zero, resampling, sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.signal

import forms
import surefoot
from agree import largest_difference
from data import STEP_S, Data, Lines, of_line
from measure import Peer, Row
from others import GPRPY, gprpy


def ragged(d: Data) -> Any:
    """How far from each other the strongest samples lie, in samples: what aligning is about."""

    def error(ours: Any, theirs: Any) -> float:
        def spread(traces: Any) -> float:
            at = np.abs(np.asarray(traces)).argmax(axis=1)
            return float(np.abs(at - np.median(at)).mean())

        other = np.asarray(theirs)
        return max(spread(ours.samples), spread(other.T if other.shape[0] == d.n_samples else other))

    return error


def time_zero(lines: Lines) -> Iterator[Row]:
    d = of_line(f"{lines.large.name}, dewowed", surefoot.gpr.dewow(lines.large.line, window_s=5e-9))

    def by_numpy() -> Any:
        at = np.abs(d.traces).argmax(axis=1)
        where = np.arange(d.n_samples)[None, :] + (at - round(at.mean()))[:, None]
        inside = (where >= 0) & (where < d.n_samples)
        return np.where(inside, np.take_along_axis(d.traces, where.clip(0, d.n_samples - 1), axis=1), 0)

    note = "whole samples, on the strongest; ours on the threshold, between samples: mean distance of the strongest samples from their median"
    peers = [Peer("NumPy", by_numpy, ragged(d), 1.0, note)]
    if GPRPY is not None:
        peers.append(Peer("GPRPy alignTraces", lambda: GPRPY.alignTraces(gprpy(d.samples)), ragged(d), 1.0, note))
    yield Row("alignment on the first wave", "gpr.time_zero", d.name,
              lambda: surefoot.gpr.time_zero(d.line, method="threshold", median_traces=1), peers)


def resample(lines: Lines) -> Iterator[Row]:
    d = lines.large
    inner = slice(64, -64)

    def error(ours: Any, theirs: Any) -> float:
        other = np.asarray(theirs)
        n = min(ours.samples.shape[1], other.shape[1])
        return largest_difference(ours.samples[:, :n][:, inner], other[:, :n][:, inner])

    yield Row("twice as many samples a trace", "gpr.time_resample", d.name,
              lambda: surefoot.gpr.time_resample(d.line, sample_interval_s=STEP_S / 2),
              [
                  Peer("SciPy resample_poly", lambda: scipy.signal.resample_poly(d.traces, 2, 1, axis=1, window=("kaiser", 8.0)), error,
                       3e-2, "interior; 41 taps against our 64"),
                  Peer("SciPy resample", lambda: scipy.signal.resample(d.traces, 2 * d.n_samples, axis=1), error,
                       3e-2, "interior; by Fourier transform, periodic"),
              ])


def sfcw(lines: Lines) -> Iterator[Row]:
    del lines
    n_traces, n_frequencies, start, step, interval, n_out = 2048, 256, 6e8, 9.375e6, 1.0 / (9.375e6 * 1024), 512
    random = np.random.default_rng(4)
    f = start + step * np.arange(n_frequencies)
    delay = random.uniform(2e-9, 30e-9, (n_traces, 3, 1))
    sweeps = (random.uniform(0.2, 1, (n_traces, 3, 1)) * np.exp(-2j * np.pi * f * delay)).sum(axis=1).astype(np.complex64)
    line = surefoot.sweep_line(sweeps, start_hz=start, step_hz=step)
    yield Row("sweeps to time, 256 frequencies to 512 samples", "gpr.sfcw", f"{n_traces} x {n_frequencies}",
              lambda: surefoot.gpr.sfcw(line, window="hann", length_s=n_out * interval, sample_interval_s=interval),
              [Peer("scipy.fft", lambda: forms.sweep_to_time(sweeps, start, step, n_out, interval),
                    lambda a, b: largest_difference(a.samples[:, :n_out], b[:, : a.samples.shape[1]]), 1e-4)])


CHAPTER = (time_zero, resample, sfcw)
