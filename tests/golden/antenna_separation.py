# SPDX-License-Identifier: MIT
"""Normal moveout of a two-antenna trace from NumPy, in double.

Writes antenna_separation.csv: a band-limited trace of 200 samples at 0.1 ns from t = -1 ns in float32, and
y(t') = x(sqrt(t'^2 + (s/v)^2) - d) for three settings, x between its samples by the Fourier series of the padded trace, zero
where the stretch is above 2 or t lies beyond the trace.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
N, DT, START = 200, 0.1e-9, -1e-9
C = 299792458.0


def trace():
    rng = np.random.default_rng(11)
    i = np.arange(N)
    x = np.zeros(N)
    for at, a in zip(rng.uniform(14, 186, 30), rng.normal(0, 300, 30)):
        x += a * np.cos(0.63 * (i - at) + a) * np.exp(-0.5 * ((i - at) / 4) ** 2)
    return x.astype(np.float32).astype(float)


def at(x, position):
    """The band-limited trace at any positions: the sum of its Fourier series."""
    pad = 3 * N
    spectrum = np.fft.rfft(np.concatenate([x, np.zeros(pad)]))
    k = np.arange(len(spectrum))
    weight = np.where((k == 0) | (k == len(k) - 1), 1, 2) / (N + pad)
    return (np.exp(2j * np.pi * np.outer(position, k) / (N + pad)) @ (weight * spectrum)).real


def moveout(x, s, v, d):
    vertical = START + DT * np.arange(N)
    t = np.sqrt(vertical**2 + (s / v) ** 2)
    position = (t - d - START) / DT
    keep = (vertical > 0) & (t <= 2 * np.abs(vertical)) & (position <= N - 1)
    y = np.zeros(N)
    y[keep] = at(x, position[keep])
    return y


def main():
    x = trace()
    cases = [moveout(x, 0.3, 1.2e8, 0.3 / C), moveout(x, 0.5, 1e8, 0.0), moveout(x, 0.2, 1e8, 0.2 / 1e8)]
    np.savetxt(
        HERE / "antenna_separation.csv",
        np.column_stack([x, *cases]),
        fmt="%.9g",
        delimiter=",",
        header="trace,direct_wave,emission,direct_through_soil",
    )


if __name__ == "__main__":
    main()
