# SPDX-License-Identifier: MIT
"""Instantaneous attributes by scipy.signal.hilbert in double, for 160 samples (the length of the transform) and 157.

Writes envelope.csv. The envelope is compared within 1e-6 of the largest one; phase and cosine within 1e-4 and frequency within
1 MHz where the envelope is above 1 % of it: they are ratios of float32 transforms.
"""

from pathlib import Path

import numpy as np
from scipy import signal

HERE = Path(__file__).resolve().parent
STEP = 0.1e-9


def attributes(x, n):
    z = signal.hilbert(x, N=n)[: len(x)]
    turn = z[1:] * np.conj(z[:-1])
    both = np.concatenate([turn[:1], turn[1:] + turn[:-1], turn[-1:]])
    return np.abs(z), np.angle(z), np.angle(both) / (2 * np.pi * STEP), np.cos(np.angle(z))


def main():
    rng = np.random.default_rng(4)
    t = STEP * np.arange(160)
    x = 800 * np.exp(-(((t - 4e-9) / 1.2e-9) ** 2)) * np.cos(2 * np.pi * 1.1e9 * t)
    x += 90 * np.exp(-(((t - 11e-9) / 1.5e-9) ** 2)) * np.cos(2 * np.pi * 2.9e9 * t) + rng.standard_normal(160)
    x = x.astype(np.float32).astype(float)
    columns = {"input": x}
    for n in (160, 157):
        for name, y in zip(("envelope", "phase", "frequency", "cosine_phase"), attributes(x[:n], 160)):
            columns[f"{name}_{n}"] = np.append(y, np.zeros(160 - n))
    np.savetxt(HERE / "envelope.csv", np.column_stack(list(columns.values())), fmt="%.12g", delimiter=",",
               header=",".join(columns))


if __name__ == "__main__":
    main()
