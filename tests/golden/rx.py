# SPDX-License-Identifier: MIT
"""Golden vectors of detect.rx: NumPy in double, written from the formulas in the header alone.

Writes rx_input.npy (float32, traces x samples) and rx_expected.csv: for each case the score and ln(1 + D^2 / p) of each trace.
Tolerance: 2e-3 on scores (features are rounded to 2^-17, residuals of a covariance amplify that).
Run: python tests/golden/rx.py
"""

import pathlib

import numpy as np
from scipy.special import polygamma
from scipy.stats import norm

from shrinkage import ledoit_wolf, oas

HERE = pathlib.Path(__file__).parent
N_TRACES, SEGMENT, COUNT = 220, 8, 6
RATE, FREEZE, FREEZE_LIMIT, LIMIT, TOP, FEWEST = 0.05, 3.0, 12, 1.0, 3, 10
GUARD, LEAST = 4, 15
# behind, ahead, features are z, one-sided, shrinkage, trim
CASES = [
    (40, 0, False, True, "oas", 0.0),
    (30, 0, False, False, "none", 0.0),
    (25, 20, False, True, "ledoit_wolf", 0.1),
    (40, 10, True, True, "fixed", 0.0),
]


def line() -> np.ndarray:
    rng = np.random.default_rng(20261126)
    x = rng.normal(0, 1.0, (N_TRACES, COUNT * SEGMENT))
    common = np.convolve(rng.normal(0, 1, N_TRACES + 8), np.ones(9) / 3, "valid")  # roughness: all depths breathe together
    x *= np.exp(0.15 * common[:, None] + 0.001 * np.arange(N_TRACES)[:, None])
    x[100:107, 16:32] *= np.array([1.5, 3, 6, 8, 6, 3, 1.5])[:, None]
    x[160:164, 32:40] *= 4.0
    return x.astype(np.float32)


class Normaliser:
    """As dsp::DepthNormalizer with a limit, for `count` values whose floor is that of m samples."""

    def __init__(self, count: int, m: int) -> None:
        cut = lambda v: np.clip(v, -2 * LIMIT, LIMIT)  # noqa: E731
        self.bias, self.expansion = norm.expect(cut), 1 / norm.expect(lambda v: cut(v) ** 2)
        self.mean, self.var = np.zeros(count), np.full(count, 0.36)
        self.updates, self.held = np.zeros(count, int), np.zeros(count, int)
        self.floor = polygamma(1, m / 2)

    def __call__(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        z, frozen = np.zeros(len(values)), np.zeros(len(values), bool)
        for k, value in enumerate(values):
            if self.updates[k] == 0:
                self.mean[k], self.updates[k] = value, 1
                continue
            d, s = value - self.mean[k], np.sqrt(max(self.var[k], self.floor))
            z[k] = d / s
            if z[k] > FREEZE and self.updates[k] >= FEWEST:
                if self.held[k] < FREEZE_LIMIT:
                    self.held[k] += 1
                    frozen[k] = True
                    continue
            else:
                self.held[k] = 0
            self.updates[k] += 1
            c = np.clip(d, -2 * LIMIT * s, LIMIT * s)
            self.mean[k] += max(RATE, 1 / self.updates[k]) * (c - self.bias * s)
            self.var[k] += max(RATE, 1 / (self.updates[k] + 10)) * (self.expansion * c * c - self.var[k])
        return z, frozen


def estimate(cells: np.ndarray, shrinkage: str, least: float) -> tuple[np.ndarray, np.ndarray]:
    n, p = cells.shape
    s = np.cov(cells.T)
    np.fill_diagonal(s, np.maximum(np.diag(s), least))
    r = {"none": lambda: 0.0, "fixed": lambda: 0.1, "oas": lambda: oas(cells), "ledoit_wolf": lambda: ledoit_wolf(cells)}[shrinkage]()
    return cells.mean(axis=0), (1 - r) * s + r * np.trace(s) / p * np.eye(p)


def distance(f: np.ndarray, mean: np.ndarray, s: np.ndarray, one_sided: bool) -> float:
    d = np.maximum(f - mean, 0) if one_sided else f - mean
    return float(d @ np.linalg.solve(s, d))


def rx(x: np.ndarray, case: tuple) -> np.ndarray:
    behind, ahead, by_z, one_sided, shrinkage, trim = case
    ln_e = np.log((x.reshape(N_TRACES, COUNT, SEGMENT) ** 2).mean(axis=2))
    normaliser, calibrator = Normaliser(COUNT, SEGMENT), Normaliser(1, 4 * COUNT)
    answers = [normaliser(row) for row in ln_e]
    f = np.array([z for z, _ in answers]) if by_z else ln_e
    stands_out = np.array([frozen.sum() >= TOP for _, frozen in answers])
    least = 0.01 if by_z else polygamma(1, SEGMENT / 2)
    suspect, out = np.zeros(N_TRACES, bool), np.zeros((N_TRACES, 2))
    for n in range(N_TRACES):
        rows = [m for m in range(max(0, n - GUARD)) if not suspect[m]][-behind:]
        if ahead:
            rows += [m for m in range(n + GUARD + 1, min(N_TRACES, n + GUARD + ahead + 1)) if not stands_out[m]]
        if len(rows) < LEAST:
            continue
        cells = f[rows]
        mean, s = estimate(cells, shrinkage, least)
        drop = int(trim * len(cells))
        if drop:
            d2 = np.array([distance(c, mean, s, one_sided) for c in cells])
            cells = cells[d2 <= np.sort(d2)[-drop - 1]]
            mean, s = estimate(cells, shrinkage, least)
        value = np.log(1 + distance(f[n], mean, s, one_sided) / COUNT)
        z, frozen = calibrator(np.array([value]))
        suspect[n] = frozen[0]
        out[n] = z[0], value
    return out


if __name__ == "__main__":
    samples = line()
    np.save(HERE / "rx_input.npy", samples)
    columns = np.hstack([rx(samples.astype(float), case) for case in CASES])
    names = ",".join(f"score{k},value{k}" for k in range(len(CASES)))
    np.savetxt(HERE / "rx_expected.csv", columns, delimiter=",", fmt="%.9g", header=names)
