# SPDX-License-Identifier: MIT
"""Golden vectors of detect.hyperbola_fit: NumPy in double, written from the formulas in the headers alone.

The line is that of hyperbola.py (hyperbola_input.npy, trace 17 dropped). Writes hyperbola_fit_expected.npy (traces x 14 features).
Tolerance: 2e-3 (the bank adds in float32, and its velocity is the top of a parabola through what it adds).
Run: python tests/golden/hyperbola_fit.py
"""

import numpy as np
from hyperbola import (
    APERTURE, C, DROPPED, FIRST, FREQUENCY, GROUND, HERE, N, OFFSET, PATTERN, POWER, SPACING, STANDOFF, START, STEP, TAPER, TRACES,
    VELOCITIES, WIDTHS, at, cosines, line, time,
)
from scipy.optimize import brentq

APEXES, HALF, WINDOW = 60, int(0.5 * APERTURE / SPACING), 11
EMISSION = GROUND - np.sqrt(4 * STANDOFF**2 + OFFSET**2) / C


def depth_of(apex_s: float, v: float) -> float:
    late = apex_s - EMISSION
    return 0.005 if time(0.0, 0.005, v) > late else brentq(lambda z: time(0.0, z, v) - late, 0.005, v * late / 2, xtol=1e-15)


def products(x: np.ndarray, n: int) -> np.ndarray:
    """Semblance times amplitude at each apex time, velocity and width: four apex times share a template."""
    out = np.zeros((APEXES, len(VELOCITIES), len(WIDTHS)))
    lag = np.arange(WINDOW) - WINDOW // 2
    for b in range(0, APEXES, 4):
        for i, v in enumerate(VELOCITIES):
            z = depth_of(START + STEP * (FIRST + b + 1.5), v)
            top = time(0.0, z, v)
            for k, w in enumerate(WIDTHS):
                shift, weight = [], []
                for m in range(HALF + 1):
                    away = max(0.0, m * SPACING - w / 2)
                    t = time(away, z, v)
                    edge = (m * SPACING / ((HALF + 1) * SPACING) - (1 - TAPER)) / TAPER
                    a = (top / t) ** POWER * (cosines(away, z, v) / cosines(0.0, z, v)) ** PATTERN * np.cos(np.pi / 2 * max(0.0, edge)) ** 2
                    delay = np.floor((t - top) / (STEP / 3) + 0.5) / 3
                    if m > 0 and (a < 0.1 or FIRST + b + int(delay) >= N):
                        break
                    shift.append(delay)
                    weight.append(a)
                steps = [m for m in range(-len(shift) + 1, len(shift)) if 0 <= n + m < TRACES and n + m != DROPPED]
                if len(steps) < 3:
                    continue
                a = np.array([weight[abs(m)] for m in steps])
                for j in range(b, b + 4):
                    y = np.array([at(x[n + m], FIRST + j + shift[abs(m)] + lag) for m in steps])
                    explained = ((a @ y) ** 2).sum() / (a @ a)
                    out[j, i, k] = explained / WINDOW * min(1.0, explained / (y**2).sum())
    return out


def features(x: np.ndarray, n: int) -> np.ndarray:
    q = products(x, n)
    if not q.max() > 0:
        return np.zeros(14)
    apex, i, k = np.unravel_index(np.argmax(q), q.shape)
    between = 0.0
    if 0 < i < len(VELOCITIES) - 1:
        left, middle, right = np.log(q[apex, i - 1 : i + 2, k])
        if left - 2 * middle + right < 0:
            between = np.clip(0.5 * (left - right) / (left - 2 * middle + right), -0.5, 0.5)
    slowness = 1 / VELOCITIES
    v = 1 / (slowness[i] + between * (slowness[1] - slowness[0]))
    apex_s, w = START + STEP * (FIRST + apex), WIDTHS[k]
    z = depth_of(apex_s, v)
    top = time(0.0, z, v)

    a, delay = [], []
    for m in range(HALF + 1):
        away = max(0.0, m * SPACING - w / 2)
        t = time(away, z, v)
        weight = (top / t) ** POWER * (cosines(away, z, v) / cosines(0.0, z, v)) ** PATTERN
        if m > 0 and (weight < 0.1 or apex_s + t - top > START + STEP * (N - 1)):
            break
        a.append(weight)
        delay.append(t - top)
    reach = len(a) - 1
    steps = [m for m in range(-reach, reach + 1) if 0 <= n + m < TRACES and n + m != DROPPED]
    a = np.array([a[abs(m)] for m in steps])
    j = np.arange(-18, 19) / 24 / FREQUENCY
    wide = np.array([at(x[n + m], (apex_s + delay[abs(m)] + j - START) / STEP) for m in steps])
    flat = np.array([at(x[n + m], (apex_s + j[6:-6] - START) / STEP) for m in steps])
    y = wide[:, 6:-6]
    s = a @ y
    semblance = lambda g: ((a @ g) ** 2).sum() / (a @ a * (g**2).sum())  # noqa: E731
    u = np.pi * np.arange(-12, 13) / 24
    even = (1 - 2 * u**2) * np.exp(-(u**2))
    even -= even.mean()
    odd = (2 * u**3 - 3 * u) * np.exp(-(u**2))
    correlation = [a @ y @ (g / np.linalg.norm(g)) / np.sqrt(a @ a * ((y - y.mean()) ** 2).sum()) for g in (even, odd)]
    gate = np.mean([np.mean(x[n + m, FIRST : FIRST + APEXES] ** 2) for m in steps])

    like = np.array([[s @ r[l : l + 25] for l in range(13)] for r in wide])
    lags, energy = np.zeros(len(steps)), np.zeros(len(steps))
    for r, c in enumerate(like):
        best = int(np.argmax(c))
        if c[best] <= 0:
            continue
        energy[r] = c[best] ** 2 / (s @ s)
        shift = 0.0
        if 0 < best < 12 and c[best - 1] - 2 * c[best] + c[best + 1] < 0:
            shift = np.clip(0.5 * (c[best - 1] - c[best + 1]) / (c[best - 1] - 2 * c[best] + c[best + 1]), -0.5, 0.5)
        lags[r] = (best + shift - 6) / 24
    m = np.array(steps)
    tilt = bend = rest = 0.0
    if (energy > 0).sum() >= 4:
        b = np.polyfit(m / reach, lags, 2, w=np.sqrt(energy))
        bend, tilt = np.clip(b[0], -1, 1), np.clip(b[1], -1, 1)  # 9 and 10 are held within one period
        rest = np.sqrt((energy * (lags - np.polyval(b, m / reach)) ** 2).sum() / energy.sum())
    paired = np.array([-k in steps and k != 0 for k in steps])
    left, right = energy[paired & (m < 0)].sum(), energy[paired & (m > 0)].sum()
    outer = 2 * np.abs(m) > reach
    fall = 0.0
    if outer.any() and not outer.all():
        fall = 0.5 * np.log(energy[outer].sum() / (a[outer] ** 2).sum() / (energy[~outer].sum() / (a[~outer] ** 2).sum()))
    return np.array([
        C / v, (apex_s - GROUND) * FREQUENCY, z, w, semblance(y), semblance(flat), *correlation, np.log(np.mean(y**2) / gate),
        tilt, bend, rest, (right - left) / (right + left) if left + right > 0 else 0.0, fall,
    ])


if __name__ == "__main__":
    samples = line().astype(float)
    np.save(HERE / "hyperbola_fit_expected.npy", np.array([np.zeros(14) if n == DROPPED else features(samples, n) for n in range(TRACES)]))
