# SPDX-License-Identifier: MIT
"""Golden vectors of detect.spectrum: NumPy's Fourier transform in double, written from the formulas in the header alone.

Writes spectrum_input.npy (float32, traces x samples), spectrum_expected.npy (float64, traces x slabs bands).
Tolerance: 2e-5 (tables and features in float32 against double). Traces 30 to 34 have a score that freezes.
Run: python tests/golden/spectrum.py
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
N_TRACES, N_SAMPLES, STEP = 50, 100, 1e-10
FIRST, LENGTH, SLABS = 8, 30, 3
LOW, HIGH, BANDS, RATE, WARM_UP = 3e8, 2.7e9, 4, 0.05, 10


def line() -> np.ndarray:
    rng = np.random.default_rng(20261127)
    t = np.arange(N_SAMPLES)
    x = rng.normal(0, 1.0, (N_TRACES, N_SAMPLES)) * np.exp(-t / 60.0)
    for n in range(28, 38):
        x[n] += 4.0 * np.exp(-(((t - 50) / 8.0) ** 2)) * np.cos(2 * np.pi * 1.1e9 * STEP * t)
    return x.astype(np.float32)


def main() -> None:
    x = line()
    hann = np.sin(np.pi * (np.arange(LENGTH) + 0.5) / LENGTH) ** 2
    frequency = np.arange(LENGTH // 2) / (LENGTH * STEP)
    edges = np.linspace(LOW, HIGH, BANDS + 1)
    band = np.digitize(frequency * (1 + 1e-12), edges) - 1
    assert all((band == b).any() for b in range(BANDS))
    out = np.zeros((N_TRACES, SLABS * BANDS))
    mean, lessons = np.zeros((SLABS, BANDS)), 0
    for n in range(N_TRACES):
        for s in range(SLABS):
            slab = x[n, FIRST + s * LENGTH : FIRST + (s + 1) * LENGTH].astype(float)
            power = np.abs(np.fft.fft(hann * slab)[: LENGTH // 2]) ** 2
            energy = np.log([power[band == b].mean() for b in range(BANDS)])
            if lessons > 0:
                out[n, s * BANDS : (s + 1) * BANDS] = energy - mean[s]
            if not 30 <= n < 35:
                mean[s] += (1 / (lessons + 1) if lessons < WARM_UP else RATE) * (energy - mean[s])
        if not 30 <= n < 35 and lessons < WARM_UP:
            lessons += 1
    np.save(HERE / "spectrum_input.npy", x)
    np.save(HERE / "spectrum_expected.npy", out)


if __name__ == "__main__":
    main()
