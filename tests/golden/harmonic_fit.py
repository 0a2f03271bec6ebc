# SPDX-License-Identifier: MIT
"""harmonic_fit.csv: mains frequency and amplitudes by SciPy's least squares on the samples themselves.

    python3 harmonic_fit.py        (numpy, scipy)

One row a channel: frequency, then a and b of each harmonic. Samples come from the same integers as in harmonic_fit_test.cpp.
"""
import pathlib

import numpy as np
from scipy.optimize import least_squares

RATE, N, H = 5000, 3000, 3
state = 99
x = np.empty((2, N), np.float32)
n = np.arange(N)
for i in range(N):
    for c in range(2):
        state = (state * 1664525 + 1013904223) % 2**32
        t = i / RATE
        hum = 5 * np.cos(2 * np.pi * 49.97 * t + c) + 2 * np.cos(2 * np.pi * 3 * 49.97 * t - 0.5)
        x[c, i] = hum + (state >> 16) / 32768.0 + 3.0
keep = ((n < 900) | (n >= 1310)) & (n < 2700)
t = n[keep] / RATE


def matrix(f):
    columns = [np.ones_like(t)]
    for h in range(1, H + 1):
        columns += [np.cos(2 * np.pi * h * f * t), np.sin(2 * np.pi * h * f * t)]
    return np.stack(columns, 1)


def solve(f):
    return np.linalg.lstsq(matrix(f), x[:, keep].T.astype(float), rcond=None)[0]


fit = least_squares(lambda f: (x[:, keep].T - matrix(f[0]) @ solve(f[0])).ravel(), [50.0], xtol=1e-15, ftol=1e-15,
                    gtol=1e-15, x_scale=[0.01], jac="3-point")
amplitudes = solve(fit.x[0])
rows = [np.concatenate(([fit.x[0]], amplitudes[1:, c])) for c in range(2)]
np.savetxt(pathlib.Path(__file__).with_name("harmonic_fit.csv"), rows, fmt="%.17g", delimiter=",",
           header="frequency_hz,a1,b1,a2,b2,a3,b3")
