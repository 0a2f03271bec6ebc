# SPDX-License-Identifier: MIT
"""Second-order sections of Chebyshev (type I) and Bessel (norm="mag") filters and of notches, from SciPy.

Writes iir_families.csv. Compared within 1e-11 of the largest coefficient of each section.
"""

from pathlib import Path

import numpy as np
from scipy import signal

HERE = Path(__file__).resolve().parent
BANDS = ("bandpass", "lowpass", "highpass")
CHEBYSHEV, BESSEL, NOTCH = 1, 2, 3
FS = 10e9
LOW, HIGH = 300e6, 2.4e9


def main():
    rows = []
    for order in range(1, 9):
        for band, name in enumerate(BANDS):
            corners = ([LOW, HIGH], HIGH, LOW)[band]
            for ripple in (0.1, 1.0, 5.0):
                sos = signal.cheby1(order, ripple, corners, name, fs=FS, output="sos")
                rows += [[CHEBYSHEV, band, order, ripple, i, len(sos), *s[:3], *s[4:]] for i, s in enumerate(sos)]
            sos = signal.bessel(order, corners, name, norm="mag", fs=FS, output="sos")
            rows += [[BESSEL, band, order, 1.0, i, len(sos), *s[:3], *s[4:]] for i, s in enumerate(sos)]
    for frequency, quality in ((5e8, 10.0), (9e8, 30.0), (4.2e9, 1.0)):
        b, a = signal.iirnotch(frequency, quality, fs=FS)
        rows.append([NOTCH, 0, frequency, quality, 0, 1, *b, *a[1:]])
    header = "family,band,order,ripple_db,section,sections,b0,b1,b2,a1,a2"
    np.savetxt(HERE / "iir_families.csv", np.array(rows), fmt="%.17g", delimiter=",", header=header)


if __name__ == "__main__":
    main()
