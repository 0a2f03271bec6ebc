# SPDX-License-Identifier: MIT
"""lock_in.npy: in-phase and quadrature by NumPy in double, each result a weighted sum over its window.

    python3 lock_in.py        (numpy, scipy)

Samples come from the same integers as in lock_in_test.cpp: 2 receivers, 40 blocks of 250 samples at 50 kHz.
Rows: filter (boxcar, hann, blackman, lowpass), result; columns: receiver, tone, I and Q.
"""
import pathlib

import numpy as np
from scipy.signal import lfilter

RATE, BLOCK, BLOCKS, INTERVAL, CELLS = 50_000, 250, 40, 400, 5
TONES = [1234.5, 7777.0, 15500.25]
TIME_CONSTANT = 0.02

state = 12345
samples = np.empty((2, BLOCK * BLOCKS))
for n in range(BLOCK * BLOCKS):
    for c in range(2):
        state = (state * 1664525 + 1013904223) % 2**32
        samples[c, n] = (state >> 16) / 32768.0 - 1.0

n = np.arange(samples.shape[1])
window = INTERVAL * CELLS
u = 2 * np.pi * (np.arange(window) + 0.5) / window
weights = {
    "boxcar": np.ones(window),
    "hann": 0.5 - 0.5 * np.cos(u),
    "blackman": 0.42 - 0.5 * np.cos(u) + 0.08 * np.cos(2 * u),
}
cells = samples.shape[1] // INTERVAL
out = np.zeros((4, cells, 2 * len(TONES) * 2))
for c in range(2):
    for k, f in enumerate(TONES):
        turned = samples[c] * np.exp(-2j * np.pi * ((f * n / RATE) % 1.0))
        column = 2 * (c * len(TONES) + k)
        for w, weight in enumerate(weights.values()):
            for r in range(CELLS - 1, cells):
                stretch = turned[(r + 1) * INTERVAL - window:(r + 1) * INTERVAL]
                z = 2 * np.sum(weight * stretch) / np.sum(weight)
                out[w, r, column:column + 2] = z.real, z.imag
        means = 2 * turned[:cells * INTERVAL].reshape(cells, INTERVAL).mean(axis=1)
        gain = 1 - np.exp(-INTERVAL / (RATE * TIME_CONSTANT))
        once, _ = lfilter([gain], [1, gain - 1], means, zi=[(1 - gain) * means[0]])
        twice, _ = lfilter([gain], [1, gain - 1], once, zi=[(1 - gain) * once[0]])
        out[3, :, column], out[3, :, column + 1] = twice.real, twice.imag
np.save(pathlib.Path(__file__).with_name("lock_in.npy"), out.reshape(4 * cells, -1))
