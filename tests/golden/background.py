# SPDX-License-Identifier: MIT
"""Golden vectors for gpr.background: NumPy in double, by brute force from the definitions.

Writes background_input.npy (float32, n_traces x n_samples) and one background_<case>.npy (float64) a case. Traces in UNUSABLE
are dropped: zero in the output, in no mean. Where the mean has no trace the output is zero.
Tolerance of the comparison: half a unit in the last place of float32 of the output, plus 1e-12 of the input's largest sample.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
UNUSABLE = (9, 10, 31)


def make_input():
    rng = np.random.default_rng(20240501)
    n_traces, n_samples = 48, 10
    ground = 1000.0 * np.cos(0.9 * np.arange(n_samples)) + 50.0
    drift = 1.0 + 0.004 * np.arange(n_traces)[:, None]
    return (ground * drift + rng.normal(size=(n_traces, n_samples))).astype(np.float32)


def running(average, x, usable, length, guard, two_sided):
    n = len(x)
    y = np.zeros(x.shape)
    for k in range(n):
        chosen = [j for j in range(k - guard - length, k - guard) if 0 <= j < n and usable[j]]
        if two_sided:
            chosen += [j for j in range(k + guard + 1, k + guard + length + 1) if 0 <= j < n and usable[j]]
        if usable[k] and chosen:
            y[k] = x[k] - average(x[chosen], axis=0)
    return y


def exponential(x, usable, rate, guard):
    y = np.zeros(x.shape)
    seen = []
    background = None
    for k in range(len(x)):
        if not usable[k]:
            continue
        if background is not None:
            y[k] = x[k] - background
        seen.append(x[k])
        if len(seen) <= guard:
            continue
        # the weights of all traces up to seen[-1 - guard], written out
        m = len(seen) - guard
        background = np.zeros(x.shape[1])
        weight = 1.0
        for j in range(m, 0, -1):
            a = max(rate, 1.0 / j)
            background += weight * a * seen[j - 1]
            weight *= 1.0 - a
    return y


def kalman(x, usable, ratio, guard):
    """The background that fits all traces so far and walks least: one least-squares problem a trace, no recursion."""
    y = np.zeros(x.shape)
    seen = []
    background = None
    for k in range(len(x)):
        if not usable[k]:
            continue
        if background is not None:
            y[k] = x[k] - background
        seen.append(x[k])
        m = len(seen) - guard
        if m < 1:
            continue
        # minimise sum (x_j - b_j)^2 + sum (b_j - b_{j-1})^2 / ratio over b_1 .. b_m; the last of them is the background
        step = np.diff(np.eye(m), axis=0)
        normal = np.eye(m) + step.T @ step / ratio
        background = np.linalg.solve(normal, np.array(seen[:m]))[-1]
    return y


def whole(average, x, usable):
    y = x - average(x[usable], axis=0)
    y[~usable] = 0.0
    return y


def reference(x, usable, first, length):
    chosen = np.flatnonzero(usable)[first : first + length]
    y = x - x[chosen].mean(axis=0)
    y[~usable] = 0.0
    y[: chosen[-1] + 1] = 0.0
    return y


def main():
    samples = make_input()
    x = samples.astype(np.float64)
    usable = np.ones(len(x), bool)
    usable[list(UNUSABLE)] = False
    np.save(HERE / "background_input.npy", samples)
    np.save(HERE / "background_causal.npy", running(np.mean, x, usable, 7, 2, False))
    np.save(HERE / "background_two_sided.npy", running(np.mean, x, usable, 5, 1, True))
    np.save(HERE / "background_exponential.npy", exponential(x, usable, 0.1, 0))
    np.save(HERE / "background_exponential_guard.npy", exponential(x, usable, 0.1, 3))
    np.save(HERE / "background_kalman.npy", kalman(x, usable, 0.05, 2))
    np.save(HERE / "background_mean.npy", whole(np.mean, x, usable))
    np.save(HERE / "background_median.npy", whole(np.median, x, usable))
    np.save(HERE / "background_median_causal.npy", running(np.median, x, usable, 7, 2, False))
    np.save(HERE / "background_median_two_sided.npy", running(np.median, x, usable, 5, 1, True))
    np.save(HERE / "background_reference.npy", reference(x, usable, 4, 8))


if __name__ == "__main__":
    main()
