# SPDX-License-Identifier: MIT
"""Gains along time by brute force, NumPy in double.

Writes gain.csv: a trace of 120 samples at 0.2 ns from -2 ns on, and what each gain makes of it; two more traces, and what
the envelope gain makes of all three, one after the other. Compared within 3e-7 of each value (agc and envelope: within 5e-7),
the rounding of two or three float32 operations.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
N, START, STEP = 120, -2e-9, 0.2e-9


def agc(x, h, max_gain_db):
    g = 10 ** (max_gain_db / 20)
    level = np.array([np.mean(x[max(0, i - h) : i + h + 1] ** 2) for i in range(len(x))])
    return x / np.sqrt(level + np.mean(x**2) / g**2)


def envelope(traces, h, share, max_gain_db):
    """The gain of the falling curve over the running mean of the energies, for each trace in turn."""
    energy, out = np.zeros(N), []
    for k, x in enumerate(traces, 1):
        level = np.array([np.mean(x[max(0, i - h) : i + h + 1] ** 2) for i in range(N)])
        energy += max(share, 1 / k) * (level - energy)
        decay = np.array([energy[i:].max() for i in range(N)])
        out.append(x * np.minimum(np.sqrt(decay[0] / decay), 10 ** (max_gain_db / 20)))
    return out


def main():
    rng = np.random.default_rng(9)
    t = START + STEP * np.arange(N)
    x = (1000 * np.exp(-t / 3e-9) * rng.standard_normal(N)).astype(np.float32).astype(float)
    x[70:85] = 0.0
    after = np.maximum(t, 0.0)
    second = (700 * np.exp(-t / 4e-9) * rng.standard_normal(N)).astype(np.float32).astype(float)
    third = (900 * np.exp(-t / 3e-9) * rng.standard_normal(N)).astype(np.float32).astype(float)
    traces = (x, second, third)
    points = np.array([-6.0, 20.0, 44.0, 47.0, 60.0])
    curve = 10 ** (np.interp(np.arange(N) / (N - 1), np.linspace(0, 1, len(points)), points) / 20)
    columns = {
        "input": x,
        "second": second,
        "third": third,
        "spherical": x * np.minimum((after / 4e-9) ** 1.2 * np.exp(1e8 * after), 1000.0),
        "spherical_db_per_m": x * np.minimum((after / 4e-9) * 10 ** (14.0 * 0.9e8 * after / 20), 10 ** (40 / 20)),
        "range_gain_remove": x / curve,
        "range_gain_apply": x * curve,
        "power_1.7": x * np.minimum((after / 4e-9) ** 1.7, 1000.0),
        "power_8_limit_20": x * np.minimum((after / 4e-9) ** 8.0, 10.0),
        "exponential_3e8": x * np.minimum(np.exp(3e8 * after), 1000.0),
        "exponential_3e8_limit_20": x * np.minimum(np.exp(3e8 * after), 10.0),
        "agc_2ns_60": agc(x, 5, 60.0),
        "agc_2ns_6": agc(x, 5, 6.0),
        "agc_15ns_60": agc(x, 37, 60.0),
        "agc_24ns_60": agc(x, N // 2, 60.0),
    }
    for share, db in ((0.4, 60.0), (0.02, 12.0), (1.0, 60.0)):
        for k, y in enumerate(envelope(traces, 5, share, db)):
            columns[f"envelope_{share}_{k}"] = y
    np.savetxt(HERE / "gain.csv", np.column_stack(list(columns.values())), fmt="%.17g", delimiter=",",
               header=",".join(columns))


if __name__ == "__main__":
    main()
