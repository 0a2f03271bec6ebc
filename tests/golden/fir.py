# SPDX-License-Identifier: MIT
"""Windowed-sinc filters from SciPy: their taps, and what they make of a trace, in double.

Writes fir_taps.csv, compared within 1e-13, and fir.csv: the trace of bandpass.py, extended at both ends by scipy's odd_ext and
convolved by numpy. Compared within 1e-7 of the largest output.
"""

from pathlib import Path

import numpy as np
from scipy import signal
from scipy.signal._arraytools import odd_ext

from bandpass import FS, trace

HERE = Path(__file__).resolve().parent
LOW, HIGH = 300e6, 2.2e9
BANDS = {"bandpass": [LOW, HIGH], "lowpass": HIGH, "highpass": LOW, "bandstop": [LOW, HIGH]}
WINDOWS = {"hamming": "hamming", "hann": "hann", "blackman": "blackman", "kaiser": ("kaiser", 6.5)}


def main():
    taps, traces = {}, {"input": trace(1)}
    for band, corners in BANDS.items():
        for name, window in WINDOWS.items():
            h = signal.firwin(41, corners, window=window, pass_zero=band, fs=FS)
            taps[f"{band}_{name}"] = h
            if name in ("hamming", "kaiser"):
                x = odd_ext(traces["input"], 20)
                traces[f"{band}_{name}"] = np.convolve(x, h, mode="valid")
    for name, columns, form in (("fir_taps.csv", taps, "%.17g"), ("fir.csv", traces, "%.12g")):
        np.savetxt(HERE / name, np.column_stack(list(columns.values())), fmt=form, delimiter=",", header=",".join(columns))


if __name__ == "__main__":
    main()
