# SPDX-License-Identifier: MIT
"""Golden vectors of dsp::LogisticFit: L2 logistic regression by SciPy's BFGS and Newton-CG, from the formula in the header alone.

Writes logistic_data.csv (four features, a target in [0, 1]) and logistic_fit.csv (l2, loss, four weights, bias).
Tolerance: 1e-9 on the loss, 1e-6 on the weights.
Run: python tests/golden/logistic.py
"""

import pathlib

import numpy as np
from scipy.optimize import minimize

HERE = pathlib.Path(__file__).parent


def main() -> None:
    rng = np.random.default_rng(20261126)
    n = 120
    x = rng.normal(0, [1.0, 3.0, 0.2, 1.0], (n, 4)) + [0, 1, 0, -2]
    x[:, 3] += 0.9 * x[:, 0]  # two that go together
    odds = 0.5 + x @ [0.8, -0.5, 3.0, 0.3]
    hard = rng.random(n) < 1 / (1 + np.exp(-odds))
    target = np.where(hard, (hard.sum() + 1) / (hard.sum() + 2), 1 / ((~hard).sum() + 2))
    target = np.round(target, 12)
    x = np.round(x, 9)

    def loss(w: np.ndarray, l2: float) -> float:
        f = x @ w[:4] + w[4]
        return float(np.sum(np.logaddexp(0, f) - target * f) + 0.5 * l2 * np.sum(w[:4] ** 2))

    def gradient(w: np.ndarray, l2: float) -> np.ndarray:
        d = 1 / (1 + np.exp(-(x @ w[:4] + w[4]))) - target
        return np.append(x.T @ d + l2 * w[:4], d.sum())

    def hessian(w: np.ndarray, l2: float) -> np.ndarray:
        p = 1 / (1 + np.exp(-(x @ w[:4] + w[4])))
        one = np.column_stack([x, np.ones(n)])
        return (one.T * (p * (1 - p))) @ one + np.diag([l2] * 4 + [0])

    rows = []
    for l2 in (0.0, 0.1, 10.0):
        found = minimize(loss, np.zeros(5), args=(l2,), jac=gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-12})
        assert np.abs(gradient(found.x, l2)).max() < 1e-9, found
        rows.append([l2, found.fun, *found.x])
    np.savetxt(HERE / "logistic_data.csv", np.column_stack([x, target]), fmt="%.12g", delimiter=",")
    np.savetxt(HERE / "logistic_fit.csv", rows, fmt="%.17g", delimiter=",")


if __name__ == "__main__":
    main()
