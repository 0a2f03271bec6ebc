# SPDX-License-Identifier: MIT
"""The closed form beside the simulated heights: a sphere on the axis of the hand-held coaxial head, and the exponent of a curve."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass

MU0 = 4e-7 * math.pi
TONES_HZ = (1000, 1500, 2300, 3500, 5300, 8100, 12300, 18700, 28500, 43300, 65900, 90000)
SENT = ((0.13, 24.0), (0.063914783, -8.0))  # radius in metres and turns of src/io/coil_array/handheld-coaxial.toml
HEARD = ((0.055, 60.0),)


@dataclass(frozen=True)
class Material:
    """conductivity in S/m and relative permeability."""

    conductivity_s_per_m: float
    mu_r: float


# 100Cr6, hardened: 0.22 uOhm m; initial permeability of hardened chrome steel, of which balls vary from about 50 to 150.
STEEL = Material(4.5e6, 80.0)
ALUMINIUM = Material(3.5e7, 1.0)
MIRROR = Material(1e15, 1.0)  # lets no field in: the inductive limit


def field(coils: Sequence[tuple[float, float]], z: float) -> float:
    """On the axis, in 1/m."""
    return sum(n * r * r / (2.0 * (r * r + z * z) ** 1.5) for r, n in coils)


def chi(radius_m: float, material: Material, omega: float) -> complex:
    """Wait's sphere."""
    mu_r = material.mu_r
    a = cmath.sqrt(1j * omega * MU0 * mu_r * material.conductivity_s_per_m) * radius_m
    t = 1.0 if abs(a) > 20.0 else cmath.tanh(a)
    outer = a * a * t - a + t
    return 1.5 * (2.0 * mu_r * (t - a) + outer) / (mu_r * (t - a) - outer)


def signal(diameter_m: float, height_m: float, material: Material) -> float:
    """Root of the sum of the squares of all tones' voltages for 1 A: what white noise of the voltages is held against."""
    radius = 0.5 * diameter_m
    z = height_m + radius
    volume = 4.0 / 3.0 * math.pi * radius**3
    coupling = field(SENT, z) * field(HEARD, z)
    power = sum((2.0 * math.pi * f * MU0 * abs(volume * chi(radius, material, 2.0 * math.pi * f))) ** 2 for f in TONES_HZ)
    return abs(coupling) * math.sqrt(power)


def height_of(diameter_m: float, least: float, material: Material) -> float:
    """The height over the top of the ball at which the signal is `least`."""
    low, high = 1e-4, 100.0
    for _ in range(80):
        middle = math.sqrt(low * high)
        if signal(diameter_m, middle, material) > least:
            low = middle
        else:
            high = middle
    return low


# 97.5 % points of Student's t for 1 to 8 degrees of freedom.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306)


def exponent(diameters_m: Sequence[float], heights_m: Sequence[float]) -> tuple[float, float]:
    """Slope of ln(height to the middle) over ln(diameter) by least squares, and half its 95 % interval."""
    x = [math.log(d) for d in diameters_m]
    y = [math.log(h + 0.5 * d) for d, h in zip(diameters_m, heights_m, strict=True)]
    n = len(x)
    mx, my = sum(x) / n, sum(y) / n
    sxx = sum((a - mx) ** 2 for a in x)
    slope = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sxx
    residual = sum((b - my - slope * (a - mx)) ** 2 for a, b in zip(x, y, strict=True))
    return slope, STUDENT[n - 3] * math.sqrt(residual / (n - 2) / sxx)


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float]:
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
