# SPDX-License-Identifier: MIT
"""Synthetic lines whose truth is known, made here from the formulas and not with the library."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import surefoot

LIGHT_M_PER_S = 299792458.0
Array = npt.NDArray[np.float64]


def ricker(t: Array, frequency_hz: float) -> Array:
    a = (np.pi * frequency_hz * t) ** 2
    return np.asarray((1 - 2 * a) * np.exp(-a))


@dataclass(frozen=True)
class Points:
    """A line over points in the ground: places and depths in metres."""

    line: surefoot.Line
    points: list[tuple[float, float]]
    velocity_m_per_s: float
    offset_m: float
    standoff_m: float


def one_way(x: Array, depth: float, standoff: float, velocity: float) -> Array:
    """Least time from an antenna in the air (or on the ground) to a point x beside and depth below: Fermat, by bisection."""
    x = np.abs(x)
    if standoff <= 0:
        return np.asarray(np.hypot(x, depth) / velocity)
    low, high = np.zeros_like(x), x.copy()
    for _ in range(60):
        middle = 0.5 * (low + high)  # where the ray meets the ground
        in_air = middle / np.hypot(middle, standoff) / LIGHT_M_PER_S
        in_ground = (x - middle) / np.hypot(x - middle, depth) / velocity
        low = np.where(in_air < in_ground, middle, low)
        high = np.where(in_air < in_ground, high, middle)
    return np.asarray(np.hypot(low, standoff) / LIGHT_M_PER_S + np.hypot(x - low, depth) / velocity)


def diffractors(standoff_m: float = 0.0, offset_m: float = 0.06, frequency_hz: float = 1e9) -> Points:
    velocity = 1e8
    points = [(0.5, 0.06), (1.0, 0.15), (1.5, 0.25), (2.0, 0.35), (2.5, 0.5)]
    step, n_samples, spacing, n_traces = 5e-11, 320, 0.01, 301
    t = step * np.arange(n_samples)
    x = spacing * np.arange(n_traces)
    samples = np.random.default_rng(1).normal(0, 0.004, (n_traces, n_samples))
    for at, depth in points:
        arrival = sum(one_way(x + side * offset_m / 2 - at, depth, standoff_m, velocity) for side in (-1, 1))
        spread = 0.1 / (0.1 + velocity * np.asarray(arrival) / 2)
        samples += spread[:, None] * ricker(t[None, :] - np.asarray(arrival)[:, None], frequency_hz)
    line = surefoot.Line(samples.astype(np.float32), sample_interval_s=step, trace_spacing_m=spacing)
    if standoff_m > 0:
        line.standoff_m[:] = standoff_m
    return Points(line, points, velocity, offset_m, standoff_m)


@dataclass(frozen=True)
class Lane:
    """A lane under an antenna in the air whose height changes; truth per trace."""

    line: surefoot.Line
    standoff_m: Array
    bounce_s: Array


def air_lane() -> Lane:
    """3 cm of standoff noise, dips of 5 cm, strong shallow targets, a direct wave that stays."""
    random = np.random.default_rng(8)
    step, n_samples, spacing, n_traces, velocity, offset = 5e-11, 256, 0.02, 600, 1.2e8, 0.1
    t = step * np.arange(n_samples)
    x = spacing * np.arange(n_traces)
    slow = np.convolve(random.normal(0, 1, n_traces + 80), np.hanning(80), "valid")[:n_traces]
    standoff = 0.30 + 0.03 * slow / slow.std()
    for dip in (3.0, 8.0):
        standoff -= 0.05 * np.exp(-0.5 * ((x - dip) / 0.25) ** 2)
    bounce = 2 * np.hypot(standoff, offset / 2) / LIGHT_M_PER_S
    samples = random.normal(0, 0.01, (n_traces, n_samples))
    samples += 0.8 * ricker(t - offset / LIGHT_M_PER_S - 3e-10, 1e9)[None, :]
    samples -= ricker(t[None, :] - bounce[:, None], 1e9)
    for at, depth, strength in ((2.0, 0.05, 1.2), (5.0, 0.08, -0.9), (6.5, 0.15, 0.6), (9.5, 0.06, 1.0)):
        arrival = np.array([float(2 * one_way(np.array([xi - at]), depth, h, velocity)[0]) for xi, h in zip(x, standoff, strict=True)])
        fade = np.exp(-0.5 * ((x - at) / 0.25) ** 2)
        samples += (strength * fade)[:, None] * ricker(t[None, :] - arrival[:, None], 1e9)
    line = surefoot.Line(samples.astype(np.float32), sample_interval_s=step, trace_spacing_m=spacing, trace_interval_s=0.02)
    return Lane(line, standoff, bounce)


def cluttered() -> surefoot.Line:
    """Ground bounce, wow, a layer, five echoes, attenuation, noise: what filters along time and across traces are for."""
    random = np.random.default_rng(2)
    step, n_samples, spacing, n_traces = 1e-10, 256, 0.02, 400
    t = step * np.arange(n_samples)
    x = spacing * np.arange(n_traces)
    samples = 3 * ricker(t[None, :] - 2e-9 - 1e-10 * np.sin(x / 1.3)[:, None], 9e8)
    samples += 0.25 * ricker(t[None, :] - 1.4e-8 - 5e-10 * np.sin(x / 2)[:, None], 7e8)
    for at, depth in ((1.0, 0.15), (2.6, 0.3), (4.2, 0.45), (5.6, 0.6), (7.0, 0.85)):
        arrival = 2e-9 + 2 * np.hypot(x - at, depth) / 1e8
        samples += ((depth / np.hypot(x - at, depth)) * np.exp(-1.2 * depth))[:, None] * ricker(t[None, :] - arrival[:, None], 8e8)
    samples += 0.6 * np.exp(-t / 1.2e-8) * np.sin(2 * np.pi * t / 3e-8) + random.normal(0, 0.02, (n_traces, n_samples))
    return surefoot.Line(samples.astype(np.float32), sample_interval_s=step, trace_spacing_m=spacing, trace_interval_s=0.02)


def gather() -> tuple[surefoot.Line, list[tuple[float, float]]]:
    """A CMP gather over three flat layers, by the hyperbola of each stacking velocity, and (time, velocity) of each."""
    random = np.random.default_rng(6)
    truth = [(1.2e-8, 0.13e9), (2.4e-8, 0.115e9), (4.0e-8, 0.10e9)]
    step, n_samples, spacing, n_traces = 2e-10, 300, 0.1, 31
    t = step * np.arange(n_samples)
    offset = spacing * np.arange(n_traces)
    samples = random.normal(0, 0.05, (n_traces, n_samples))
    for zero, velocity in truth:
        samples += ricker(t[None, :] - np.hypot(zero, offset / velocity)[:, None], 4e8)
    return surefoot.Line(samples.astype(np.float32), sample_interval_s=step, trace_spacing_m=spacing), truth
