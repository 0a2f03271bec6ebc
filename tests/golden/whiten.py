# SPDX-License-Identifier: MIT
"""Spectral whitening by numpy.fft in double.

Writes whiten.csv: the trace of bandpass.py without its mean and what whitening makes of it. Compared within 2e-6 of the largest
output: float32 transforms of a trace whose spectrum has a range of 60 dB.
"""

from pathlib import Path

import numpy as np

from bandpass import FS, N, trace

HERE = Path(__file__).resolve().parent


def whiten(x, low, high, width, taper, stabilisation):
    n = 2 * N  # 320 has only factors 2 and 5
    spectrum = np.fft.rfft(x, n)
    f = np.fft.rfftfreq(n, 1 / FS)
    amplitude = np.abs(spectrum)
    h = int(np.floor(width * n / FS / 2))
    smooth = np.array([amplitude[max(0, k - h) : k + h + 1].mean() for k in range(len(f))])
    mean = smooth[(f >= low) & (f <= high)].mean()
    outside = np.maximum(np.maximum(low - f, f - high), 0.0)
    band = np.where(outside < taper, 0.5 + 0.5 * np.cos(np.pi * outside / max(taper, 1e-9)), 0.0)
    band[outside == 0.0] = 1.0
    return np.fft.irfft(spectrum * band * mean / (smooth + stabilisation * mean), n)[:N]


def main():
    x = trace(1)
    x = (x - x.mean()).astype(np.float32).astype(float)
    columns = {
        "input": x,
        "defaults": whiten(x, 300e6, 2.5e9, 200e6, 100e6, 0.01),
        "pure": whiten(x, 510e6, 2.01e9, 0.0, 0.0, 0.05),
        "wide": whiten(x, 300e6, 4.5e9, 1e9, 600e6, 0.001),
    }
    np.savetxt(HERE / "whiten.csv", np.column_stack(list(columns.values())), fmt="%.12g", delimiter=",",
               header=",".join(columns))


if __name__ == "__main__":
    main()
