# SPDX-License-Identifier: MIT
"""Golden vectors for gpr.fk_filter: NumPy in double, a two-dimensional transform of the continued line.

Writes fk_filter_input.npy (float32, 36 traces x 50 samples, 0.1 ns, 2 cm) and one fk_filter_<case>.npy (float64) a case.
Compared to 2e-6 of the largest input sample: float32 transforms.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
DT, DX = 0.1e-9, 0.02
CASES = {  # domain, keep, low, high, taper
    "fan": ("velocity", "inside", 0.05e9, 0.4e9, 0.25),
    "flat": ("velocity", "outside", 0.3e9, 0.0, 0.5),
    "high_pass": ("wavenumber", "inside", 4.0, 0.0, 0.3),
    "band_stop": ("wavenumber", "outside", 2.0, 7.0, 0.2),
}


def fft_size(n):
    n = max(2, n + n % 2)
    while True:
        rest = n
        for p in (2, 3, 5):
            while rest % p == 0:
                rest //= p
        if rest == 1:
            return n
        n += 2


def continue_rows(x, n):
    """Rows beyond the last fade from it into the first."""
    m = len(x)
    share = 0.5 * (1 + np.cos(np.pi * np.arange(1, n - m + 1) / (n - m + 1)))[:, None]
    return np.vstack([x, share * x[-1] + (1 - share) * x[0]])


def band(q, low, high, taper):
    w = np.ones_like(q)
    with np.errstate(divide="ignore", invalid="ignore"):
        if low > 0:
            w *= 0.5 * (1 + np.cos(np.pi * np.clip(np.log(low / q) / np.log1p(taper), 0, 1)))
        if high > 0:
            w *= 0.5 * (1 + np.cos(np.pi * np.clip(np.log(q / high) / np.log1p(taper), 0, 1)))
    return w


def fk_filter(x, domain, keep, low, high, taper):
    n_across, n_time = (fft_size(n + max(n // 2, 16)) for n in x.shape)
    y = continue_rows(continue_rows(x, n_across).T, n_time)  # time x traces
    spectrum = np.fft.fft2(y)
    f = np.abs(np.fft.fftfreq(n_time, DT))[:, None]
    k = np.abs(np.fft.fftfreq(n_across, DX))[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        q = f / k if domain == "velocity" else k + 0 * f
    q[:, 0] = np.inf if domain == "velocity" else 0.0
    w = band(q, low, high, taper)
    w = w if keep == "inside" else 1 - w
    return np.fft.ifft2(spectrum * w).real[: x.shape[1], : x.shape[0]].T


def main():
    rng = np.random.default_rng(20240504)
    t = np.arange(50) * DT
    position = np.arange(36)[:, None] * DX
    echo = 2 * np.sqrt(0.12**2 + (position - 0.4) ** 2) / 1e8
    a = (np.pi * 1.2e9 * (t - echo)) ** 2
    x = 100 * np.cos(2 * np.pi * 1e9 * t) + 40 * (1 - 2 * a) * np.exp(-a) + rng.normal(size=(36, 50)) + 5 * position
    samples = x.astype(np.float32)
    np.save(HERE / "fk_filter_input.npy", samples)
    for name, case in CASES.items():
        np.save(HERE / f"fk_filter_{name}.npy", fk_filter(samples.astype(np.float64), *case))


if __name__ == "__main__":
    main()
