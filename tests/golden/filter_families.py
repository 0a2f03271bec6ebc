# SPDX-License-Identifier: MIT
"""Chebyshev and Bessel filters and notches along time, from SciPy in double.

Writes filter_families.csv: the trace of bandpass.py and what each filter makes of it. Compared within 2e-7 of the largest
output: half a unit in the last place of float32, and what double rounding adds.
"""

from pathlib import Path

import numpy as np
from scipy import signal

from bandpass import FS, trace

HERE = Path(__file__).resolve().parent
LOW, HIGH, RIPPLE = 250e6, 2.1e9, 0.5


def main():
    x = trace(1)
    columns = {"input": x}
    for order in (3, 6):
        for band in ("bandpass", "lowpass", "highpass"):
            corners = {"bandpass": [LOW, HIGH], "lowpass": HIGH, "highpass": LOW}[band]
            designs = {
                "butterworth": signal.butter(order, corners, band, fs=FS, output="sos"),
                "chebyshev": signal.cheby1(order, RIPPLE, corners, band, fs=FS, output="sos"),
                "bessel": signal.bessel(order, corners, band, norm="mag", fs=FS, output="sos"),
            }
            for family, sos in designs.items():
                columns[f"{family}_{band}_{order}_zero_phase"] = signal.sosfiltfilt(sos, x)
                columns[f"{family}_{band}_{order}_rest"] = signal.sosfilt(sos, x)
    for frequency, quality in ((1e9, 3.0), (4e7, 0.5)):
        b, a = signal.iirnotch(frequency, quality, fs=FS)
        columns[f"notch_{frequency / 1e6:.0f}_zero_phase"] = signal.filtfilt(b, a, x)
        columns[f"notch_{frequency / 1e6:.0f}_rest"] = signal.lfilter(b, a, x)
    np.savetxt(HERE / "filter_families.csv", np.column_stack(list(columns.values())), fmt="%.10g", delimiter=",",
               header=",".join(columns))


if __name__ == "__main__":
    main()
