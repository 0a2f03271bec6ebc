# SPDX-License-Identifier: MIT
"""Golden vectors for gpr.online_rpca: the algorithm of Feng, Xu and Yan with forgetting, in NumPy and double.

Writes online_rpca_input.npy (float32, 60 traces x 32 samples) and online_rpca_residual.npy, online_rpca_sparse.npy (float64).
The split of a trace is iterated to 1e-12 here and not to 1e-6, so that it is the minimum and not a place on the way to it.
Compared to 1e-4 of the root mean square of the first trace.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
RANK, FORGETTING = 2, 0.95


def main():
    rng = np.random.default_rng(20240505)
    n_traces, n = 60, 32
    i = np.arange(n)
    k = np.arange(n_traces)[:, None]
    x = 800 * np.cos(0.5 * i) * (1 + 0.2 * np.sin(0.1 * k)) + 300 * np.sin(0.9 * i + 0.01 * k) + 5 * rng.normal(size=(n_traces, n))
    x[30:34, 10:13] += 900.0
    samples = x.astype(np.float32)
    x = samples.astype(np.float64)

    lam = 1.0 / np.sqrt(n)
    scale = np.sqrt(np.mean(x[0] ** 2))
    basis, a, b = np.zeros((n, RANK)), np.zeros((RANK, RANK)), np.zeros((n, RANK))
    residual, sparse = np.zeros_like(x), np.zeros_like(x)
    for t, z in enumerate(x / scale):
        if t < RANK:
            m = np.sqrt(np.linalg.norm(z))
            basis[:, t], b[:, t], a[t, t] = z / m, z * m, m * m
            continue
        e = np.zeros(n)
        r = np.zeros(RANK)
        for _ in range(10000):
            before = r
            r = np.linalg.solve(basis.T @ basis + lam * np.eye(RANK), basis.T @ (z - e))
            rest = z - basis @ r
            e = np.sign(rest) * np.maximum(np.abs(rest) - lam, 0.0)
            if np.linalg.norm(r - before) <= 1e-12 * np.linalg.norm(r):
                break
        residual[t] = scale * rest
        sparse[t] = scale * e
        a = FORGETTING * a + np.outer(r, r)
        b = FORGETTING * b + np.outer(z - e, r)
        for j in range(RANK):
            basis[:, j] += (b[:, j] - basis @ (a + lam * np.eye(RANK))[:, j]) / (a[j, j] + lam)
    np.save(HERE / "online_rpca_input.npy", samples)
    np.save(HERE / "online_rpca_residual.npy", residual)
    np.save(HERE / "online_rpca_sparse.npy", sparse)


if __name__ == "__main__":
    main()
