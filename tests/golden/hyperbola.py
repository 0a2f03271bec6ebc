# SPDX-License-Identifier: MIT
"""Golden vectors of detect.hyperbola: plain sums in NumPy, in double, written from the formulas in the headers alone.

Writes hyperbola_input.npy (float32, traces x samples; trace 17 is to be dropped) and hyperbola_expected.npy (cases x traces x
segments: the natural logarithm of the value of each depth segment, -inf where there is none).
Tolerance: 2e-4 (float32 sums against double; the best of a segment may be another one where two are equal to that).
Run: python tests/golden/hyperbola.py
"""

import pathlib

import numpy as np
from scipy.optimize import brentq

HERE = pathlib.Path(__file__).parent
C = 299792458.0
N, STEP, START, TRACES, SPACING, DROPPED = 90, 0.1e-9, -1e-9, 33, 0.02, 17
FIRST, SEGMENT, COUNT = 12, 4, 15
FREQUENCY, GROUND, STANDOFF, OFFSET = 1e9, 0.1e-9, 0.05, 0.06
APERTURE, TAPER, POWER, PATTERN = 0.37, 0.3, 2.0, 1.5
WIDTHS = (0.0, 0.15)
VELOCITIES = 1 / np.linspace(1 / 0.08e9, 1 / 0.14e9, 3)


def leg(d: float, z: float, v: float) -> tuple[float, float]:
    """Time through STANDOFF of air and z of soil over a distance d, the point at the surface from Snell's law; cosine in air."""
    d = abs(d)
    if d == 0.0:
        return STANDOFF / C + z / v, 1.0
    snell = lambda x: x / np.hypot(x, STANDOFF) / C - (d - x) / np.hypot(d - x, z) / v  # noqa: E731
    x = brentq(snell, 0.0, d, xtol=1e-15, rtol=1e-14)
    return np.hypot(x, STANDOFF) / C + np.hypot(d - x, z) / v, STANDOFF / np.hypot(x, STANDOFF)


def time(x: float, z: float, v: float) -> float:
    return leg(x - OFFSET / 2, z, v)[0] + leg(x + OFFSET / 2, z, v)[0]


def cosines(x: float, z: float, v: float) -> float:
    return leg(x - OFFSET / 2, z, v)[1] * leg(x + OFFSET / 2, z, v)[1]


def line() -> np.ndarray:
    rng = np.random.default_rng(20261126)
    t = START + STEP * np.arange(N)
    x = rng.normal(0, 0.3, (TRACES, N))
    emission = GROUND - np.sqrt(4 * STANDOFF**2 + OFFSET**2) / C
    for n in range(TRACES):
        for at, z, v, strength in ((0.21, 0.08, 0.1e9, 5.0), (0.45, 0.17, 0.13e9, -3.0)):
            a = np.pi * FREQUENCY * (t - emission - time(SPACING * n - at, z, v))
            x[n] += strength * (1 - 2 * a**2) * np.exp(-(a**2))
    return x.astype(np.float32)


def at(trace: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Linear between samples, zero outside the record."""
    return np.interp(places, np.arange(-1, N + 1), np.concatenate([[0.0], trace, [0.0]]))


def values(x: np.ndarray, ncc: bool, score: str) -> np.ndarray:
    apex_step = 1  # samples: the largest whole number in an eighth of a period, at most a segment
    finer = 3  # 24 times a period at least
    window = 2 * int(0.5 / (FREQUENCY * STEP * apex_step) + 0.5) + 1
    lag = np.arange(window) - (window - 1) // 2
    u = np.pi * FREQUENCY * STEP * apex_step * lag
    wave = (1 - 2 * u**2) * np.exp(-(u**2))
    wave -= wave.mean()
    wave /= np.linalg.norm(wave)
    half = int(0.5 * APERTURE / SPACING)  # 9 traces to each side
    emission = GROUND - np.sqrt(4 * STANDOFF**2 + OFFSET**2) / C
    apexes = (SEGMENT * COUNT - 1) // apex_step + 1
    best = np.zeros((TRACES, apexes))
    for b in range(0, apexes, 4):
        middle = START + STEP * (FIRST + (b + 1.5) * apex_step) - emission
        for v in VELOCITIES:
            shallow = time(0.0, 0.005, v) > middle
            z = 0.005 if shallow else brentq(lambda z: time(0.0, z, v) - middle, 0.005, v * middle / 2, xtol=1e-15)  # noqa: B023
            top = time(0.0, z, v)
            for w in WIDTHS:
                shift, weight = [], []
                for m in range(half + 1):
                    d = m * SPACING
                    away = max(0.0, d - w / 2)
                    t = time(away, z, v)
                    pattern = cosines(away, z, v) / cosines(0.0, z, v)
                    edge = (d / ((half + 1) * SPACING) - (1 - TAPER)) / TAPER
                    a = (top / t) ** POWER * pattern**PATTERN * np.cos(np.pi / 2 * max(0.0, edge)) ** 2
                    delay = np.floor((t - top) / (STEP / finer) + 0.5) / finer
                    if m > 0 and (a < 0.1 or FIRST + b * apex_step + int(delay) >= N):
                        break
                    shift.append(delay)
                    weight.append(a)
                for n in range(TRACES):
                    for j in range(b, min(b + 4, apexes)):
                        y, a = [], []
                        for m in range(-len(shift) + 1, len(shift)):
                            k = n + m
                            if not 0 <= k < TRACES or k == DROPPED:
                                continue
                            y.append(at(x[k], FIRST + j * apex_step + shift[abs(m)] + apex_step * lag))
                            a.append(weight[abs(m)])
                        if len(y) < 3:
                            continue
                        y, a = np.array(y), np.array(a)
                        there = (y**2).sum()
                        if ncc:
                            explained = (a @ (y @ wave)) ** 2 / (a @ a)
                            there -= y.sum() ** 2 / y.size
                        else:
                            explained = ((a @ y) ** 2).sum() / (a @ a)
                        share = explained / there
                        freedom = y.size - 2 if ncc else len(y) - 1
                        value = {
                            "share": freedom * share / max(1 - share, 1e-6),
                            "energy": explained / window,
                            "product": explained / window * share,
                        }[score]
                        best[n, j] = max(best[n, j], value)
    best[DROPPED] = 0.0
    with np.errstate(divide="ignore"):
        return np.log(best.reshape(TRACES, COUNT, SEGMENT).max(axis=2))


if __name__ == "__main__":
    samples = line()
    np.save(HERE / "hyperbola_input.npy", samples)
    x = samples.astype(float)
    cases = [(False, "share"), (False, "product"), (True, "share"), (True, "energy")]
    np.save(HERE / "hyperbola_expected.npy", np.array([values(x, *case) for case in cases]))
