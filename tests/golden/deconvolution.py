# SPDX-License-Identifier: MIT
"""Deconvolution by SciPy in double: scipy.linalg.solve_toeplitz for the filters, numpy.convolve for what they do.

Writes toeplitz.csv: systems of several sizes and their solutions, compared within 1e-9 of the largest unknown; and
deconvolution.csv: two traces at 0.1 ns from -2 ns on and the results, compared within 3e-7 of the largest output.
"""

from pathlib import Path

import numpy as np
from scipy import linalg

HERE = Path(__file__).resolve().parent
N, START, STEP = 200, -2e-9, 0.1e-9


def ricker(t, f):
    u = (np.pi * f * t) ** 2
    return (1 - 2 * u) * np.exp(-u)


def predictive(x, gap, length, prewhitening):
    r = np.correlate(x, x, "full")[N - 1 : N + gap + length]
    column = r[:length].copy()
    column[0] *= 1 + prewhitening
    a = linalg.solve_toeplitz(column, r[gap : gap + length])
    prediction = np.zeros(N)
    for k, v in enumerate(a):
        prediction[gap + k :] += v * x[: N - gap - k]
    return x - prediction


def inverse(x, w, reach, prewhitening):
    middle = np.argmax(np.abs(w))
    w = w / w[middle]
    r = np.correlate(w, w, "full")[len(w) - 1 :]
    column = np.zeros(2 * reach + 1)
    column[: min(len(r), len(column))] = r[: len(column)]
    column[0] *= 1 + prewhitening
    j = np.arange(-reach, reach + 1)
    inside = (middle - j >= 0) & (middle - j < len(w))
    g = np.where(inside, w[np.clip(middle - j, 0, len(w) - 1)], 0.0)
    f = linalg.solve_toeplitz(column, g)
    return np.convolve(x, f / (f @ g))[reach : reach + N]


def main():
    rng = np.random.default_rng(21)
    rows = []
    for n in (1, 2, 3, 5, 8, 30):
        s = rng.standard_normal(4 * n + 3)
        r = np.correlate(s, s, "full")[len(s) - 1 :][:n]
        r[0] *= 1.001
        b = rng.standard_normal(n)
        rows += [[n, i, r[i], b[i], v] for i, v in enumerate(linalg.solve_toeplitz(r, b))]
    np.savetxt(HERE / "toeplitz.csv", np.array(rows), fmt="%.17g", delimiter=",", header="n,i,r,b,x")

    t = START + STEP * np.arange(N)
    echoes = np.zeros(N)
    echoes[rng.integers(30, 190, 25)] = rng.standard_normal(25)
    pulse = ricker(STEP * np.arange(-20, 21), 1e9)
    first = 1000 * (ricker(t - 0.3e-9, 1e9) + 0.5 * np.convolve(echoes, pulse)[20 : 20 + N]) + rng.standard_normal(N)
    second = 900 * ricker(t - 0.4e-9, 0.9e9) + 5 * rng.standard_normal(N)
    first, second = (x.astype(np.float32).astype(float) for x in (first, second))
    gate = slice(10, 41)  # -1 ns to 2 ns
    reach = int(np.floor(np.sqrt(26) / (np.pi * 1e9) / STEP + 0.5))
    columns = {
        "first": first,
        "second": second,
        "spiking": predictive(first, 1, 20, 0.001),
        "predictive": predictive(first, 5, 30, 0.01),
        "ricker": inverse(first, ricker(STEP * np.arange(-reach, reach + 1), 1e9), 30, 0.001),
        "samples": inverse(first, np.array([0.2, -1.0, 0.4, 0.3]), 12, 0.05),
        "direct_wave_0": inverse(first, first[gate], 30, 0.01),
        "direct_wave_1": inverse(second, first[gate] + 0.5 * (second[gate] - first[gate]), 30, 0.01),
    }
    np.savetxt(HERE / "deconvolution.csv", np.column_stack(list(columns.values())), fmt="%.12g", delimiter=",",
               header=",".join(columns))


if __name__ == "__main__":
    main()
