# SPDX-License-Identifier: MIT
"""Golden vectors of detect.nlms and detect.energy_score: NumPy in double, written from the formulas in the headers alone.

Writes nlms_input.npy (float32, traces x samples), nlms_expected.csv, nlms_limited_expected.csv and energy_expected.csv
(score, strongest segment, ln E of segments 0 and 5).
Tolerance: 2e-4 on scores (float32 residuals against double), exact on the strongest segment where it leads by 1e-3.
Run: python tests/golden/nlms.py
"""

import pathlib

import numpy as np
from scipy.special import polygamma
from scipy.stats import norm

HERE = pathlib.Path(__file__).parent
N_TRACES, N_SAMPLES, SEGMENT, FIRST = 120, 100, 8, 10
COUNT = (N_SAMPLES - FIRST) // SEGMENT
ORDER, GUARD, MU = 6, 3, 0.2
RATE, FREEZE, LIMIT, TOP, FEWEST = 0.05, 3.0, 12, 3, 10


def line() -> np.ndarray:
    rng = np.random.default_rng(20261123)
    t = np.arange(N_SAMPLES)
    x = 50 * np.exp(-(((t - 20) / 4.0) ** 2)) + 0.02 * np.arange(N_TRACES)[:, None] * np.sin(t / 5.0)
    x = x + rng.normal(0, 0.3, (N_TRACES, N_SAMPLES))
    for n in range(N_TRACES):  # a hyperbola with its apex at trace 70
        at = np.hypot(45.0, 2.5 * (n - 70))
        x[n] += 4.0 * np.exp(-(((n - 70) / 6.0) ** 2)) * np.exp(-(((t - at) / 2.0) ** 2)) * np.cos((t - at) / 1.5)
    return x.astype(np.float32)


class Normaliser:
    """z against the statistics from before the trace; frozen while z > FREEZE, at most LIMIT traces in a row."""

    def __init__(self, limit: float | None = None) -> None:
        self.limit = limit
        if limit is not None:
            cut = lambda x: np.clip(x, -2 * limit, limit)  # noqa: E731
            self.bias = norm.expect(cut)
            self.expansion = 1 / norm.expect(lambda x: cut(x) ** 2)
        self.mean, self.var = np.zeros(COUNT), np.zeros(COUNT)
        self.updates, self.held = np.zeros(COUNT, int), np.zeros(COUNT, int)
        self.floor = polygamma(1, SEGMENT / 2)

    def __call__(self, ln_e: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z, frozen = np.zeros(COUNT), np.zeros(COUNT, bool)
        for k in range(COUNT):
            if self.updates[k] > 0:
                z[k] = (ln_e[k] - self.mean[k]) / np.sqrt(max(self.var[k], self.floor))
            if z[k] <= FREEZE:
                self.held[k] = 0
            elif self.updates[k] >= FEWEST and self.held[k] < LIMIT:
                self.held[k] += 1
                frozen[k] = True
                continue
            self.updates[k] += 1
            a = max(RATE, 1.0 / self.updates[k])
            d = ln_e[k] - self.mean[k]
            if self.limit is not None:
                if self.updates[k] == 1:
                    self.mean[k], self.var[k] = ln_e[k], 0.36
                    continue
                s = np.sqrt(max(self.var[k], self.floor))
                c = np.clip(d, -2 * self.limit * s, self.limit * s)
                self.mean[k] += a * (c - self.bias * s)
                self.var[k] += max(RATE, 1 / (self.updates[k] + 10)) * (self.expansion * c * c - self.var[k])
                continue
            self.mean[k] += a * d
            self.var[k] = (1 - a) * (self.var[k] + a * d * d)
        return z, frozen


def segments(v: np.ndarray) -> np.ndarray:
    return v[FIRST : FIRST + COUNT * SEGMENT].reshape(COUNT, SEGMENT)


def row(z: np.ndarray, ln_e: np.ndarray) -> list[float]:
    return [np.sort(z)[-TOP:].mean(), int(np.argmax(z)), ln_e[0], ln_e[5]]


def nlms(x: np.ndarray, limit: float | None = None) -> list[list[float]]:
    normaliser, w, out = Normaliser(limit), np.full((COUNT, ORDER), 1.0 / ORDER), []
    for n in range(N_TRACES):
        if n < ORDER + GUARD:
            out.append([0.0, -1, 0.0, 0.0])
            continue
        past = np.stack([segments(x[n - GUARD - j]) for j in range(1, ORDER + 1)], axis=-1)  # segment, sample, lag
        e = segments(x[n]) - np.einsum("kij,kj->ki", past, w)
        ln_e = np.log((e**2).mean(axis=1))
        z, frozen = normaliser(ln_e)
        out.append(row(z, ln_e))
        for k in np.flatnonzero(~frozen):
            w[k] += MU * past[k].T @ e[k] / (past[k] ** 2).sum()
    return out


def energy(x: np.ndarray) -> list[list[float]]:
    normaliser, out = Normaliser(), []
    for trace in x:
        ln_e = np.log((segments(trace) ** 2).mean(axis=1))
        z, _ = normaliser(ln_e)
        out.append(row(z, ln_e))
    return out


if __name__ == "__main__":
    samples = line()
    np.save(HERE / "nlms_input.npy", samples)
    x = samples.astype(float)
    results = {"nlms": nlms(x), "nlms_limited": nlms(x, 1.0), "energy": energy(x - x.mean(axis=0))}
    for name, rows in results.items():
        np.savetxt(HERE / f"{name}_expected.csv", rows, delimiter=",", fmt="%.9g", header="score,segment,ln_e0,ln_e5")
