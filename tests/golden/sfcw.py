# SPDX-License-Identifier: MIT
"""Sweeps to time by the plain sum over frequencies, and calibrated sweeps, in double with NumPy.

Windows come from scipy.signal.get_window. The band (600 MHz in steps of 10.8 MHz) is no multiple of its step.

Writes sfcw_sweeps.npy         float32 (3, 2 K): echoes and noise, pairs of real and imaginary part
       sfcw_time.csv           columns: set (0 ..), time_s, value; the sets are listed in SETS
       sweep_calibrated.npy    float64 (4, 2 K'): last sweep, after the mean of all three, for none, subtract, divide, both
       windows.csv             each window at 9 and 10 points
"""

from pathlib import Path

import numpy as np
from scipy import signal

HERE = Path(__file__).resolve().parent
START, STEP, K = 600e6, 10.8e6, 61
# window, kaiser beta, envelope, spectrum, start_s, sample interval, number of samples
SETS = [
    ("hann", 0, False, False, 0.0, 0.1e-9, 200),
    ("rectangular", 0, False, False, -3.3e-9, 0.0937e-9, 150),
    ("hamming", 0, True, False, 0.0, 0.25e-9, 100),
    ("blackman", 0, False, True, 5e-9, 0.05e-9, 128),
    ("kaiser", 7.0, False, False, 1e-9, 0.2e-9, 64),
]


def window(name, beta, n):
    return signal.get_window({"rectangular": "boxcar", "kaiser": ("kaiser", beta)}.get(name, name), n, fftbins=False)


def sweeps():
    rng = np.random.default_rng(3)
    f = START + STEP * np.arange(K)
    out = []
    for delay in (4e-9, 7.77e-9, 12.3e-9):
        s = np.exp(-2j * np.pi * f * 2e-9) + 0.3 * np.exp(-2j * np.pi * f * delay)
        s += 0.02 * (rng.standard_normal(K) + 1j * rng.standard_normal(K))
        out.append(s.astype(np.complex64))
    return np.array(out)


def main():
    s = sweeps()
    np.save(HERE / "sfcw_sweeps.npy", s.view(np.float32))
    f = START + STEP * np.arange(K)
    rows = []
    for number, (name, beta, envelope, spectrum, start, dt, n) in enumerate(SETS):
        w = window(name, beta, K)
        t = start + dt * np.arange(n)
        z = np.exp(2j * np.pi * np.outer(t, f)) @ (w * s[number % 3].astype(complex))
        z *= 2 * STEP if spectrum else 1 / w.sum()
        rows += [(number, *row) for row in zip(t, np.abs(z) if envelope else z.real, strict=True)]
    np.savetxt(HERE / "sfcw_time.csv", rows, fmt="%.17g", delimiter=",", header="set,time_s,value")

    keep = (f >= 650e6) & (f <= 1.1e9)
    reference, last = s.astype(complex).mean(axis=0)[keep], s[2].astype(complex)[keep]
    level = np.maximum(np.abs(reference), 0.8 * np.abs(reference).max())
    inverse = reference.conj() / level**2
    turn = np.exp(2j * np.pi * f[keep] * 1.7e-9)
    calibrated = np.array([last, last - reference, last * inverse, (last - reference) * inverse]) * turn
    np.save(HERE / "sweep_calibrated.npy", calibrated.view(float))

    names = ("rectangular", "hann", "hamming", "blackman", "kaiser")
    table = [(n, k, *(window(name, 5.5, n)[k] for name in names)) for n in (9, 10) for k in range(n)]
    np.savetxt(HERE / "windows.csv", table, fmt="%.17g", delimiter=",", header="n,k," + ",".join(names))


if __name__ == "__main__":
    main()
