# SPDX-License-Identifier: MIT
"""Offsets by NumPy in double.

Writes dc.csv: a trace of 101 samples at 0.1 ns from -2 ns on, and what is left after the mean and the median of all samples
and of those from 1 ns to 4.05 ns (indices 30 to 60). Compared within 1e-7 of the largest sample.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent


def main():
    rng = np.random.default_rng(12)
    x = (1000 * rng.standard_normal(101) + 20000).astype(np.float32).astype(float)
    x[:20] += 9000.0
    gate = slice(30, 61)
    even = x[:100]
    columns = [x, x - np.mean(x), x - np.median(x), x - np.mean(x[gate]), x - np.median(x[gate])]
    columns.append(np.append(even - np.median(even), 0.0))
    names = "input,mean,median,mean_gate,median_gate,median_first_100"
    np.savetxt(HERE / "dc.csv", np.column_stack(columns), fmt="%.17g", delimiter=",", header=names)


if __name__ == "__main__":
    main()
