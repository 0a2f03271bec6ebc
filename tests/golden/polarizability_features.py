# SPDX-License-Identifier: MIT
"""Golden vectors of emi.polarizability_features: NumPy and SciPy in double, written from the formulas in the headers alone.

Writes polarizability_{tones,gates}_input.npy (float32, traces x samples; trace 30 is to be dropped) and
polarizability_{tones,gates}_expected.npy (traces x 14 features).
Tolerance: 1e-4; distance 1e-3 m and logarithm of the polarizability 0.02 (a table of 64 distances against the root of the equation).
Run: python tests/golden/polarizability_features.py
"""

import pathlib

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq, nnls
from scipy.special import ellipe, ellipk

HERE = pathlib.Path(__file__).parent
TRACES, SPACING, LOST = 60, 0.015, 30
HALF, BESIDE = 18, 5
TX, RX = 0.13, 0.055
TONES = np.geomspace(1e3, 9e4, 12)
EDGES = np.geomspace(1e-5, 1e-3, 21)
PULSE = 1e-3


def loop(radius: float, x: float, z: float) -> np.ndarray:
    """Field of a loop per ampere, radial and axial (Smythe)."""
    rho = abs(x)
    if rho < 1e-9:
        return np.array([0.0, radius**2 / 2 / (radius**2 + z**2) ** 1.5])
    far, near = (radius + rho) ** 2 + z**2, (radius - rho) ** 2 + z**2
    m = 4 * radius * rho / far
    k, e = ellipk(m), ellipe(m)
    axial = (k + (radius**2 - rho**2 - z**2) / near * e) / (2 * np.pi * np.sqrt(far))
    radial = z / rho * (-k + (radius**2 + rho**2 + z**2) / near * e) / (2 * np.pi * np.sqrt(far))
    return np.array([radial, axial])


def response(x: float, z: float) -> float:
    return float(abs(loop(TX, x, z) @ loop(RX, x, z)))


def half_width(z: float) -> float:
    return brentq(lambda x: response(x, z) - 0.5 * response(0.0, z), 0.0, 4 * (z + TX + RX), xtol=1e-12)


def flat(z: np.ndarray) -> np.ndarray:
    return np.column_stack([z.real, z.imag]).ravel()


def of_tones(tau: float) -> np.ndarray:
    x = 2j * np.pi * TONES * tau
    return flat(-x / (1 + x))


def of_gates(tau: float) -> np.ndarray:
    a, b = EDGES[:-1], EDGES[1:]
    return (1 - np.exp(-PULSE / tau)) * tau / (b - a) * (np.exp(-a / tau) - np.exp(-b / tau))


def unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)


def line(tones: bool) -> np.ndarray:
    """A target of two curves whose mixture turns along the line, drifting ground, noise; gates have two channels."""
    rng = np.random.default_rng(7 if tones else 8)
    curve = of_tones if tones else of_gates
    shapes = (curve(2e-5) + 0.2 * curve(3e-6), curve(6e-6)) if tones else (curve(2e-4), 0.5 * curve(4e-5))
    ground = flat(1 - 0.05 * (np.log(TONES / 1e4) + 0.5j * np.pi)) if tones else 1e-5 / EDGES[:-1]
    rows = []
    for n in range(TRACES):
        d = (n - 26) * SPACING
        a = response(d, 0.16) / response(0.0, 0.16)
        x = a * (shapes[0] + (0.3 + 0.5 * d) * shapes[1]) + (0.2 + 0.004 * n) * ground + rng.normal(0, 0.003, len(ground))
        rows.append(x if tones else np.concatenate([x, -0.4 * x + rng.normal(0, 0.003, len(x))]))
    return np.array(rows, np.float32)


def features(x: np.ndarray, n: int, tones: bool) -> np.ndarray:
    channels = 1 if tones else 2
    usable = lambda k: 0 <= n + k < TRACES and n + k != LOST  # noqa: E731
    inner = HALF - BESIDE
    ends = [[x[n + k] for k in ks if usable(k)] for ks in (range(-HALF, -inner), range(inner + 1, HALF + 1))]
    means = [np.mean(e, 0) if e else None for e in ends]
    before = means[0] if means[0] is not None else means[1]
    after = means[1] if means[1] is not None else means[0]
    steps = [k for k in range(-inner, inner + 1) if usable(k)]
    middle = (inner + 1 + HALF) / 2
    signal = np.array([x[n + k] - (before + (k + middle) / (2 * middle) * (after - before)) for k in steps])
    rows = signal.reshape(len(steps), channels, -1)
    values, vectors = np.linalg.eigh(np.einsum("kci,kcj->ij", rows, rows))
    v = vectors[:, -1]
    if (-v[1::2].sum() if tones else v.sum()) < 0:
        v = -v
    parts = len(v) / 2 if tones else len(v)
    a = np.sqrt(((rows @ v) ** 2).sum(1) / parts)

    peak = int(np.argmax(a))

    def reach(step: int) -> float:
        last, i = peak, peak + step
        while 0 <= i < len(a):
            if a[i] < a[peak] / 2:
                share = (a[last] - a[peak] / 2) / (a[last] - a[i])
                return SPACING * abs(steps[last] + share * (steps[i] - steps[last]) - steps[peak])
            last, i = i, i + step
        return SPACING * abs(steps[last] - steps[peak])

    width = 0.5 * (reach(-1) + reach(1))
    places = np.geomspace(0.01, 1.5, 64)[:20]
    nearest = places[int(np.argmin([half_width(p) for p in places]))]
    z = brentq(lambda z: half_width(z) - width, nearest, 1.5) if half_width(nearest) < width else nearest
    size = np.log(a[peak] / response(0.0, z))

    if tones:
        w = 2 * np.pi * TONES
        taus = np.geomspace(0.3 / w[-1], 3 / w[0], 32)
        columns = [unit(flat(np.ones(len(TONES), complex)))] + [unit(of_tones(t)) for t in taus]
        middle_w = np.exp(np.log(w).mean())
        soil = [flat(np.ones(len(w), complex)), flat(-(np.log(w / middle_w) + 0.5j * np.pi))]
    else:
        taus = np.geomspace(0.5 * EDGES[0], EDGES[-1], 32)
        columns = [unit(of_gates(t)) for t in taus]
        soil = [np.array([quad(lambda t: 1 / t - 1 / (t + PULSE), p, q)[0] / (q - p) for p, q in zip(EDGES, EDGES[1:])])]
    c, rest = nnls(np.array(columns).T, v, maxiter=10000)
    curves = c[1:] if tones else c
    mean = (curves @ np.log10(taus)) / curves.sum()
    spread = np.sqrt(max(0.0, (curves @ np.log10(taus) ** 2) / curves.sum() - mean**2))
    q, _ = np.linalg.qr(np.array(soil).T)
    out = [np.log(a[steps.index(0)]), values[-1] / values.sum(), values[-2] / values.sum(), z, size, rest**2, mean, spread, np.linalg.norm(q.T @ v)]
    if tones:
        m = v[::2] + 1j * v[1::2]
        out += [np.angle(m[k]) if m[k].imag <= 0 else (0.0 if m[k].real >= 0 else -np.pi) for k in (0, 6, 11)]
        out += [c[0] / c.sum(), np.log(abs(m[-1]) / abs(m[0]))]
    else:
        t = 0.5 * np.log(EDGES[1:] * EDGES[:-1])
        early, late = (np.polyfit(t[s], np.log(np.abs(v[s])), 1)[0] for s in (slice(0, 10), slice(10, 20)))
        out += [early, late, late - early, 0.5 * np.log(np.mean(v[-6:] ** 2) / np.mean(v[:6] ** 2)), (v[v < 0] ** 2).sum()]
    return np.array(out)


if __name__ == "__main__":
    for name, tones in (("tones", True), ("gates", False)):
        samples = line(tones)
        np.save(HERE / f"polarizability_{name}_input.npy", samples)
        x = samples.astype(float)
        np.save(HERE / f"polarizability_{name}_expected.npy", np.array([np.zeros(14) if n == LOST else features(x, n, tones) for n in range(TRACES)]))
