# SPDX-License-Identifier: MIT
"""Golden vectors of detect.contrast: NumPy in double, written from the formulas in the header alone.

Writes contrast_input.npy (float32, traces x samples) and contrast_expected.csv: score, sample of the score, traces that taught,
z and phase of the strongest echo from under the surface.
Tolerance: 1e-5 on scores (float32 rounding), exact on the sample.
Run: python tests/golden/contrast.py
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
N_TRACES, N_SAMPLES, STEP = 130, 120, 0.05e-9
AHEAD, WINDOW, RATE, DB, EXPONENT, REFERENCE = 7, 0.4e-9, 0.05, -35.0, 2.5, 1e-9
ROUGH, POLARITY, ANGLE = 0.002, 0.7, 0.4
SPREAD, C = 0.6, 299792458.0
HALF, REACH, PULSE, SURFACE = 4, 8, 16, 20


def line() -> np.ndarray:
    rng = np.random.default_rng(20261126)
    t = np.arange(N_SAMPLES) * STEP
    wave = lambda t0, a: a * (1 - 2 * (np.pi * 1e9 * (t - t0)) ** 2) * np.exp(-((np.pi * 1e9 * (t - t0)) ** 2))  # noqa: E731
    x = np.array([wave(1.2e-9 + 0.01e-9 * np.sin(n / 7), 1000.0) for n in range(N_TRACES)])
    x += rng.normal(0, 2.0, x.shape)
    for n in range(N_TRACES):  # two hyperbolas of either sign, with apices at traces 30 and 90
        for apex, t0, a in ((30, 2.6e-9, 60.0), (90, 3.1e-9, -90.0)):
            d = 0.02 * (n - apex)
            x[n] += wave(1.2e-9 + np.hypot(t0 - 1.2e-9, 2 * d / 1e8), a * np.exp(-((d / 0.15) ** 2)))
    x[100:] += rng.normal(0, 8.0, x[100:].shape)  # another soil
    return x.astype(np.float32)


def box(e: np.ndarray) -> np.ndarray:
    return np.array([e[max(0, i - HALF) : i + HALF + 1].mean() for i in range(len(e))])


class Model:
    def __init__(self) -> None:
        n = N_SAMPLES
        self.b, self.v, self.n, self.seen = np.zeros(n), np.zeros(n), np.zeros(n), 0

    def prior(self) -> np.ndarray:
        power = box(self.b**2)
        self.top = int(np.argmax(power))
        lag = np.maximum(np.arange(N_SAMPLES) - self.top, 0) * STEP
        slope = np.zeros(N_SAMPLES)
        slope[1:-1] = (self.b[2:] - self.b[:-2]) / (2 * STEP)
        clutter = power[self.top] * 10 ** (DB / 10) * (1 + lag / REFERENCE) ** -EXPONENT
        return clutter + (2 * ROUGH / C) ** 2 * box(slope**2)

    def contrast(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        r = x - self.b
        e = box(r * r)
        return r, e, e / (self.v + self.prior())

    def teach(self, x: np.ndarray) -> None:
        self.seen += 1
        if self.seen == 1:
            self.b, self.n = x.copy(), np.ones(N_SAMPLES)
            return
        r, e, q = self.contrast(x)
        for i in range(N_SAMPLES):
            weight = 1 / (1 + q[i])
            gain = weight * max(RATE, 1 / (1 + self.n[i]))
            self.b[i] += gain * r[i]
            self.v[i] += gain * (e[i] - self.v[i])
            self.n[i] = min(self.n[i] + weight, 1 / RATE)

    def score(self, x: np.ndarray) -> tuple[float, int, float, float]:
        r, _, q = self.contrast(x)
        q[: max(0, self.top - REACH)] = 0
        at = int(np.argmax(q))
        in_phase, quadrature = self.wave(r, at)
        polarity = POLARITY * np.cos(np.arctan2(quadrature, in_phase) - ANGLE)
        under = self.top + SURFACE + int(np.argmax(q[self.top + SURFACE :]))
        in_phase, quadrature = self.wave(r, under)
        echo = max(0.0, np.log(q[under]) / SPREAD), np.arctan2(quadrature, in_phase)
        return max(0.0, np.log(q[at]) / SPREAD + polarity), at, *echo

    def wave(self, r: np.ndarray, at: int) -> tuple[float, float]:
        j = np.arange(-PULSE, PULSE + 1)
        inside = (self.top + j >= 0) & (self.top + j < N_SAMPLES)
        shape = np.where(inside, self.b[np.clip(self.top + j, 0, N_SAMPLES - 1)], 0) * (0.5 + 0.5 * np.cos(np.pi * j / (PULSE + 1)))
        slope = np.zeros_like(shape)
        slope[1:-1] = (shape[2:] - shape[:-2]) * (inside[2:] & inside[:-2])
        padded = np.concatenate([np.zeros(PULSE), r, np.zeros(PULSE)])
        best, wave = 0.0, (0.0, 0.0)
        for m in range(max(0, at - REACH), min(N_SAMPLES, at + REACH + 1)):
            echo = padded[m : m + 2 * PULSE + 1]
            c, s = echo @ shape / np.linalg.norm(shape), echo @ slope / np.linalg.norm(slope)
            if c * c + s * s > best:
                best, wave = c * c + s * s, (c, s)
        return wave


def main() -> None:
    x = line()
    np.save(HERE / "contrast_input.npy", x)
    model, rows, taught = Model(), [], 0
    for n in range(N_TRACES):
        while taught < N_TRACES and taught <= n + AHEAD:
            model.teach(x[taught].astype(float))
            taught += 1
        score, at, *echo = model.score(x[n].astype(float))
        rows.append((score, at, model.n[at], *echo))
    np.savetxt(HERE / "contrast_expected.csv", rows, fmt="%.9g", delimiter=",", header="score,sample,taught,echo_z,echo_phase_rad")


if __name__ == "__main__":
    main()
