# SPDX-License-Identifier: MIT
"""Resampled traces from SciPy: resample_poly (polyphase) with the filter of gpr.time_resample, in double.

Writes time_resample.csv: a trace of 200 samples at 0.1 ns and what it becomes at the intervals 0.05, 0.15, 0.2 and 0.04 ns.
Compared within 5e-7 of the largest sample: sums of float32 products.
"""

from math import ceil, gcd
from pathlib import Path

import numpy as np
from scipy import signal

HERE = Path(__file__).resolve().parent
N = 200
CASES = {"finer_2": (2, 1), "coarser_3_2": (2, 3), "coarser_2": (1, 2), "finer_5_2": (5, 2)}


def trace():
    t = np.arange(N) * 0.1
    a = (np.pi * 0.8 * (t - 6.0)) ** 2
    x = 4000 * (1 - 2 * a) * np.exp(-a) + 900 + 300 * np.sin(2 * np.pi * 0.3 * t) + 30 * np.sin(2 * np.pi * 1.1 * t)
    return x.astype(np.float32).astype(float)


def taps(up, down):
    """The kernel at the rate of `up` samples for one of the input."""
    d = down / up
    cutoff = 1.0 if d <= 1.0 else 0.84 / d
    half = ceil(16 / cutoff) * up
    u = np.arange(-half, half + 1) / up * cutoff / 16.0
    window = np.where(np.abs(u) < 1, np.i0(8.0 * np.sqrt(np.maximum(0, 1 - u * u))) / np.i0(8.0), 0.0)
    return cutoff * np.sinc(u * 16.0) * window


def resample(x, up, down):
    margin = 200 * down
    padded = np.pad(x, margin, mode="edge")
    h = taps(up, down)
    for phase in range(up):
        h[phase::up] /= h[phase::up].sum()
    # resample_poly multiplies an array of taps by `up` and keeps their centre.
    y = signal.resample_poly(padded, up, down, window=h / up)
    first = margin * up // down
    n = (len(x) - 1) * up // down + 1
    return y[first : first + n]


def main():
    assert all(gcd(*c) == 1 for c in CASES.values())
    x = trace()
    columns = {"input": x} | {name: resample(x, *case) for name, case in CASES.items()}
    longest = max(map(len, columns.values()))
    table = np.full((longest, len(columns)), np.nan)
    for j, column in enumerate(columns.values()):
        table[: len(column), j] = column
    np.savetxt(HERE / "time_resample.csv", table, fmt="%.17g", delimiter=",", header=",".join(columns))


if __name__ == "__main__":
    main()
