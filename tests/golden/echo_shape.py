# SPDX-License-Identifier: MIT
"""Golden vectors of detect.echo_shape: NumPy in double, written from the formulas in the header alone.

Writes echo_shape_input.npy (float32, traces x samples), and echo_shape_expected.csv: score and sample of the score as they go in (sample
-1: not known), the score that comes out, log odds (nan: nothing was told). bench/detection/fit_shape.py fits with these features.
Run: python tests/golden/echo_shape.py
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
N_TRACES, N_SAMPLES, STEP, SPACING = 72, 180, 0.05e-9, 0.02
LACKING = (31, 33)  # traces that carry nothing
REACH, LEAST, LIMIT, WEIGHT = 0.15, 1.0, 3.0, 1.5
PHASE = (-0.5, 0.0, 0.5)
ENVELOPE = (-0.75, -0.5, -0.25, 0.25, 0.5, 0.75, 1.0, 1.5)
EXTENT = (-0.375, -0.25, -0.125, 0.0, 0.125, 0.25, 0.375)
DISTANCES = (0.04, 0.08, 0.12, 0.16)


def half_up(x: float) -> int:
    return int(np.floor(x + 0.5))


def peaks(score: np.ndarray, usable: np.ndarray, spacing: float, reach: float = REACH, least: float = LEAST) -> np.ndarray:
    """The peak that each trace belongs to, -1: none."""
    owner = np.full(len(score), -1)
    away = int(reach / spacing * (1 + 1e-9))
    for i in np.argsort(-score, kind="stable"):
        if score[i] > least and owner[i] < 0 and usable[i]:
            near = np.arange(max(0, i - away), min(len(score), i + away + 1))
            owner[near[owner[near] < 0]] = i
    return owner


def features(
    x: np.ndarray, usable: np.ndarray, peak: int, sample: int, step: float, spacing: float,
    background: float = 1.25, window: float = 0.3e-9, footprint: float = 0.1,
) -> tuple[np.ndarray, float] | None:
    """The 22 features of the echo at a trace and a sample, and the frequency of the pulse; x: traces x samples."""  # fmt: skip
    n_traces, n = x.shape
    traces = lambda d: int(d / spacing * (1 + 1e-9))  # noqa: E731
    near = lambda k: [i for i in range(max(0, peak - k), min(n_traces, peak + k + 1)) if usable[i]]  # noqa: E731
    ground = np.median(x[near(traces(background))], axis=0)
    half = half_up(0.5 * window / step)
    energy = [np.mean(ground[max(0, i - half) : i + half + 1] ** 2) for i in range(n)]
    pulse = half_up(2 * window / step)
    j = np.arange(-pulse, pulse + 1)
    at = int(np.argmax(energy)) + j
    shape = np.where((at >= 0) & (at < n), ground[np.clip(at, 0, n - 1)], 0) * (0.5 + 0.5 * np.cos(np.pi * j / (pulse + 1)))
    slope = np.zeros_like(shape)
    slope[1:-1] = (shape[2:] - shape[:-2]) / 2
    if not (shape @ shape > 0 and slope @ slope > 0):
        return None
    period = 2 * np.pi * np.sqrt((shape @ shape) / (slope @ slope))
    wave = shape / np.linalg.norm(shape) + 1j * slope / np.linalg.norm(slope)

    def match(r: np.ndarray) -> np.ndarray:
        r = np.concatenate([np.zeros(pulse), r, np.zeros(pulse)])
        return np.correlate(r, wave.real, "valid") + 1j * np.correlate(r, wave.imag, "valid")

    def between(c: np.ndarray, lag: float) -> complex:
        p = min(max(echo + lag * period, 0.0), n - 1.0)
        i = min(int(p), n - 2)
        return c[i] * (1 - (p - i)) + c[i + 1] * (p - i)

    c = match(x[near(traces(footprint / 2))].mean(axis=0) - ground)
    reach = half_up(period / 2)
    low = max(0, sample - reach)
    echo = low + int(np.argmax(np.abs(c[low : sample + reach + 1])))
    strongest = abs(c[echo])
    if not strongest > 0:
        return None
    phase = [between(c, lag) / strongest for lag in PHASE]
    along_time = [np.log(abs(between(c, lag)) / strongest + 0.03) for lag in ENVELOPE]

    def extent(c: np.ndarray) -> float:
        return float(np.sqrt(np.mean([abs(between(c, lag)) ** 2 for lag in EXTENT])))

    c = match(x[peak] - ground)
    here, extent_here = c[echo], extent(c)
    if not (abs(here) > 0 and extent_here > 0):
        return None
    coherence, extents = [], []
    for distance in DISTANCES:
        away = half_up(distance / spacing)
        sides = [match(x[k] - ground) for k in (peak - away, peak + away) if 0 <= k < n_traces and usable[k]]
        coherence.append(np.mean([np.clip((s[echo] * np.conj(here)).real / abs(here) ** 2, -2, 2) for s in sides]) if sides else 0.0)
        extents.append(np.log((np.mean([extent(s) for s in sides]) / extent_here if sides else 0.3) + 0.03))
    all_of = [p.real for p in phase] + [p.imag for p in phase] + along_time + coherence + extents
    return np.array(all_of), 1 / (period * step)


def line() -> np.ndarray:
    rng = np.random.default_rng(27)
    t = np.arange(N_SAMPLES) * STEP
    wave = lambda t0, a: a * (1 - 2 * (np.pi * 1e9 * (t - t0)) ** 2) * np.exp(-((np.pi * 1e9 * (t - t0)) ** 2))  # noqa: E731
    x = np.array([wave(1.2e-9 + 0.02e-9 * np.sin(n / 9), 1000.0) for n in range(N_TRACES)]) + rng.normal(0, 3.0, (N_TRACES, N_SAMPLES))
    for n in range(N_TRACES):
        if 8 <= n <= 14:  # a flat body: top, and bottom of the other sign
            x[n] += wave(2.6e-9, 80.0) - wave(3.0e-9, 60.0)
        for apex, t0, a in ((32, 3.1e-9, -90.0), (55, 4.2e-9, 50.0)):
            x[n] += wave(1.2e-9 + np.hypot(t0 - 1.2e-9, 0.04 * (n - apex) / 1e8), a * np.exp(-(((n - apex) / 8.0) ** 2)))
    return x.astype(np.float32)


def main() -> None:
    x = line()
    usable = np.ones(N_TRACES, bool)
    usable[list(LACKING)] = False
    n = np.arange(N_TRACES)
    score = 0.5 + 6.0 * np.exp(-(((n - 11) / 4.0) ** 2)) + 5.0 * np.exp(-(((n - 32) / 5.0) ** 2)) + 2.0 * np.exp(-(((n - 55) / 3.0) ** 2))
    score += 3.0 * np.exp(-((n / 2.0) ** 2)) + 3.0 * np.exp(-(((n - 70) / 2.0) ** 2))  # ends of the line
    score = np.round(score * 64) / 64
    score[~usable] = 0.0
    sample = np.where(n < 22, 54, np.where(n < 45, 64, 84))
    sample[68:] = -1
    weights = np.cos(np.arange(22)) / 4
    owner = peaks(score, usable, SPACING)
    odds = np.full(N_TRACES, np.nan)
    for p in sorted(set(owner) - {-1}):
        found = features(x.astype(float), usable, p, sample[p], STEP, SPACING) if sample[p] >= 0 else None
        if found is not None:
            odds[owner == p] = np.clip(0.25 + weights @ found[0], -LIMIT, LIMIT)
    odds[~usable] = np.nan
    out = np.where(np.isnan(odds), score, np.maximum(0, score + WEIGHT * odds))
    np.save(HERE / "echo_shape_input.npy", x)
    np.savetxt(HERE / "echo_shape_expected.csv", np.column_stack([score, sample, out, odds]), fmt="%.9g", delimiter=",", header="in,sample,out,odds")


if __name__ == "__main__":
    main()
