# SPDX-License-Identifier: MIT
"""Dewowed traces by brute force: NumPy's mean and median over each window, in double.

Writes dewow.csv: a trace of 101 samples at 0.1 ns and its results for half windows of 1, 7, 49, 50, 60 and 200 samples.
Compared within 1e-7 of the largest sample.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
N = 101


def dewow(x, h, middle):
    return np.array([x[i] - middle(x[max(0, i - h) : i + h + 1]) for i in range(len(x))])


def main():
    rng = np.random.default_rng(5)
    x = (1000 * rng.standard_normal(N) + 20000 + 100 * np.arange(N)).astype(np.float32).astype(float)
    halves = (1, 7, 49, 50, 60, 200)
    columns = [x] + [dewow(x, h, np.mean) for h in halves] + [dewow(x, h, np.median) for h in halves]
    header = ",".join(["input"] + [f"half_{h}" for h in halves] + [f"median_{h}" for h in halves])
    np.savetxt(HERE / "dewow.csv", np.column_stack(columns), fmt="%.17g", delimiter=",", header=header)


if __name__ == "__main__":
    main()
