# SPDX-License-Identifier: MIT
"""Images of tiny lines by the sums that define gpr.stolt and gpr.phase_shift: direct, in double, without any FFT or
interpolation.

Writes migration_input.npy, a line of 12 traces of 24 samples (a point, a slope and noise, as float32), and for each case the
image on the same grids of wavenumbers and frequencies as the stage has with its padding (compared within 2e-5 of the largest
value: the kernel between the bins, and float32), and stolt_dense.npy on grids eight times as dense: what comes out if no zero
padding is there to wrap round.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
N_TRACES, N = 12, 24
DT, DX = 0.2e-9, 0.02
V = 1e8


def fft_size(n):
    n += n % 2
    while True:
        rest = n
        for f in (2, 3, 5):
            while rest % f == 0:
                rest //= f
        if rest == 1:
            return n
        n += 2


def line():
    rng = np.random.default_rng(5)
    t = np.arange(N) * DT
    x = (np.arange(N_TRACES) - 5) * DX
    echo = 2 * np.hypot(x, 0.08) / V
    a = (np.pi * 0.9e9 * (t[None, :] - echo[:, None])) ** 2
    b = (np.pi * 0.9e9 * (t[None, :] - 3.2e-9 - 0.1e-9 * np.arange(N_TRACES)[:, None])) ** 2
    u = (1 - 2 * a) * np.exp(-a) + 0.7 * (1 - 2 * b) * np.exp(-b) + 0.05 * rng.standard_normal(a.shape)
    return u.astype(np.float32).astype(float)


def taper(s, largest):
    x = np.clip((s - 0.9 * largest) / (0.1 * largest), 0, 1)
    return 1 - x * x * (3 - 2 * x)


def stolt(u, v, start, angle, n_across, n_bins):
    """The image at the traces of the line and at the times of its samples."""
    c = v / 2
    largest = np.sin(np.deg2rad(angle))
    x = np.arange(N_TRACES) * DX
    t = start + np.arange(N) * DT
    image = np.zeros_like(u, dtype=complex)
    nyquist = np.pi / DT
    for m in range(-(n_across // 2), n_across - n_across // 2):
        k = 2 * np.pi * m / (n_across * DX)
        across = np.exp(-1j * k * x) @ u  # one complex trace
        for p in range(-(n_bins // 2), n_bins // 2 + 1):
            q = 2 * np.pi * p / (n_bins * DT)
            w = np.sign(q) * np.hypot(q, c * k)
            if abs(w) > nyquist * (1 + 1e-12) or (q == 0 and k != 0):
                continue
            s = 0.0 if k == 0 else abs(c * k / w)
            gain = 1.0 if k == 0 else taper(s, largest) * abs(q / w)
            if abs(p) == n_bins // 2:
                gain *= 0.5  # both ends of the axis are one bin
            value = gain * np.sum(across * np.exp(-1j * w * t))
            wave = np.exp(1j * q * t) * value
            image += np.exp(1j * k * x)[:, None] * wave[None, :]
    image /= n_across * n_bins
    return image.real


LAYERS = ((0.0, 1e8), (0.055, 0.6e8), (0.11, 1.4e8))  # top, velocity


def phase_shift(u, layers, step, n_depths, angle, n_across, n_bins):
    """The image at the traces of the line and at depths 0, step, ...: phases summed layer by layer."""
    largest = np.sin(np.deg2rad(angle))
    x = np.arange(N_TRACES) * DX
    t = np.arange(N) * DT
    image = np.zeros((N_TRACES, n_depths), dtype=complex)
    for m in range(-(n_across // 2), n_across - n_across // 2):
        k = 2 * np.pi * m / (n_across * DX)
        across = np.exp(-1j * k * x) @ u
        for p in range(-(n_bins // 2), n_bins // 2 + 1):
            w = 2 * np.pi * p / (n_bins * DT)
            gain = 0.5 if abs(p) == n_bins // 2 else 1.0  # both ends of the axis are one bin
            value = gain * np.sum(across * np.exp(-1j * w * t))
            wave = np.zeros(n_depths, dtype=complex)
            for i in range(n_depths):
                phase, fastest = 0.0, 0.0
                for (top, v), (bottom, _) in zip(layers, (*layers[1:], (np.inf, 0))):
                    if top > 0 and top > i * step * (1 + 1e-12):
                        break
                    fastest = max(fastest, v / 2)
                    inside = (2 * w / v) ** 2 - k**2
                    if k != 0 and (w == 0 or abs(k * fastest / w) >= 1):
                        phase = None
                        break
                    phase += np.sign(w) * np.sqrt(max(inside, 0.0)) * (min(i * step, bottom) - top)
                if phase is not None:
                    s = 0.0 if k == 0 else abs(k * fastest / w)
                    wave[i] = taper(s, largest) * np.exp(1j * phase) * value
            image += np.exp(1j * k * x)[:, None] * wave[None, :]
    image /= n_across * n_bins
    return image.real


def phase_shift_case(u, layers, step, depth, angle):
    """With the padding that the stage takes by default."""
    n_depths = int(np.floor(depth / step * (1 + 1e-12))) + 1
    tops = [top for top, _ in layers] + [np.inf]
    down = sum((min(depth, tops[i + 1]) - top) / (v / 2) for i, (top, v) in enumerate(layers) if top < depth)
    a = np.deg2rad(angle)
    n_bins = fft_size(int(np.ceil(max(N, down / DT / np.cos(a), 16) + N / 8)))
    fastest = max(v for _, v in layers) / 2
    reach = min(depth * np.tan(a), fastest * (N - 1) * DT * np.sin(a))
    n_across = fft_size(N_TRACES + int(np.ceil(reach / DX)))
    return phase_shift(u, layers, step, n_depths, angle, n_across, n_bins)


def main():
    u = line()
    np.save(HERE / "migration_input.npy", u.astype(np.float32))
    # angle, start of the axis: as the test runs the stage, with its default padding.
    for name, angle, start in (("stolt", 90.0, 0.0), ("stolt_angle", 50.0, 0.0), ("stolt_early", 90.0, -0.5e-9),
                               ("stolt_late", 90.0, 1.3e-9)):
        offset = start / DT
        n_bins = fft_size(int(np.ceil(N * 1.5 + max(0.0, offset))))
        n_across = fft_size(N_TRACES + int(np.ceil(V / 2 * (start + (N - 1) * DT) / DX)))
        np.save(HERE / f"{name}.npy", stolt(u, V, start, angle, n_across, n_bins))
    np.save(HERE / "phase_shift.npy", phase_shift_case(u, ((0.0, V),), 0.01, 0.2, 70.0))
    np.save(HERE / "phase_shift_layers.npy", phase_shift_case(u, LAYERS, 0.007, 0.16, 60.0))
    np.save(HERE / "stolt_dense.npy", stolt(u, V, 0.0, 90.0, 8 * N_TRACES * 4, 8 * N))


if __name__ == "__main__":
    main()
