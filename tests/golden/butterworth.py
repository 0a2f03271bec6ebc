# SPDX-License-Identifier: MIT
"""Second-order sections of Butterworth filters and their settled states, from SciPy.

Writes butterworth_sections.csv. Compared within 1e-12 of the largest coefficient of each section; settled states, which
divide by 1 + a1 + a2, within 1e-9 of their size.
"""

from pathlib import Path

import numpy as np
from scipy import signal

HERE = Path(__file__).resolve().parent
LOW, HIGH, BAND = 0, 1, 2
NAMES = {LOW: "lowpass", HIGH: "highpass", BAND: "bandpass"}


def cases():
    for order in range(1, 9):
        for fs, corner in ((10e9, 1.3e9), (1000.0, 2.0), (48e3, 23e3)):
            yield LOW, order, corner, 0.0, fs
            yield HIGH, order, corner, 0.0, fs
        # A radar's band, a low narrow one, and one that is more than half of everything (real poles for odd orders).
        for fs, low, high in ((10e9, 300e6, 2.4e9), (10e9, 20e6, 90e6), (5e9, 30e6, 2.45e9)):
            yield BAND, order, low, high, fs


def main():
    rows = []
    for kind, order, first, second, fs in cases():
        corners = [first, second] if kind == BAND else first
        sos = signal.butter(order, corners, NAMES[kind], fs=fs, output="sos")
        zi = signal.sosfilt_zi(sos)
        for i, (s, z) in enumerate(zip(sos, zi)):
            rows.append([kind, order, first, second, fs, i, len(sos), *s[:3], *s[4:], *z])
    header = "kind,order,first_hz,second_hz,sample_rate_hz,section,sections,b0,b1,b2,a1,a2,zi1,zi2"
    np.savetxt(HERE / "butterworth_sections.csv", np.array(rows), fmt="%.17g", delimiter=",", header=header)


if __name__ == "__main__":
    main()
