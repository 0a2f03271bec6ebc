# SPDX-License-Identifier: MIT
"""Operations along time: each trace alone."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import bottleneck as bn
import numpy as np
import scipy.fft
import scipy.ndimage
import scipy.signal

import surefoot
from agree import largest_difference, same
from data import STEP_S, Lines
from measure import Peer, Row
from others import GPRPY, gprpy, impdar

HALF = 25  # of the windows along time, in samples


def centred_mean(x: Any, half: int, axis: int) -> Any:
    """Running mean over what exists of 2 half + 1 samples, by bottleneck's trailing mean over an end of NaN."""
    shape = list(x.shape)
    shape[axis] = half
    padded = np.concatenate([x, np.full(shape, np.nan, x.dtype)], axis=axis)
    mean = bn.move_mean(padded, 2 * half + 1, min_count=1, axis=axis)
    return mean[half:] if axis == 0 else mean[:, half:]


def dc(lines: Lines) -> Iterator[Row]:
    d = lines.large
    siina = importlib.import_module("siina")
    radar = siina.Radar()
    radar.data_list = [d.samples]
    yield Row(
        "DC removal", "gpr.dc", d.name,
        lambda: surefoot.gpr.dc(d.line),
        [
            Peer("NumPy", lambda: d.traces - d.traces.mean(axis=1, keepdims=True), same(), 1e-5),
            Peer("siina", lambda: radar.func_dc(inplace=False), same(True), 1e-5),
        ],
    )


def dewow(lines: Lines) -> Iterator[Row]:
    d = lines.large
    window_s = (2 * HALF + 0.5) * STEP_S
    inner = slice(HALF + 1, -HALF - 1)
    peers = [
        Peer("bottleneck", lambda: d.traces - centred_mean(d.traces, HALF, 1), same(), 2e-5),
        Peer(
            "scipy.ndimage", lambda: d.traces - scipy.ndimage.uniform_filter1d(d.traces, 2 * HALF + 1, axis=1, mode="nearest"),
            same(along=inner), 2e-5, "interior: it repeats the end samples",
        ),
    ]
    if GPRPY is not None:
        peers.append(
            Peer("GPRPy dewow", lambda: GPRPY.dewow(gprpy(d.samples), 2 * HALF), same(True, along=inner), 2e-5,
                 "interior: one mean for all samples near an end")
        )
    yield Row("dewow, 51 samples", "gpr.dewow", d.name, lambda: surefoot.gpr.dewow(d.line, window_s=window_s), peers)


def bandpass(lines: Lines) -> Iterator[Row]:
    d = lines.large
    low, high, order = 3e8, 2.5e9, 4
    rate = 1 / STEP_S
    sos = scipy.signal.butter(order, [low, high], "bandpass", fs=rate, output="sos")
    siina = importlib.import_module("siina.filters")
    radar = impdar(d.samples)

    def by_impdar() -> Any:
        radar.data = d.samples
        radar.vertical_band_pass(low / 1e6, high / 1e6, order=order)
        return radar.data

    def by_fft() -> Any:
        n = scipy.fft.next_fast_len(d.n_samples + 256, real=True)
        f = scipy.fft.rfftfreq(n, STEP_S)
        power = np.abs(scipy.signal.freqz_sos(sos, f, fs=rate)[1]) ** 2
        return scipy.fft.irfft(scipy.fft.rfft(d.traces, n, axis=1) * power.astype(np.float32), n, axis=1)[:, : d.n_samples]

    middle = slice(128, -128)
    yield Row(
        "band-pass, zero phase, 4th order", "gpr.bandpass", d.name,
        lambda: surefoot.gpr.bandpass(d.line, method="zero_phase", low_hz=low, high_hz=high, order=order),
        [
            Peer("SciPy sosfiltfilt", lambda: scipy.signal.sosfiltfilt(sos, d.traces, axis=1), same(), 1e-5),
            Peer("scipy.fft", by_fft, same(along=middle), 1e-3, "interior: zeros beyond the ends, transforms wrap"),
            Peer("siina butterworth", lambda: siina.butterworth(d.samples, (low, high), rate, order, "bandpass"), same(True), 1e-5),
            Peer("ImpDAR vertical_band_pass", by_impdar, same(True), 1e-3, "same; its b, a form loses digits"),
        ],
    )


def gain(lines: Lines) -> Iterator[Row]:
    d = lines.large
    t = STEP_S * np.arange(d.n_samples)
    reference = 1e-9
    peers = [Peer("NumPy", lambda: d.traces * (t / reference).astype(np.float32), same(), 1e-6)]
    if GPRPY is not None:
        peers.append(Peer("GPRPy tpowGain", lambda: GPRPY.tpowGain(gprpy(d.samples), t / reference, 1.0), same(True), 1e-6))
    yield Row(
        "gain, power of time", "gpr.gain", d.name,
        lambda: surefoot.gpr.gain(d.line, method="power", exponent=1.0, reference_s=reference, max_gain_db=100.0), peers,
    )

    def by_bottleneck() -> Any:
        square = d.traces * d.traces
        return d.traces / np.sqrt(centred_mean(square, HALF, 1) + 1e-10 * square.mean(axis=1, keepdims=True))

    peers = [Peer("NumPy and bottleneck", by_bottleneck, same(), 1e-3, "same; sums in float32")]
    if GPRPY is not None:
        inner = slice(HALF + 1, -HALF - 1)

        def scaled(ours: Any, theirs: Any) -> float:
            other = np.sqrt(2 * HALF + 1) * np.asarray(theirs).T
            return largest_difference(ours.samples[:, inner], other[:, inner])

        peers.append(Peer("GPRPy agcGain", lambda: GPRPY.agcGain(gprpy(d.samples), 2 * HALF), scaled, 1e-4,
                          "interior, times the root of the window: it divides by the root of the sum"))
    yield Row(
        "AGC, 51 samples", "gpr.gain", d.name,
        lambda: surefoot.gpr.gain(d.line, method="agc", window_s=(2 * HALF + 0.5) * STEP_S, max_gain_db=100.0), peers,
    )


def envelope(lines: Lines) -> Iterator[Row]:
    d = lines.large
    yield Row(
        "envelope", "gpr.envelope", d.name, lambda: surefoot.gpr.envelope(d.line),
        [Peer("SciPy hilbert", lambda: np.abs(scipy.signal.hilbert(d.traces, axis=1)), same(), 1e-5)],
    )


CHAPTER = (dc, dewow, bandpass, gain, envelope)
