# SPDX-License-Identifier: MIT
"""Kirchhoff migration and delay and sum by brute force in double: plain sums over traces, delays from the geometry.

The half derivative is taken from the spectrum of the zero-padded trace, and the traces are evaluated between their samples by
their Fourier series: no interpolation. Writes kirchhoff_input.npy (traces, samples) and kirchhoff.npy, back_projection.npy,
back_projection_air.npy (traces, depths); back_projection_envelope.npy, and back_projection_coherence.npy, the amplitude times its
coherence factor; kirchhoff_uneven.npy and kirchhoff_topography.npy, the same traces at the places, and there with the heights, of
kirchhoff_walk.npy. Compared within the interpolation error that the header states.
"""

from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

HERE = Path(__file__).resolve().parent
C = 299792458.0
V, OFFSET, DT, DX = 0.11e9, 0.06, 0.08e-9, 0.015
N, M, DEPTHS, DZ = 96, 24, 40, 0.008
TANGENT, REACH, TAPER = np.tan(np.radians(50.0)), 0.13, 0.4
STANDOFF = 0.11


def wave(t):
    a = (np.pi * 1.1e9 * t) ** 2
    return (1 - 2 * a) * np.exp(-a)


def line():
    rng = np.random.default_rng(11)
    t = np.arange(N) * DT
    x = np.arange(M) * DX
    out = np.zeros((M, N))
    for px, pz, a in ((0.15, 0.09, 1.0), (0.27, 0.17, -0.7)):
        for m in range(M):
            d = np.hypot(x[m] - OFFSET / 2 - px, pz) + np.hypot(x[m] + OFFSET / 2 - px, pz)
            out[m] += a * wave(t - d / V)
    # Smooth noise: white noise would be all interpolation error.
    noise = rng.standard_normal((M, N))
    kernel = wave((np.arange(41) - 20) * DT)
    for m in range(M):
        out[m] += 0.1 * np.convolve(noise[m], kernel, mode="same")
    return out.astype(np.float32).astype(float)


def between_samples(trace, filtered):
    """The filtered trace as a function of time, from its Fourier series over a long period."""
    n = 32 * N
    spectrum = filtered(np.fft.rfft(trace, n), 2 * np.pi * np.fft.rfftfreq(n, DT))
    omega = 2 * np.pi * np.fft.rfftfreq(n, DT)
    weight = np.full(omega.size, 2.0 / n)
    weight[0] = weight[-1] = 1.0 / n

    def at(times):
        return (np.exp(1j * np.outer(times, omega)) * (weight * spectrum)).sum(axis=1)

    return at


def weight(across, height):
    limit = max(min(TANGENT * height, REACH), 1e-6)
    e = min(max((across / limit - (1 - TAPER)) / TAPER, 0.0), 1.0)
    return 1 - e * e * (3 - 2 * e)


def leg(across, depth, standoff):
    across = abs(across)
    if standoff == 0.0:
        return np.hypot(across, depth) / V
    way = lambda u: np.hypot(u, standoff) / C + np.hypot(across - u, depth) / V
    return minimize_scalar(way, bounds=(0.0, across), method="bounded", options={"xatol": 1e-13}).fun if across else way(0)


def image(traces, kirchhoff, standoff=0.0, places=None, heights=None):
    """The image, or for back projection the mean of the analytic traces and its coherence factor."""
    x = np.arange(M) * DX if places is None else places
    heights = np.zeros(M) if heights is None else heights
    width = np.concatenate([x[1:2] - x[:1], (x[2:] - x[:-2]) / 2, x[-1:] - x[-2:-1]])
    z = np.arange(DEPTHS) * DZ
    if kirchhoff:
        series = [between_samples(t, lambda s, w: s * np.sqrt(w) * np.exp(-0.25j * np.pi)) for t in traces]
    else:
        series = [between_samples(t, lambda s, w: s) for t in traces]
    total = np.zeros((M, DEPTHS), dtype=complex)
    weights = np.zeros((M, DEPTHS))
    power = np.zeros((M, DEPTHS))
    for m in range(M):
        wanted, where = [], []
        for c in range(M):
            for i in range(DEPTHS):
                d = x[c] - x[m]
                height = z[i] + heights[m] - heights[c]  # of the antennas above the point
                w = weight(abs(d), height + standoff)
                t = leg(d + OFFSET / 2, height, standoff) + leg(d - OFFSET / 2, height, standoff)
                if w == 0.0 or t > (N - 1) * DT:
                    continue
                if kirchhoff:
                    source, receiver = np.hypot(d + OFFSET / 2, height), np.hypot(d - OFFSET / 2, height)
                    cosine = 0.5 * height * (1 / source + 1 / receiver)
                    w *= min(width[m], 5.244 * z[i]) * cosine / np.sqrt(np.pi * V * 0.5 * (source + receiver))
                wanted.append((t, w))
                where.append((c, i))
        times, w = np.array(wanted).T
        values = series[m](times)
        for k, (c, i) in enumerate(where):
            total[c, i] += w[k] * values[k]
            weights[c, i] += w[k]
            power[c, i] += w[k] * abs(values[k]) ** 2
    if kirchhoff:
        return total.real
    mean = np.divide(total, weights, out=np.zeros_like(total), where=weights > 1e-3)
    factor = np.divide(abs(total) ** 2, weights * power, out=np.zeros_like(weights), where=weights * power > 0)
    return mean, factor


def walk():
    """Uneven steps of 1 to 2 cm, and a slope with a bump."""
    x = np.cumsum(np.random.default_rng(12).uniform(0.01, 0.02, M))
    x -= x[0]
    return x, 0.1 * x + 0.01 * np.sin(20 * x)


def main():
    traces = line()
    np.save(HERE / "kirchhoff_input.npy", traces.astype(np.float32))
    np.save(HERE / "kirchhoff.npy", image(traces, True).astype(np.float32))
    x, heights = walk()
    np.save(HERE / "kirchhoff_walk.npy", np.stack([x, heights]))
    np.save(HERE / "kirchhoff_uneven.npy", image(traces, True, places=x).astype(np.float32))
    np.save(HERE / "kirchhoff_topography.npy", image(traces, True, places=x, heights=heights).astype(np.float32))
    mean, factor = image(traces, False)
    np.save(HERE / "back_projection.npy", mean.real.astype(np.float32))
    np.save(HERE / "back_projection_envelope.npy", abs(mean).astype(np.float32))
    np.save(HERE / "back_projection_coherence.npy", (mean.real * factor).astype(np.float32))
    np.save(HERE / "back_projection_air.npy", image(traces, False, STANDOFF)[0].real.astype(np.float32))


if __name__ == "__main__":
    main()
