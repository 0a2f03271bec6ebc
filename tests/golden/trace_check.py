# SPDX-License-Identifier: MIT
"""A clipped trace and what SciPy's Lagrange cubic makes of it, in double.

Writes trace_check.csv: a Ricker wave of 64 samples clipped at 60, and the same with each clipped stretch replaced by
scipy.interpolate.lagrange through the two samples before and after it, kept beyond the rail.

And trace_check_line.npy, a line of 40 traces of 64 samples (float32) with some that are dead, loud, quiet or of another shape;
trace_check_bad.csv: which of them are bad, and by how much: log energy of each without its mean, distance from the median of
its neighbours (5 to each side, dead ones left out) in robust standard deviations (scipy.stats.median_abs_deviation, at least
0.1), correlation (numpy.corrcoef) with the mean of them, each brought to the same energy; trace_check_repaired.npy, numpy.interp between the nearest good ones.
"""

from pathlib import Path

import numpy as np
from scipy.interpolate import lagrange
from scipy.stats import median_abs_deviation

HERE = Path(__file__).resolve().parent
RAIL = 60.0


def main():
    t = (np.arange(64) - 30.3) / 12.0
    a = (np.pi * t) ** 2
    x = (100 * (1 - 2 * a) * np.exp(-a) + 45 * np.cos(np.arange(64) / 3.0)).astype(np.float32).astype(float)
    clipped = np.clip(x, -RAIL, RAIL)
    out = clipped.copy()
    at = np.abs(clipped) >= RAIL
    i = 0
    while i < 64:
        if not at[i]:
            i += 1
            continue
        end = i
        while end < 64 and at[end] and np.sign(clipped[end]) == np.sign(clipped[i]):
            end += 1
        k = np.array([i - 2, i - 1, end, end + 1])
        y = lagrange(k - i, clipped[k])(np.arange(end - i))
        out[i:end] = np.maximum(y, RAIL) if clipped[i] > 0 else np.minimum(y, -RAIL)
        i = end
    np.savetxt(HERE / "trace_check.csv", np.column_stack([clipped, out]), fmt="%.17g", delimiter=",", header="clipped,repaired")


def line():
    rng = np.random.default_rng(31)
    t = (np.arange(64) - 20) / 6.0
    x = 100 * (1 - 2 * t**2) * np.exp(-(t**2)) + rng.normal(0, 4, (40, 64)) + 7
    x[5] = 0.0
    x[12] *= 6.0
    x[13] *= 0.2
    x[20] = 12.0
    x[27] *= -1.0
    x[33] = 60 * rng.standard_normal(64)
    return x.astype(np.float32)


def check(x):
    x = x.astype(float)
    dead = (x == x[:, :1]).all(axis=1)
    with np.errstate(divide="ignore"):
        energy = np.log(((x - x.mean(axis=1, keepdims=True)) ** 2).sum(axis=1))
    rows = []
    for k in range(len(x)):
        near = [j for j in range(max(0, k - 5), min(len(x), k + 6)) if j != k and not dead[j]]
        e = energy[near]
        z = 0.0 if dead[k] else abs(energy[k] - np.median(e)) / max(median_abs_deviation(e, scale=1 / 1.4826), 0.1)
        shapes = [(x[j] - x[j].mean()) / x[j].std() for j in near]
        r = 0.0 if dead[k] else np.corrcoef(x[k], np.mean(shapes, axis=0))[0, 1]
        rows.append([dead[k] or z > 10.0 or r < 0.5, z, r])
    return np.array(rows, float)


def whole_line():
    x = line()
    rows = check(x)
    good = np.flatnonzero(rows[:, 0] == 0)
    repaired = np.array([np.interp(np.arange(len(x)), good, column[good]) for column in x.astype(float).T]).T
    np.save(HERE / "trace_check_line.npy", x)
    np.savetxt(HERE / "trace_check_bad.csv", rows, fmt="%.12g", delimiter=",", header="bad,z,correlation")
    np.save(HERE / "trace_check_repaired.npy", np.ascontiguousarray(repaired))


if __name__ == "__main__":
    main()
    whole_line()
