# SPDX-License-Identifier: MIT
"""The lines that everybody gets: a ground bounce that moves a little, hyperbolas, layers, drift and noise, seeded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

import surefoot

Array = npt.NDArray[np.float32]

VELOCITY_M_PER_S = 1e8
STEP_S = 1e-10
SPACING_M = 0.02


@dataclass(frozen=True)
class Data:
    """One line in the three shapes that are asked for."""

    name: str
    line: surefoot.Line
    traces: Array  # (n_traces, n_samples), a trace is contiguous: ours, and NumPy's best along time
    samples: Array  # (n_samples, n_traces): as ImpDAR, GPRPy, readgssi and siina keep it

    @property
    def n_traces(self) -> int:
        return int(self.traces.shape[0])

    @property
    def n_samples(self) -> int:
        return int(self.traces.shape[1])


def ricker(t: npt.NDArray[np.float64], frequency_hz: float) -> npt.NDArray[np.float64]:
    a = (np.pi * frequency_hz * t) ** 2
    return (1 - 2 * a) * np.exp(-a)


def make(n_traces: int, n_samples: int, seed: int = 3) -> Data:
    random = np.random.default_rng(seed)
    t = STEP_S * np.arange(n_samples)
    x = SPACING_M * np.arange(n_traces)
    samples = random.normal(0, 0.02, (n_traces, n_samples))
    bounce = 1.5e-9 + 1e-10 * np.cumsum(random.normal(0, 0.1, n_traces)) / np.sqrt(1 + np.arange(n_traces) / 50)
    samples += 4 * ricker(t[None, :] - bounce[:, None], 9e8)
    for depth_ns in (0.35, 0.7):
        samples += 0.3 * ricker(t[None, :] - depth_ns * t[-1] - 2e-10 * np.sin(x / 3)[:, None], 7e8)
    for k in range(max(3, n_traces // 120)):
        apex, depth = random.uniform(x[0], x[-1]), random.uniform(0.1, 0.3) * VELOCITY_M_PER_S * t[-1] / 2
        arrival = 2 / VELOCITY_M_PER_S * np.hypot(x - apex, depth)
        samples += (1 - 2 * (k % 2)) * ricker(t[None, :] - arrival[:, None], 8e8) * (depth / np.hypot(x - apex, depth))[:, None]
    samples += 0.5 * np.sin(2 * np.pi * t / t[-1] + random.uniform(0, 6, (n_traces, 1))) + random.normal(0, 0.3, (n_traces, 1))
    traces = np.ascontiguousarray(samples, dtype=np.float32)
    line = surefoot.Line(traces, sample_interval_s=STEP_S, trace_spacing_m=SPACING_M, trace_interval_s=0.01)
    return of_line(f"{n_traces} x {n_samples}", line)


def of_line(name: str, line: surefoot.Line) -> Data:
    traces = line.samples
    return Data(name, line, traces, np.ascontiguousarray(traces.T))


class Lines:
    """The line for everybody, and shorter ones for peers that would take minutes."""

    @cached_property
    def large(self) -> Data:
        return make(4096, 512)

    @cached_property
    def medium(self) -> Data:
        return make(1024, 256)

    @cached_property
    def small(self) -> Data:
        return make(64, 256)
