# SPDX-License-Identifier: MIT
"""Gains along time by brute force, NumPy in double.

Writes gain.csv: a trace of 120 samples at 0.2 ns from -2 ns on, and what each gain makes of it. Compared within 3e-7 of
each value (agc: within 5e-7), the rounding of two or three float32 operations.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
N, START, STEP = 120, -2e-9, 0.2e-9


def agc(x, h, max_gain_db):
    g = 10 ** (max_gain_db / 20)
    level = np.array([np.mean(x[max(0, i - h) : i + h + 1] ** 2) for i in range(len(x))])
    return x / np.sqrt(level + np.mean(x**2) / g**2)


def main():
    rng = np.random.default_rng(9)
    t = START + STEP * np.arange(N)
    x = (1000 * np.exp(-t / 3e-9) * rng.standard_normal(N)).astype(np.float32).astype(float)
    x[70:85] = 0.0
    after = np.maximum(t, 0.0)
    columns = {
        "input": x,
        "power_1.7": x * np.minimum((after / 4e-9) ** 1.7, 1000.0),
        "power_8_limit_20": x * np.minimum((after / 4e-9) ** 8.0, 10.0),
        "exponential_3e8": x * np.minimum(np.exp(3e8 * after), 1000.0),
        "exponential_3e8_limit_20": x * np.minimum(np.exp(3e8 * after), 10.0),
        "agc_2ns_60": agc(x, 5, 60.0),
        "agc_2ns_6": agc(x, 5, 6.0),
        "agc_15ns_60": agc(x, 37, 60.0),
        "agc_1us_60": agc(x, N, 60.0),
    }
    np.savetxt(HERE / "gain.csv", np.column_stack(list(columns.values())), fmt="%.17g", delimiter=",",
               header=",".join(columns))


if __name__ == "__main__":
    main()
