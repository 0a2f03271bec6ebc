# SPDX-License-Identifier: MIT
"""A clipped trace and what SciPy's Lagrange cubic makes of it, in double.

Writes trace_check.csv: a Ricker wave of 64 samples clipped at 60, and the same with each clipped stretch replaced by
scipy.interpolate.lagrange through the two samples before and after it, kept beyond the rail.
"""

from pathlib import Path

import numpy as np
from scipy.interpolate import lagrange

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


if __name__ == "__main__":
    main()
