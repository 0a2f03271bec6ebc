# SPDX-License-Identifier: MIT
"""Operations across traces: background and clutter."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import bottleneck as bn
import numpy as np
import scipy.ndimage
import scipy.signal

import forms
import surefoot
from agree import largest_difference, same
from data import SPACING_M, STEP_S, Data, Lines
from measure import Peer, Row
from others import GPRPY, gprpy, impdar
from rows.along_time import centred_mean

HALF = 50  # of the windows across traces


def mean(lines: Lines) -> Iterator[Row]:
    d = lines.large
    radar = impdar(d.samples)
    taper = np.exp(-0.05 * radar.travel_time) / np.exp(-0.05 * radar.travel_time[0])

    def by_impdar() -> Any:
        radar.data = d.samples
        radar.hfilt("hfilt", bounds=(0, d.n_traces))
        return radar.data

    def without_taper(ours: Any, theirs: Any) -> float:
        return largest_difference(d.traces - ours.samples, (d.samples - theirs).T / taper)

    peers = [
        Peer("NumPy", lambda: d.traces - d.traces.mean(axis=0), same(), 1e-5),
        Peer("ImpDAR hfilt", by_impdar, without_taper, 1e-4, "same after undoing its taper exp(-0.05 t/us)"),
    ]
    if GPRPY is not None:
        peers.append(Peer("GPRPy remMeanTrace", lambda: GPRPY.remMeanTrace(d.samples, d.n_traces), same(True), 1e-5))
    yield Row("background, mean of the line", "gpr.background", d.name,
              lambda: surefoot.gpr.background(d.line, method="mean"), peers)


def sliding_mean(lines: Lines) -> Iterator[Row]:
    """Ours leaves the trace itself out of its mean: x - mean(others) = (x - mean(all)) c / (c - 1), c traces in the window."""
    d = lines.large
    place = np.arange(d.n_traces)
    count = np.minimum(place + HALF, d.n_traces - 1) - np.maximum(place - HALF, 0) + 1
    factor = ((count - 1) / count)[:, None]
    inner = slice(HALF + 1, -HALF - 1)
    width = 2 * HALF + 1
    readgssi = importlib.import_module("readgssi.filtering")
    radar = impdar(d.samples)
    taper = np.exp(-0.05 * radar.travel_time) / np.exp(-0.05 * radar.travel_time[0])

    def scaled(ours: Any, theirs: Any, across: slice = inner) -> float:
        return largest_difference((ours.samples * factor)[across], np.asarray(theirs)[across])

    def by_impdar(method: str, window: int) -> Any:
        radar.data = d.samples
        if method == "adaptive":
            radar.hfilt("adaptive", window_size=window)
        else:
            radar.winavg_hfilt(window)
        return radar.data

    def with_adaptive(ours: Any, theirs: Any) -> float:
        background = d.traces - ours.samples * factor
        smooth = scipy.signal.filtfilt([0.25] * 4, 1, background, axis=1) * taper
        return largest_difference(smooth[inner][2:-2], (d.samples - theirs).T[inner][2:-2])

    def with_winavg(ours: Any, theirs: Any) -> float:
        """Its window [i - h, i + h) holds one trace less on the right."""
        background = (d.traces - ours.samples * factor) * width
        lopsided = (background[HALF:-HALF] - d.traces[2 * HALF :]) / (2 * HALF) * taper
        return largest_difference(lopsided[1:-1], (d.samples - theirs).T[HALF:-HALF][1:-1])

    peers = [
        Peer("bottleneck", lambda: d.samples - centred_mean(d.samples, HALF, 1), lambda a, b: scaled(a, b.T, slice(None)), 1e-4,
             "same up to (c - 1) / c: ours leaves the trace itself out"),
        Peer("scipy.ndimage", lambda: d.samples - scipy.ndimage.uniform_filter1d(d.samples, width, axis=1),
             lambda a, b: scaled(a, b.T), 1e-4,
             "interior, up to (c - 1) / c: it mirrors the ends"),
        Peer("readgssi bgr", lambda: readgssi.bgr(d.samples.copy(), {}, width), lambda a, b: scaled(a, b.T), 1e-4,
             "interior, up to (c - 1) / c: zeros beyond the ends; it overwrites its input, so it gets a copy"),
        Peer("ImpDAR adaptivehfilt", lambda: by_impdar("adaptive", width + 1), with_adaptive, 1e-4,
             "interior, with its smoothing and taper put on our background", 10.0),
        Peer("ImpDAR winavg_hfilt", lambda: by_impdar("winavg", width), with_winavg, 1e-4,
             "interior, with its lopsided window and taper put on our background", 10.0),
    ]
    if GPRPY is not None:
        peers.append(Peer("GPRPy remMeanTrace", lambda: GPRPY.remMeanTrace(d.samples, 2 * HALF),
                          lambda a, b: scaled(a, b.T), 1e-4, "interior, up to (c - 1) / c", 10.0))
    yield Row("background, running mean of 101", "gpr.background", d.name,
              lambda: surefoot.gpr.background(d.line, method="running_mean", length_traces=HALF, guard_traces=0, two_sided=True),
              peers)


def median(lines: Lines) -> Iterator[Row]:
    d = lines.large
    yield Row("background, median of the line", "gpr.background", d.name,
              lambda: surefoot.gpr.background(d.line, method="median"),
              [
                  Peer("bottleneck", lambda: d.samples - bn.median(d.samples, axis=1)[:, None], same(True), 1e-6),
                  Peer("NumPy", lambda: d.samples - np.median(d.samples, axis=1, keepdims=True), same(True), 1e-6),
              ])


def sliding_median(lines: Lines) -> Iterator[Row]:
    """Guard 0, both sides: ours leaves the trace itself out, so the windows are compared by bracketing."""
    width = 2 * HALF + 1

    def bracketed(ours: Any, theirs: Any) -> float:
        """The median of 100 lies between the neighbours of the median of 101: never more than one place in order away."""
        mine = d.traces - ours.samples
        other = (d.samples - np.asarray(theirs)).T
        worst = 0.0
        for i in range(HALF, d.n_traces - HALF, 37):
            window = np.sort(d.traces[i - HALF : i + HALF + 1], axis=0)
            if np.abs(window[HALF] - other[i]).max() > 1e-6:
                return float("inf")
            low, high = window[HALF - 1], window[HALF + 1]
            worst = max(worst, float((low - mine[i]).max()), float((mine[i] - high).max()))
        return worst / float(np.abs(other).max())

    def call(d: Data) -> Any:
        return surefoot.gpr.background(d.line, method="running_median", length_traces=HALF, guard_traces=0, two_sided=True)

    note = "same but for the trace itself: ours leaves it out, its median lies between the neighbours in order"

    def by_bottleneck() -> Any:
        padded = np.concatenate([d.samples, np.full((d.n_samples, HALF), np.nan, np.float32)], axis=1)
        return d.samples - bn.move_median(padded, width, min_count=1, axis=1)[:, HALF:]

    d = lines.large
    yield Row("background, running median of 101", "gpr.background", d.name, lambda: call(d),
              [Peer("bottleneck", by_bottleneck, bracketed, 1e-6, note, 1.0)])
    d = lines.medium
    yield Row("background, running median of 101", "gpr.background", d.name, lambda: call(d),
              [Peer("scipy.ndimage", lambda: d.samples - scipy.ndimage.median_filter(d.samples, (1, width)), bracketed, 1e-6, note)])


def svd(lines: Lines) -> Iterator[Row]:
    rank = 3
    d = lines.large
    yield Row("eigenimages 1 to 3 removed", "gpr.svd_clutter", d.name,
              lambda: surefoot.gpr.svd_clutter(d.line, select="rank", first_component=1, last_component=rank),
              [
                  Peer("NumPy, Gram matrix and eigh", lambda: forms.gram_svd_removed(d.traces, rank), same(), 1e-3, "same; in float32"),
                  Peer("NumPy, randomised", lambda: forms.randomised_svd_removed(d.traces, rank), same(), 2e-2, "nearly same: three power iterations"),
                  Peer("NumPy, full svd", lambda: forms.full_svd_removed(d.traces, rank), same(), 1e-3, "same; in float32"),
              ])


def fk(lines: Lines) -> Iterator[Row]:
    d = lines.large
    low, high, taper = 0.05e9, 0.4e9, 0.25
    shape = forms.fk_shape(d.traces)
    weights = forms.fan_weights(shape, STEP_S, SPACING_M, low, high, taper)

    def with_weights() -> Any:
        return forms.fk_filtered(d.traces, forms.fan_weights(shape, STEP_S, SPACING_M, low, high, taper))

    yield Row("f-k fan of dips", "gpr.fk_filter", d.name,
              lambda: surefoot.gpr.fk_filter(d.line, min_velocity_m_per_s=low, max_velocity_m_per_s=high, taper=taper),
              [
                  Peer("scipy.fft", with_weights, same(), 1e-4, "same definition"),
                  Peer("scipy.fft, weights given", lambda: forms.fk_filtered(d.traces, weights), same(), 1e-4,
                       "same definition; its weights are made before the clock starts, ours after"),
              ])


def rpca(lines: Lines) -> Iterator[Row]:
    d = lines.medium
    scale, tolerance = 0.4, 1e-6
    yield Row("robust PCA, inexact ALM to 1e-6", "gpr.rpca_clutter", d.name,
              lambda: surefoot.gpr.rpca_clutter(d.line, method="ialm", lambda_scale=scale, tolerance=tolerance),
              [Peer("NumPy, full svd", lambda: forms.rpca_sparse(d.traces, scale, tolerance), same(), 1e-4)])


CHAPTER = (mean, sliding_mean, median, sliding_median, fk, svd, rpca)
