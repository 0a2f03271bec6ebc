# SPDX-License-Identifier: MIT
"""Migration. The images are compared where the aperture is whole, away from the edges that everybody treats in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.signal

import forms
import surefoot
from data import SPACING_M, STEP_S, VELOCITY_M_PER_S, Data, Lines
from measure import Peer, Row
from others import impdar


def unlike(d: Data, depths: tuple[float, float] = (0.1, 0.6), envelopes: bool = False) -> Callable[[Any, Any], float]:
    """1 - correlation of the two images, over the middle half of the line and a range of depths (shares of the record)."""

    def error(ours: Any, theirs: Any) -> float:
        a, b = np.asarray(ours.samples, np.float64), np.asarray(theirs, np.float64)
        if b.shape[1] == d.n_traces != b.shape[0]:
            b = b.T
        n = min(a.shape[1], b.shape[1])
        a, b = a[:, :n], b[:, :n]
        part = (slice(d.n_traces // 4, -d.n_traces // 4), slice(int(depths[0] * d.n_samples), int(depths[1] * d.n_samples)))
        if envelopes:
            a, b = np.abs(scipy.signal.hilbert(a, axis=1)), np.abs(scipy.signal.hilbert(b, axis=1))
        x, y = a[part].ravel(), b[part].ravel()
        return float(1 - np.vdot(x, y) / (np.linalg.norm(x) * np.linalg.norm(y)))

    return error


V = VELOCITY_M_PER_S


def stolt(lines: Lines) -> Iterator[Row]:
    d = lines.large
    yield Row("Stolt migration", "gpr.stolt", d.name, lambda: surefoot.gpr.stolt(d.line, velocity_m_per_s=V),
              [Peer("scipy.fft", lambda: forms.stolt(d.traces, STEP_S, SPACING_M, V), unlike(d), 3e-2,
                    "same padding; it reads linearly between bins, ours to 1e-5; 1 - correlation, interior")])
    m = lines.medium

    def by_impdar() -> Any:
        radar = impdar(m.samples)
        radar.migrate("stolt", vel=V, htaper=10, vtaper=10)
        return radar.data

    yield Row("Stolt migration", "gpr.stolt", m.name, lambda: surefoot.gpr.stolt(m.line, velocity_m_per_s=V),
              [Peer("ImpDAR migrationStolt", by_impdar, unlike(m), 0.15,
                    "no padding (wraps), bilinear; 1 - correlation, interior", 10.0)])


def phase_shift(lines: Lines) -> Iterator[Row]:
    d = lines.medium

    def by_impdar() -> Any:  # in place, so it gets a copy
        radar = impdar(d.samples.astype(np.float64))
        radar.migrate("phsh", vel=V, htaper=10, vtaper=10)
        return radar.data

    yield Row("phase-shift migration", "gpr.phase_shift", d.name,
              lambda: surefoot.gpr.phase_shift(d.line, velocity_m_per_s=[V], largest_angle_deg=70.0),
              [
                  Peer("scipy.fft", lambda: forms.phase_shift(d.traces, STEP_S, SPACING_M, V, 70.0), unlike(d), 1e-2,
                       "same padding; 1 - correlation, interior"),
                  Peer("ImpDAR migrationPhaseShift", by_impdar, unlike(d), 0.2,
                       "pads time only, tapers; 1 - correlation, interior", 10.0),
              ])


def kirchhoff(lines: Lines) -> Iterator[Row]:
    reach_m = 2.0
    exact: dict[str, Any] = {"velocity_m_per_s": V, "aperture_deg": 89.0, "taper": 0.0, "places": "spacing"}
    d, s = lines.large, lines.small
    m = lines.medium

    def ours(data: Data, aperture_m: float) -> Callable[[], Any]:
        return lambda: surefoot.gpr.kirchhoff(data.line, aperture_m=aperture_m, **exact)

    def by_impdar() -> Any:
        radar = impdar(s.samples)
        radar.migrate("kirch", vel=V)
        return radar.data

    note = "same definition; 1 - correlation, interior"
    yield Row("Kirchhoff migration, 2 m to each side", "gpr.kirchhoff", d.name, ours(d, reach_m),
              [Peer("numba", lambda: forms.kirchhoff_numba(d.traces, STEP_S, SPACING_M, V, reach_m), unlike(d), 1e-3, note)])
    yield Row("Kirchhoff migration, 2 m to each side", "gpr.kirchhoff", m.name, ours(m, reach_m),
              [Peer("NumPy", lambda: forms.kirchhoff_numpy(m.traces, STEP_S, SPACING_M, V, reach_m), unlike(m), 1e-2, note)])
    yield Row("Kirchhoff migration, whole line", "gpr.kirchhoff", s.name, ours(s, 1000.0),
              [Peer("ImpDAR migrationKirchhoff", by_impdar, unlike(s, (0.15, 0.6), True), 0.3,
                    "its sum is of three dimensions (whole derivative, 1/v) and of nearest samples; 1 - correlation of envelopes", 10.0)])


CHAPTER = (stolt, phase_shift, kirchhoff)
