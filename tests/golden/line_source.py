# SPDX-License-Identifier: MIT
"""The field of a line source, in time: in air, over a half-space, beside a cylinder. NumPy and SciPy, no finite differences.

    line_source.py      writes line_source.npy: one row a case, float64, volt a metre for a Ricker current of 1 A at 1 GHz

In the Laplace domain, s = alpha + i w (alpha moves all singularities away from the path), gamma^2 = s^2 mu0 eps + s mu0 sigma:

    in air          E = -s mu0 I / (2 pi) K0(gamma r)
    over ground     and the reflected field, the integral over l from 0 to infinity of R exp(-u0 (z + z')) cos(l x) / u0,
                    u = sqrt(l^2 + gamma^2), R = (u0 - u1) / (u0 + u1)
    a cylinder      and a series of K_n(gamma r) K_n(gamma r') cos(n phi), by the continuity of E and of its slope

then e^(alpha t) times an inverse FFT. Sources: Wait, Electromagnetic Waves in Stratified Media, 1962 (half-space); Harrington,
Time-Harmonic Electromagnetic Fields, 1961, 5-9 (cylinders).
"""
from __future__ import annotations

import pathlib

import numpy as np
from scipy.special import iv, ivp, kv, kvp

C = 299792458.0
MU0 = 1.25663706212e-6
EPS0 = 1.0 / (MU0 * C * C)
F = 1e9
T0 = 1.5 / F  # centre of the pulse
STEP, N = 4.6e-11, 256  # sample m is at (m + 1) steps

# FFT: 8 times as long as the window, up to 10.9 GHz.
LENGTH = 8 * N
ALPHA = 20.0 / (LENGTH * STEP)
OMEGA = 2 * np.pi * np.fft.rfftfreq(LENGTH, STEP)
S = ALPHA + 1j * OMEGA


def ricker(s: np.ndarray) -> np.ndarray:
    w = -1j * s  # the frequency, complex
    b = np.pi * F
    return w**2 / (2 * b**2) * np.sqrt(np.pi) / b * np.exp(-(w**2) / (4 * b**2)) * np.exp(-s * T0)


def gamma(eps: float, sigma: float = 0.0, drop: float = 0.0, tau: float = 9.23e-12) -> np.ndarray:
    return np.sqrt(S**2 * MU0 * EPS0 * (eps + drop / (1 + S * tau)) + S * MU0 * sigma)


def in_time(green: np.ndarray) -> np.ndarray:
    """From the factor of -s mu0 I / (2 pi) to the trace."""
    field = -S * MU0 * ricker(S) / (2 * np.pi) * green
    t = STEP * np.arange(LENGTH)
    return (np.fft.irfft(field, LENGTH) / STEP * np.exp(ALPHA * t))[1 : N + 1]


def air(r: float) -> np.ndarray:
    return kv(0, gamma(1) * r)


def ground(x: float, z: float, g1: np.ndarray) -> np.ndarray:
    """Source and receiver x apart, each z above the ground."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.concatenate([np.arange(0, 400, 1.0), np.arange(400, 900, 4.0)])
    half = np.diff(edges)[:, None] / 2
    lam = (edges[:-1, None] + half * (1 + nodes)).ravel()
    dlam = (half * weights).ravel()
    out = []
    for g0sq, g1sq in zip(gamma(1) ** 2, g1**2):
        u0, u1 = np.sqrt(lam**2 + g0sq), np.sqrt(lam**2 + g1sq)
        out.append(np.sum((u0 - u1) / (u0 + u1) * np.exp(-2 * u0 * z) / u0 * np.cos(lam * x) * dlam))
    return np.array(out)


def cylinder(a: float, r: float, phi: float, g1: np.ndarray | None) -> np.ndarray:
    """Scattered by a cylinder of radius a, source and receiver r from its axis and phi apart; g1 None: a perfect conductor."""
    g0 = gamma(1)
    out = np.zeros_like(g0)
    for n in range(40):
        if g1 is None:
            c = -iv(n, g0 * a) / kv(n, g0 * a)
        else:
            inside, slope = iv(n, g1 * a), g1 * ivp(n, g1 * a)
            c = -(slope * iv(n, g0 * a) - g0 * ivp(n, g0 * a) * inside) / (slope * kv(n, g0 * a) - g0 * kvp(n, g0 * a) * inside)
        term = (1 if n == 0 else 2) * c * kv(n, g0 * r) ** 2 * np.cos(n * phi)
        out += np.where(np.isfinite(term), term, 0)  # K_n overflows where the term is nothing
    return out


def main() -> None:
    rows = [
        in_time(air(0.06)),
        in_time(air(0.30)),
        in_time(air(0.06) + ground(0.06, 0.05, gamma(4))),
        in_time(air(0.06) + ground(0.06, 0.05, gamma(9, 0.03))),
        in_time(air(0.06) + ground(0.06, 0.05, gamma(5, 0.01, 3))),
        in_time(cylinder(0.05, 0.15, np.arctan2(0.06, 0.12), None)),
        in_time(cylinder(0.05, 0.15, np.arctan2(0.06, 0.12), gamma(4))),
        in_time(cylinder(0.05, 0.15, np.arctan2(0.06, 0.12), gamma(2.5, 0.05))),
    ]
    np.save(pathlib.Path(__file__).with_name("line_source.npy"), np.array(rows))


if __name__ == "__main__":
    main()
