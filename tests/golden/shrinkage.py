# SPDX-License-Identifier: MIT
"""Golden values of dsp/shrinkage: shares of OAS and Ledoit-Wolf in NumPy, in double, from the formulas in the header.

Writes shrinkage_input.npy (float32; a draw a row, n observations of p numbers one after the other, then zeros) and shrinkage.csv
(p, n, oas, ledoit_wolf). Where scikit-learn is installed, its Ledoit-Wolf must agree to 1e-14, and its OAS with the formula without
the two terms 2/p.
Tolerance: 1e-12. Run: python tests/golden/shrinkage.py
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
SHAPES = [(8, 40), (14, 60), (14, 20), (5, 400), (3, 4), (20, 10), (1, 12), (14, 140)]


def oas(x: np.ndarray, terms: float = 2.0) -> float:
    n, p = x.shape
    s = np.cov(x.T, bias=True).reshape(p, p)
    square, trace = np.trace(s @ s), np.trace(s)
    below = (n + 1 - terms / p) * (square - trace**2 / p)
    return 1.0 if below <= 0 else min(1.0, ((1 - terms / p) * square + trace**2) / below)


def ledoit_wolf(x: np.ndarray) -> float:
    n, p = x.shape
    x = x - x.mean(axis=0)
    s = x.T @ x / n
    d2 = np.linalg.norm(s - np.trace(s) / p * np.eye(p)) ** 2 / p
    b2 = sum(np.linalg.norm(np.outer(v, v) - s) ** 2 for v in x) / (n**2 * p)
    return 0.0 if min(b2, d2) == 0 else min(b2, d2) / d2


if __name__ == "__main__":
    rng = np.random.default_rng(20261126)
    rows, draws = [], np.zeros((len(SHAPES), max(p * n for p, n in SHAPES)), np.float32)
    for k, (p, n) in enumerate(SHAPES):
        mix = rng.normal(size=(p, p)) * rng.uniform(0.2, 2.0, p)
        x = (rng.standard_t(6, size=(n, p)) @ mix + rng.normal(size=p)).astype(np.float32)
        draws[k, : n * p] = x.ravel()
        x = x.astype(float)
        rows.append([p, n, oas(x), ledoit_wolf(x)])
        try:
            from sklearn import covariance
        except ImportError:
            continue
        assert abs(covariance.ledoit_wolf(x)[1] - rows[-1][3]) < 1e-14 or p == 1
        assert abs(covariance.oas(x)[1] - oas(x, 0.0)) < 1e-14 or p == 1
    np.save(HERE / "shrinkage_input.npy", draws)
    np.savetxt(HERE / "shrinkage.csv", rows, delimiter=",", fmt="%.17g", header="p,n,oas,ledoit_wolf")
