# SPDX-License-Identifier: MIT
"""Stacks of traces from NumPy, in double: mean, median, and the mean of what lies near the median.

Writes stack_input.npy, 22 traces of 37 samples with outliers, float32, and stack.npy: for the stack lengths 1, 4, 5 and 9
and each of mean, median, robust (3 robust standard deviations) the decimated stacks, the last one from what is left.
stack_running.npy: for the lengths 1, 4 and 9 what each method makes of the (n-1)/2 traces before each trace and the n/2 after it.
Compared within 2e-7 of the largest sample: half a unit in the last place of float32.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
LENGTHS = (1, 4, 5, 9)


def robust(x, z=3.0):
    middle = np.median(x, axis=0).astype(np.float32).astype(float)
    off = np.abs(x - middle)
    spread = np.median(off, axis=0)
    near = off <= z * 1.4826 * spread
    with np.errstate(invalid="ignore"):
        mean = np.where(near, x, 0.0).sum(axis=0) / near.sum(axis=0)
    return np.where(near.any(axis=0), mean, middle)


def main():
    rng = np.random.default_rng(11)
    x = 100.0 * np.sin(np.arange(37) / 5.0) + rng.normal(0.0, 3.0, (22, 37))
    x[rng.random(x.shape) < 0.05] += 500.0
    x = x.astype(np.float32)
    np.save(HERE / "stack_input.npy", x)
    rows = []
    for length in LENGTHS:
        for method in (lambda g: g.mean(axis=0), lambda g: np.median(g, axis=0), robust):
            rows += [method(x[a : a + length].astype(float)) for a in range(0, len(x), length)]
    np.save(HERE / "stack.npy", np.array(rows))
    around = []
    for length in (1, 4, 9):
        for method in (lambda g: g.mean(axis=0), lambda g: np.median(g, axis=0), robust):
            around += [method(x[max(0, k - (length - 1) // 2) : k + length // 2 + 1].astype(float)) for k in range(len(x))]
    np.save(HERE / "stack_running.npy", np.array(around))


if __name__ == "__main__":
    main()
