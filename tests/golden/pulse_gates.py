# SPDX-License-Identifier: MIT
"""pulse_gates.csv: means of a decay over gates by SciPy's adaptive quadrature of the straight line between samples.

    python3 pulse_gates.py        (numpy, scipy)

Columns: edge before, edge after, mean over the gate. Samples come from the same integers as in pulse_gates_test.cpp.
"""
import pathlib

import numpy as np
from scipy.integrate import quad

START, STEP, N, DELAY = 8e-6, 0.5e-6, 400, 1.25e-6

state = 7
x = np.empty(N, np.float32)
for i in range(N):
    state = (state * 1664525 + 1013904223) % 2**32
    x[i] = 1000.0 * np.exp(-i / 90.0) + (state >> 16) / 655.36 - 50.0
x = x.astype(float)
t = START + STEP * np.arange(N) - DELAY
edges = 10e-6 * (190.0 / 10.0) ** (np.arange(21) / 20)
rows = []
for a, b in zip(edges, edges[1:]):
    knots = np.concatenate(([a], t[(t > a) & (t < b)], [b]))
    area = sum(quad(lambda u: np.interp(u, t, x), p, q, epsabs=1e-12, epsrel=1e-12)[0] for p, q in zip(knots, knots[1:]))
    rows.append((a, b, area / (b - a)))
np.savetxt(pathlib.Path(__file__).with_name("pulse_gates.csv"), rows, fmt="%.17g", delimiter=",",
           header="from_s,to_s,mean")
