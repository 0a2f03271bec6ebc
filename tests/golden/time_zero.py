# SPDX-License-Identifier: MIT
"""First breaks and aligned traces from NumPy, in double: every method of gpr.time_zero and the shift that follows.

Writes time_zero_input.npy, 12 traces of 160 samples at 0.1 ns in float32: a wave of either polarity at a known fractional
place, a later and stronger echo, and a little band-limited noise; time_zero_picks.csv, the position in samples that each
method gives for each trace in the gate [5, 90); time_zero_aligned.npy, for each method the traces shifted by the median of the
last three positions, so that it lies at sample 10, by the Fourier transform of a padded trace; and for cross_correlation
time_zero_correlated.npy, 12 rows: the position, then the trace shifted by it. There the band-limited traces are compared with
the mean of the aligned waves before them (20 samples, a quarter of them before the crossing of the threshold), and
scipy.optimize finds where the correlation is largest.
"""

from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

HERE = Path(__file__).resolve().parent
N, BEGIN, END = 160, 5, 90
WINDOW, SMOOTHING, SHARE = 10, 10, 0.7


def wave(t, phase):
    """One period at 1 GHz (10 samples) in a Gaussian envelope."""
    return np.exp(-0.5 * (t / 4) ** 2) * np.cos(2 * np.pi * t / 10 + phase)


def traces():
    rng = np.random.default_rng(7)
    i = np.arange(N)
    spectrum = np.fft.rfft(rng.standard_normal((12, N)))
    spectrum[:, np.fft.rfftfreq(N) > 0.2] = 0
    noise = np.fft.irfft(spectrum, N)
    at = 45 + np.cumsum(rng.uniform(-0.4, 0.4, 12))
    sign = np.where(np.arange(12) < 6, 1.0, -1.0)
    x = np.array([900 * s * wave(i - a, 0.4) - 700 * wave(i - a - 60, 0.9) for a, s in zip(at, sign)])
    return (x + 2 * noise).astype(np.float32).astype(float)


def parabola(y, p):
    left, middle, right = y[p - 1 : p + 2]
    return 0.5 * (left - right) / (left - 2 * middle + right)


def threshold(x, begin=BEGIN, end=END):
    p = begin + np.argmax(np.abs(x[begin:end]))
    u = np.sign(x[p]) * x
    top = np.polyfit([-1, 0, 1], u[p - 1 : p + 2], 2)
    level = SHARE * (top[2] - top[1] ** 2 / (4 * top[0]))
    i = begin + np.argmax(np.abs(x[begin:end]) > level)
    cubic = np.polyfit([-2, -1, 0, 1], np.sign(x[i]) * x[i - 2 : i + 2], 3)
    cubic[3] -= level
    roots = np.roots(cubic)
    roots = roots[np.abs(roots.imag) < 1e-9].real
    return i + roots[(roots >= -1) & (roots <= 0)][0]


def peak(x):
    p = BEGIN + np.argmax(np.abs(x[BEGIN:END]))
    return p + parabola(np.abs(x), p)


def coppens(x):
    g = x[BEGIN:END]
    e2 = np.cumsum(g**2)
    e1 = np.convolve(g**2, np.ones(WINDOW))[: len(g)]
    ratio = e1 / (e2 + 0.2 * np.max(np.abs(g)) ** 2)
    windows = np.lib.stride_tricks.sliding_window_view(ratio, SMOOTHING)
    smooth = np.array(
        [
            min((windows[k].var(), k, windows[k].mean()) for k in range(len(windows)) if k <= i < k + SMOOTHING)[2]
            for i in range(len(g))
        ]
    )
    p = 1 + np.argmax(np.diff(smooth))
    level = 0.5 * (smooth[p] + smooth[p - 1])
    rises = [
        i - 1 + (level - ratio[i - 1]) / (ratio[i] - ratio[i - 1])
        for i in range(1, len(g))
        if ratio[i - 1] <= level < ratio[i]
    ]
    near = [r for r in rises if abs(r - (p - 0.5)) <= SMOOTHING]
    return BEGIN + (min(near, key=lambda r: abs(r - (p - 0.5))) if near else p - 0.5)


def energy_ratio(x):
    g = x[BEGIN:END] ** 2
    middle = range(WINDOW, len(g) - WINDOW)
    after = np.array([g[i : i + WINDOW + 1].sum() for i in middle])
    before = np.array([g[i - WINDOW : i + 1].sum() for i in middle])
    b = 1e-4 * after.max()
    mer = np.sqrt(g[WINDOW:-WINDOW]) * (after + b) / (before + b)
    p = np.argmax(mer**3)
    return BEGIN + WINDOW + p + parabola(mer, p)


def shifted(x, position):
    """x(position + i), zeros beyond the ends of x: a phase ramp on a trace padded with zeros to both sides."""
    padded = np.concatenate([np.zeros(N), x, np.zeros(2 * N)])
    ramp = np.exp(2j * np.pi * np.fft.rfftfreq(len(padded)) * position)
    y = np.fft.irfft(np.fft.rfft(padded) * ramp, len(padded))[N : 2 * N]
    y[np.arange(N) + position > N - 1] = 0
    return y


def between(x, positions):
    """The band-limited trace at any positions: its Fourier series with zeros behind it."""
    length = 4 * N
    spectrum = np.fft.rfft(x, length)
    k = np.arange(len(spectrum))
    weight = np.where((k == 0) | (k == len(k) - 1), 1, 2) / length
    return (np.exp(2j * np.pi * np.outer(positions, k) / length) @ (weight * spectrum)).real


def correlated(x, crossing, near):
    """Positions of the arrivals in traces of one polarity; `near` is where the strongest sample of each lies."""
    k = np.arange(20)
    reference = between(x[0], crossing - 5 + k)
    arrival, positions = 5.0, [crossing]
    for n, trace in enumerate(x[1:], 2):

        def unlike(start, trace=trace):
            wave = between(trace, start + k)
            return -(reference @ wave) / np.sqrt((reference @ reference) * (wave @ wave))

        guess = near[n - 1] - near[0] + crossing - 5
        start = minimize_scalar(unlike, bounds=(guess - 1, guess + 1), method="bounded", options={"xatol": 1e-9}).x
        positions.append(start + arrival)
        reference = reference + (between(trace, start + k) - reference) / n
        arrival = threshold(reference, 0, 20)
    return np.array(positions)


def main():
    x = traces()
    methods = [threshold, coppens, energy_ratio, peak]
    picks = np.array([[m(trace) for m in methods] for trace in x])
    np.save(HERE / "time_zero_input.npy", x.astype(np.float32))
    np.savetxt(
        HERE / "time_zero_picks.csv", picks, fmt="%.17g", delimiter=",", header=",".join(m.__name__ for m in methods)
    )
    # The second half has the other polarity: it is turned, as a wave keeps its own.
    upright = np.where(np.arange(len(x)) < 6, 1.0, -1.0)[:, None] * x
    at = correlated(upright, picks[0, 0], picks[:, 3])
    rows = [np.append(p, shifted(trace, p - 10)) for p, trace in zip(at, upright)]
    np.save(HERE / "time_zero_correlated.npy", np.array(rows))
    medians = np.array([np.median(picks[max(0, k - 2) : k + 1], axis=0) for k in range(len(x))])
    aligned = np.array([[shifted(t, p - 10) for t, p in zip(x, medians[:, m])] for m in range(len(methods))])
    np.save(HERE / "time_zero_aligned.npy", aligned.astype(np.float32))


if __name__ == "__main__":
    main()
