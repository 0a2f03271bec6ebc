# SPDX-License-Identifier: MIT
"""Band-passed traces from SciPy, in double: sosfiltfilt (zero_phase) and sosfilt (causal).

Writes bandpass.csv: two traces of 160 samples at 0.1 ns and what each filter makes of them. Compared within 2e-7 of the
largest output: half a unit in the last place of float32, and what double rounding adds.
"""

from pathlib import Path

import numpy as np
from scipy import signal

HERE = Path(__file__).resolve().parent
FS = 10e9
LOW, HIGH = 250e6, 2.1e9
N = 160


def trace(seed):
    """A direct wave, drift, an offset and noise: as it would be stored, in float32."""
    rng = np.random.default_rng(seed)
    t = np.arange(N) / FS
    a = (np.pi * 1e9 * (t - 3e-9)) ** 2
    x = 4000 * (1 - 2 * a) * np.exp(-a) + 900 + 300 * np.sin(2 * np.pi * 4e7 * t) + 50 * rng.standard_normal(N)
    return x.astype(np.float32).astype(float)


def main():
    first, second = trace(1), trace(2)
    names, columns = ["first", "second"], [first, second]
    for order in (1, 2, 3, 4, 8):
        sos = signal.butter(order, [LOW, HIGH], "bandpass", fs=FS, output="sos")
        zi = signal.sosfilt_zi(sos)
        steady, end = signal.sosfilt(sos, first, zi=zi * first[0])
        names += [f"zero_phase_{order}", f"steady_{order}", f"rest_{order}", f"previous_{order}"]
        columns += [
            signal.sosfiltfilt(sos, first),
            steady,
            signal.sosfilt(sos, first),
            signal.sosfilt(sos, second, zi=end)[0],
        ]
    np.savetxt(HERE / "bandpass.csv", np.column_stack(columns), fmt="%.17g", delimiter=",", header=",".join(names))


if __name__ == "__main__":
    main()
