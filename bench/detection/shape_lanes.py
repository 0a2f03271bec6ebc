# SPDX-License-Identifier: MIT
"""Make the lanes that taught detect.echo_shape: python bench/detection/shape_lanes.py OUT [--jobs N] [--lanes g001 s001 ...]

Random cuts through random ground, x along the track and z down, in cells of 4 mm, and the waves in them by a two-dimensional FDTD (TM:
the field E across the cut, as a dipole across the track radiates). Two kinds, each lane from the seed in its name alone:

  g001..g139   seed 1..139: soil with spread, layers, plain sections of mines and bombs
  s001..s091   seed 90001..90091: nearer to field trials in spread of the soil, roughness and sections of mines

Written: OUT/NAME/gpr/NAME.npy (float32, traces x samples, field of a unit source: only its course in time has a meaning), card.toml and
truth.csv, with white noise of -50 dB of the peak of the line without its mean (seed 7 and the letters of the name). Lengths in metres,
times in seconds, conductivity in S/m. What is there already stays. Nothing here is a measurement: the ground is the same across
the track, the antennas are points, and soil has no dispersion.

Cost: some 30 s a lane and core, so two hours for all on one. Needs NumPy alone. The same bits with the same NumPy; over versions and
machines the FFT of the random fields may move a value by its rounding. The lanes that taught the weights in the source were made by the same
formulas in C with fused sums: equal to 1e-5 of the peak of a line, see src/decisions/0028-echo-shape.md. Fit with fit_shape.py.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

CELL = 0.004
C0, EPS0 = 299792458.0, 8.8541878e-12
DT = CELL / C0 / np.sqrt(2)
ABSORBER = 12  # cells at each edge
STEP = 5  # cells from trace to trace
EDGE = 30  # cells of a lane beyond its first and its last antenna

AIR = (1.0, 0.0)
METAL = None
PLASTIC, RUBBER, TETRYL, FUZE = (2.6, 1e-4), (3.0, 1e-4), (2.9, 5e-5), (8.0, 0.2)
Matter = tuple[float, float] | None  # relative permittivity and conductivity
# Of a section: off the middle; width, or if not positive so much less than the whole; top and bottom below that of the body; what it is.
Part = tuple[float, float, float, float, Matter]

AP = {"PMN", "VS50", "PMA2", "TS50", "PMA1", "PMA3"}
AT = {"TM62P", "TM62M", "VS16"}
BOMB = {"mortarX", "mortarL"}


def cased(height: float, case: Matter, gap: tuple[float, float, float], *fuze: Part) -> list[Part]:
    """A case with its filler, an air gap (width, top, bottom) under the lid, and the fuze."""
    width, top, bottom = gap
    return [(0, 0, 0, height, case), (0, -0.008, 0.004, height - 0.004, TETRYL), (0, width, top, bottom, AIR), *fuze]


TM62P: list[Part] = cased(0.1, PLASTIC, (0.088, 0.004, 0.044), (0, 0.024, 0.044, 0.052, FUZE))
PMA2: list[Part] = [(0, 0.024, 0, 0.024, PLASTIC), (0, 0, 0.024, 0.06, PLASTIC), (0, -0.008, 0.028, 0.056, TETRYL)]
PLAIN_FUZE: Part = (0, 0.012, 0.024, 0.03, FUZE)
SMALL_FUZE: Part = (0, 0.004, 0.016, 0.024, FUZE)
PLAIN: dict[str, list[Part]] = {
    "PMN": cased(0.056, RUBBER, (-0.028, 0.004, 0.02), PLAIN_FUZE),
    "VS50": cased(0.044, PLASTIC, (-0.028, 0.004, 0.012), PLAIN_FUZE),
    "TS50": cased(0.044, PLASTIC, (-0.028, 0.004, 0.012), PLAIN_FUZE),
    "PMA1": cased(0.036, PLASTIC, (-0.028, 0.004, 0.012), PLAIN_FUZE),
    "PMA2": [*PMA2, (0, 0.012, 0.004, 0.034, AIR), (0, 0.004, 0.024, 0.03, FUZE)],
    "TM62P": TM62P,
    "TM62M": [(0, 0, 0, 0.08, METAL)],
    "mortarL": [(0, 0, 0, 0.06, METAL)],
    "fragment": [(0, 0, 0, 0.006, METAL)],
    "wood": [(0, 0, 0, 0.04, (2.3, 0.001))],
}
FIELD: dict[str, list[Part]] = {
    "PMN": cased(0.056, RUBBER, (-0.024, 0.004, 0.02), (0, 0.024, 0.032, 0.036, FUZE), (0.038, 0.004, 0.024, 0.036, FUZE)),
    "VS50": cased(0.044, PLASTIC, (-0.024, 0.004, 0.012), SMALL_FUZE),
    "TS50": cased(0.044, (2.8, 1e-4), (-0.024, 0.004, 0.012), SMALL_FUZE),
    "PMA1": cased(0.036, PLASTIC, (-0.024, 0.004, 0.012), SMALL_FUZE),
    "PMA3": cased(0.04, PLASTIC, (0.032, 0.004, 0.016), SMALL_FUZE),
    "PMA2": [*PMA2, (0, 0.016, 0.004, 0.036, AIR), (0, 0.004, 0.024, 0.028, FUZE)],
    "TM62P": TM62P,
    "VS16": [(0, 0, 0, 0.092, PLASTIC), (0, -0.008, 0.012, 0.088, TETRYL), (0, -0.06, 0.004, 0.016, AIR), (0, 0.012, 0.02, 0.028, FUZE)],
    "PROM": [(0, 0, 0, 0.1, METAL)],
    "mortarL": [(-0.014, -0.03, 0, 0.06, METAL)],
    "debrisflat": [(0, 0, 0, 0.004, METAL)],
    "wood": [(0, 0, 0, 0.036, (2.3, 0.001))],
}
# How often a kind is drawn, and its width or what it is drawn from; the order is that of the draws.
PLAIN_SHARE = {
    "PMN": 1.4, "VS50": 1.4, "PMA2": 1.2, "TM62P": 1.2, "TS50": 1, "PMA1": 0.8, "TM62M": 0.6, "mortarX": 0.5, "mortarL": 0.5,
    "rock": 2, "debris": 1, "root": 0.8, "wood": 0.6, "void": 0.7, "hole": 0.5, "can": 0.4, "fragment": 0.5,
}  # fmt: skip
FIELD_SHARE = {
    "PMN": 1.3, "VS50": 1.3, "PMA2": 1.1, "TM62P": 1.0, "TS50": 0.7, "PMA1": 0.6, "PMA3": 0.5, "VS16": 0.5, "PROM": 0.3, "mortarX": 0.5,
    "mortarL": 0.4, "rock": 2.2, "debris": 1.2, "debrisflat": 0.5, "void": 1.0, "root": 0.8, "wood": 0.6, "hole": 0.8, "can": 0.3, "case": 0.4,
}  # fmt: skip
WIDTH = {"PMN": 0.112, "VS50": 0.088, "PMA2": 0.064, "TM62P": 0.304, "TS50": 0.088, "PMA1": 0.14, "TM62M": 0.32, "PMA3": 0.104, "VS16": 0.22, "PROM": 0.075}
PLAIN_WIDTH = {
    "mortarX": (0.05, 0.085), "rock": (0.04, 0.1), "debris": (0.008, 0.03), "root": (0.02, 0.05), "wood": (0.06, 0.14), "void": (0.03, 0.06),
    "hole": (0.12, 0.3), "can": (0.05, 0.08), "fragment": (0.02, 0.05),
}  # fmt: skip
FIELD_WIDTH = {
    "mortarX": (0.05, 0.085), "rock": (0.045, 0.1), "debris": (0.01, 0.022), "debrisflat": (0.016, 0.04), "void": (0.035, 0.07),
    "root": (0.024, 0.045), "wood": (0.06, 0.13), "hole": (0.12, 0.26), "can": (0.05, 0.075), "case": (0.01, 0.014),
}  # fmt: skip
HEIGHT = {"PMN": 0.056, "VS50": 0.044, "PMA2": 0.06, "TM62P": 0.1, "TS50": 0.044, "PMA1": 0.036, "TM62M": 0.12, "PMA3": 0.04, "VS16": 0.092, "PROM": 0.1}
HEIGHT |= {"mortarL": 0.06, "fragment": 0.006, "debrisflat": 0.004}


def cells(length: float) -> int:
    return int(round(length / CELL))


def fractal(rng: np.random.Generator, shape: tuple[int, ...], slope: float) -> np.ndarray:
    """A random field of mean 0 and deviation 1 whose amplitudes fall with the wave number to the power of -slope."""
    axes = np.meshgrid(*[np.fft.fftfreq(n) * n / min(shape) for n in shape], indexing="ij")
    k = np.sqrt(sum(g**2 for g in axes))
    k[(0,) * len(shape)] = np.inf
    field = np.fft.ifftn(np.fft.fftn(rng.standard_normal(shape)) * k**-slope).real
    return (field - field.mean()) / field.std()


@dataclass
class Cut:
    """The ground: row 0 is the top of the air, cells of CELL."""

    eps: np.ndarray
    sigma: np.ndarray
    metal: np.ndarray
    top: np.ndarray  # first row of ground, of each column
    floor: int  # rows at the bottom that bodies keep clear of
    thinnest: int  # cells that a part has at least

    @property
    def middles(self) -> np.ndarray:
        return (np.arange(self.eps.shape[1]) + 0.5) * CELL

    def surface(self, x: float, width: float) -> int:
        return int(round(self.top[abs(self.middles - x) <= width / 2].mean()))

    def fill(self, where: Any, matter: Matter) -> None:
        if matter is METAL:
            self.metal[where] = True
        else:
            self.eps[where], self.sigma[where] = matter

    def box(self, x: float, width: float, z0: float, z1: float, matter: Matter, row: int) -> None:
        a, b = cells(x - width / 2), cells(x + width / 2)
        r0, r1 = row + cells(z0), min(row + cells(z1), self.eps.shape[0] - self.floor)
        where = np.s_[r0 : max(r1, r0 + self.thinnest), a : max(b, a + self.thinnest)]
        self.fill(where, matter)
        self.metal[where] = matter is METAL

    def disc(self, x: float, z: float, radius: float, matter: Matter, row: int, keep: int) -> None:
        rows = np.arange(self.eps.shape[0])[:, None]
        inside = ((rows + 0.5 - row - z / CELL) * CELL) ** 2 + (self.middles[None] - x) ** 2 <= radius * radius
        self.fill(inside & (rows < self.eps.shape[0] - keep), matter)


@dataclass
class Lane:
    cut: Cut
    eps: float  # of the soil, mean
    height: float
    offset: float  # from transmitter to receiver
    frequency: float
    ricker: bool  # or the derivative of a Gaussian
    truth: list[dict[str, Any]]
    air: int
    duration: float
    reach: float  # of the window that is computed around the antennas


def plain_lane(seed: int) -> Lane:
    rng = np.random.default_rng(seed)
    draw = rng.uniform
    columns, air = int((2.6 + 0.4 * draw()) / CELL), 36
    rows = 115 + air
    height, offset = round(draw(0.028, 0.06) / CELL) * CELL, round(draw(0.05, 0.09) / CELL) * CELL
    frequency, ricker = draw(0.7e9, 1.4e9), draw() < 0.75
    eps = draw(3.5, 12.0)
    sigma, spread = max(0.001, (eps - 2.5) * draw(0.004, 0.010)), draw(0.04, 0.10)
    field = np.clip(fractal(rng, (rows, columns), 1.5), -2.5, 2.5)
    e, s = eps * (1 + spread * field), sigma * (1 + 1.5 * spread * field)
    if draw() < 0.35:
        depth = draw(0.12, 0.24)
        below = np.clip(eps * draw(1.3, 2.0) if draw() < 0.7 else eps * draw(0.6, 0.8), 3, 16)
        border = air + depth / CELL + fractal(rng, (columns,), 1.5) * draw(0.005, 0.018) / CELL * 0.7
        deep = np.arange(rows)[:, None] > border[None]
        e = np.where(deep, below * (1 + 0.06 * np.clip(fractal(rng, (rows, columns), 1.5), -2.5, 2.5)), e)
        s = np.where(deep, max(0.002, (below - 2.5) * 0.006), s)
    rough = draw(0.004, 0.018)
    surface = np.clip(fractal(rng, (columns,), 1.5) * rough / 2.2, -rough, rough)
    cut = Cut(e, s, np.zeros((rows, columns), bool), np.round(air - surface / CELL).astype(int), floor=1, thinnest=0)
    truth: list[dict[str, Any]] = []
    names, share = list(PLAIN_SHARE), np.array(list(PLAIN_SHARE.values()))
    at = names.index("rock")  # it is drawn as two kinds of share 1
    names, share = [*names[:at], "rock", *names[at:]], np.concatenate([share[:at], [1, 1], share[at + 1 :]])
    share /= share.sum()

    def refill(x: float, width: float, bottom: int, change: float, as_conductive: bool) -> None:
        a, b = int((x - width / 2) / CELL), int((x + width / 2) / CELL)
        loose = 1 + 0.06 * np.clip(fractal(rng, (rows, columns), 1.2)[:bottom, a:b], -2, 2)
        d = draw(-change, change)
        cut.eps[:bottom, a:b] = (eps * (1 + d)) * loose
        if not as_conductive:
            cut.sigma[:bottom, a:b] = sigma * (1 + 2 * d)

    x, blank = 0.33 + draw(0, 0.15), draw() < 0.12
    while not blank:
        kind = names[rng.choice(len(names), p=share)]
        w = (WIDTH | {"mortarL": 0.24} | {k: draw(*v) for k, v in PLAIN_WIDTH.items()})[kind]
        x = round((x + w / 2) / CELL) * CELL
        if x + w / 2 + 0.3 > columns * CELL:
            break
        row = cut.surface(x, w)
        z = draw(0.04, 0.16) if kind in AT else draw(0.08, 0.18) if kind in BOMB else draw(0.005, 0.15)
        h = {"wood": 0.04}.get(kind, HEIGHT.get(kind, w))
        if kind in AP | AT and draw() < 0.6:
            refill(x, w + draw(0.03, 0.08), min(row + int((z + h) / CELL), rows - 1), 0.12, as_conductive=False)
        for off, width, z0, z1, matter in PLAIN.get(kind, []):
            cut.box(x + off, width if width > 0 else w + width, z + z0, z + z1, matter, row)
        if kind == "rock":
            stone = (draw(5, 9), draw(0.0005, 0.003))
            for _ in range(6):
                cut.disc(x + draw(-0.18, 0.18) * w, z + w * 0.45 + draw(-0.12, 0.12) * w, w * draw(0.28, 0.38), stone, row, 0)
        elif kind in ("mortarX", "debris", "can"):
            cut.disc(x, z + w / 2, w / 2, METAL, row, 0)
        elif kind == "root":
            cut.disc(x, z + w / 2, w / 2, (draw(10, 20), draw(0.02, 0.06)), row, 0)
        elif kind == "void":
            cut.disc(x, z + w / 2, w / 2, AIR, row, 0)
        elif kind == "hole":
            z, h = 0.0, draw(0.06, 0.16)
            refill(x, w, row + int(h / CELL), 0.15, as_conductive=True)
        truth.append(buried(kind, x, z, w, h))
        x += w / 2 + draw(0.18, 0.34)
    return Lane(cut, eps, height, offset, frequency, ricker, truth, air, 9.5e-9, 0.5)


def field_lane(seed: int) -> Lane:
    rng = np.random.default_rng(90000 + seed)
    draw = rng.uniform
    columns, air = int(round((0.25 + 0.45 * int(rng.integers(4, 7))) / CELL)) + 20, 30
    rows = 95 + air
    height, offset = round(draw(0.034, 0.058) / CELL) * CELL, round(draw(0.05, 0.085) / CELL) * CELL
    frequency, ricker = draw(0.75e9, 1.25e9), draw() < 0.8
    eps = draw(3.6, 10.5)
    sigma, spread = max(0.002, (eps - 3.8) * draw(0.009, 0.014)), draw(0.055, 0.105)
    stretch = 1 if draw() < 0.75 else 2

    def soil() -> np.ndarray:
        """Thirty-one steps, in some lanes longer along the track than down."""
        field = np.repeat(fractal(rng, (rows, max(columns // stretch, 4)), 2.0), stretch, 1)[:, :columns]
        field = np.pad(field, ((0, 0), (0, columns - field.shape[1])), "edge")
        return np.clip(np.round(np.clip(field, -2.5, 2.5) * 6) / 6, -2.5, 2.5)

    field = soil()
    e, s = eps * (1 + spread * field), np.maximum(sigma * (1 + 4 * spread * field * 0.6), 0.0005)
    if draw() < 0.25:
        depth = draw(0.12, 0.22)
        below = np.clip(eps * draw(1.3, 2.0) if draw() < 0.75 else eps * draw(0.6, 0.8), 3, 14)
        border = air + depth / CELL + np.clip(fractal(rng, (columns,), 2) * draw(0.006, 0.014), -0.024, 0.024) / CELL
        deep = np.arange(rows)[:, None] > border[None]
        e, s = np.where(deep, below * (1 + 0.065 * soil()), e), np.where(deep, max(0.003, (below - 3.8) * 0.01), s)
    rough = draw(0.010, 0.020)
    surface = fractal(rng, (columns,), 2.0)
    surface = surface / np.abs(surface).max() * rough
    cut = Cut(e, s, np.zeros((rows, columns), bool), np.round(air - surface / CELL).astype(int), floor=14, thinnest=1)
    truth: list[dict[str, Any]] = []
    names, share = list(FIELD_SHARE), np.array(list(FIELD_SHARE.values()))
    share /= share.sum()

    def refill(x: float, width: float, bottom: int, change: tuple[float, float]) -> None:
        a, b = int((x - width / 2) / CELL), int((x + width / 2) / CELL)
        loose = 1 + 0.05 * np.clip(fractal(rng, (rows, max(b - a, 4)), 1.6)[:bottom, : b - a], -2, 2)
        d = draw(*change)
        cut.eps[:bottom, a:b], cut.sigma[:bottom, a:b] = (eps * (1 + d)) * loose, sigma * (1 + 2 * d)

    x, blank = 0.36 + draw(-0.05, 0.1), draw() < 0.08
    while not blank:
        kind = names[rng.choice(len(names), p=share)]
        w = (WIDTH | {"mortarL": 0.236} | {k: draw(*v) for k, v in FIELD_WIDTH.items()})[kind]
        x = round((x + w / 2) / CELL) * CELL
        if x + w / 2 + 0.2 > columns * CELL:
            break
        row = cut.surface(x, w)
        z = draw(0.05, 0.14) if kind in AT else draw(0.1, 0.17) if kind in BOMB else draw(0.008, 0.145) if kind in AP else draw(0.02, 0.13)
        h = {"wood": 0.036}.get(kind, HEIGHT.get(kind, w))
        if kind in AP | AT and draw() < 0.5:
            refill(x, w + draw(0.04, 0.07), min(row + cells(z + h), rows - 14), (-0.10, 0.16))
        for off, width, z0, z1, matter in FIELD.get(kind, []):
            cut.box(x + off, width if width > 0 else w + width, z + z0, z + z1, matter, row)
        if kind == "mortarL":
            cut.disc(x + w / 2 - 0.03, z + 0.03, 0.03, METAL, row, 14)
        elif kind == "rock":
            stone = [(5.2, 0.0005), (6.2, 0.001), (7.0, 0.002), (8.5, 0.002)][rng.integers(4)]
            for _ in range(6):
                cut.disc(x + draw(-0.2, 0.2) * w, z + w * 0.45 + draw(-0.16, 0.16) * w, w * draw(0.26, 0.36), stone, row, 14)
        elif kind in ("mortarX", "debris", "case", "can"):
            cut.disc(x, z + w / 2, w / 2, METAL, row, 14)
        elif kind == "void":
            cut.disc(x, z + w / 2, w / 2, AIR, row, 14)
        elif kind == "root":
            cut.disc(x, z + w / 2, w / 2, (draw(10, 18), draw(0.02, 0.05)), row, 14)
        elif kind == "hole":
            z, h = 0.004, draw(0.08, 0.13)
            refill(x, w, row + int(h / CELL), (-0.12, 0.18))
        truth.append(buried(kind, x, z, w, h))
        x += w / 2 + draw(0.24, 0.42)
    return Lane(cut, eps, height, offset, frequency, ricker, truth, air, 9.0e-9, 0.4)


def buried(kind: str, x: float, depth: float, width: float, height: float) -> dict[str, Any]:
    group = "mine-AT" if kind in AT else "mine-AP" if kind in AP | {"PROM"} else "ordnance" if kind in BOMB else "clutter"
    return {"x_m": x, "depth_m": depth, "kind": group, "name": kind, "width_m": width, "height_m": height}


def source(lane: Lane, steps: int) -> np.ndarray:
    t, f = np.arange(steps) * DT, lane.frequency
    if lane.ricker:
        z, d = (np.pi * f) ** 2, t - np.sqrt(2) / f
        return (-(2 * z * d * d - 1) * np.exp(-z * d * d)).astype(np.float32)
    z, d = 2 * np.pi**2 * f**2, t - 1 / f
    return (-2 * np.sqrt(np.exp(1) / (2 * z)) * z * d * np.exp(-z * d * d)).astype(np.float32)


def absorber(n: int, shift: float, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """b and c of a convolutional PML (Roden and Gedney, 2000), of n places shift cells off the nodes; both 0 inside."""
    q = np.arange(n) + shift
    d = np.minimum(np.where(q < ABSORBER, ABSORBER - q, np.maximum(q - (n - 1 - ABSORBER), 0)) / ABSORBER, 1.0)
    loss = 0.8 * 5.0 / (377.0 * np.float32(CELL).astype(float) * np.sqrt(np.float32(eps).astype(float))) * d**4
    alpha = 0.02 * (1 - d)
    b = np.exp(-(loss + alpha) * np.float32(DT).astype(float) / EPS0)
    b[d == 0] = 0
    return b.astype(np.float32), (loss / (loss + alpha) * (b - 1)).astype(np.float32)


def trace(ca: np.ndarray, cb: np.ndarray, eps: float, wave: np.ndarray, row: int, tx: int, rx: int) -> np.ndarray:
    """E at the receiver, for the current wave in the transmitter's cell. All in float32."""
    rows, columns = ca.shape
    ch = np.float32(DT) / (np.float32(4e-7) * np.float32(3.14159265) * np.float32(CELL))
    zeros = lambda *shape: np.zeros(shape, np.float32)  # noqa: E731
    e, hx, hy = zeros(rows, columns), zeros(rows - 1, columns), zeros(rows, columns - 1)
    down, along, curl = zeros(rows - 1, columns), zeros(rows, columns - 1), zeros(rows - 2, columns - 2)
    hx_down, hy_along = zeros(rows - 2, columns - 2), zeros(rows - 2, columns - 2)
    inner, a, g = e[1:-1, 1:-1], np.ascontiguousarray(ca[1:-1, 1:-1]), np.ascontiguousarray(cb[1:-1, 1:-1])

    def strips(n: int, first: int, last: int, shift: float, axis: int, field: np.ndarray) -> list[tuple[Any, ...]]:
        """Where the absorber works: the place in a field that starts at node first, its memory, b and c."""
        b, c = absorber(n, shift, eps)
        out = []
        for place in (slice(first, ABSORBER), slice(n - 1 - ABSORBER, last)):
            put = slice(place.start - first, place.stop - first)
            where = (put, slice(None)) if axis == 0 else (slice(None), put)
            shape = (-1, 1) if axis == 0 else (1, -1)
            out.append((where, np.zeros_like(field[where]), b[place].reshape(shape), c[place].reshape(shape)))
        return out

    above_h, beside_h = strips(rows, 0, rows - 1, 0.5, 0, down), strips(columns, 0, columns - 1, 0.5, 1, along)
    above_e, beside_e = strips(rows, 1, rows - 1, 0.0, 0, curl), strips(columns, 1, columns - 1, 0.0, 1, curl)
    out = np.zeros(len(wave), np.float32)
    for n, current in enumerate(wave):
        np.subtract(e[1:], e[:-1], out=down)
        for where, memory, b, c in above_h:
            memory *= b
            memory += c * down[where]
            down[where] += memory
        down *= ch
        hx -= down
        np.subtract(e[:, 1:], e[:, :-1], out=along)
        for where, memory, b, c in beside_h:
            memory *= b
            memory += c * along[where]
        along *= ch
        hy += along
        for where, memory, _, _ in beside_h:
            hy[where] += ch * memory
        np.subtract(hy[1:-1, 1:], hy[1:-1, :-1], out=hy_along)
        np.subtract(hx[1:, 1:-1], hx[:-1, 1:-1], out=hx_down)
        np.subtract(hy_along, hx_down, out=curl)
        curl *= g
        inner *= a
        inner += curl
        for where, memory, b, c in above_e:
            memory *= b
            memory += c * hx_down[where]
            inner[where] -= g[where] * memory
        for where, memory, b, c in beside_e:
            memory *= b
            memory += c * hy_along[where]
            inner[where] += g[where] * memory
        e[row, tx] -= cb[row, tx] * current
        out[n] = e[row, rx]
    return out


def record(lane: Lane) -> tuple[np.ndarray, float]:
    """The line, traces x samples, without noise, and the place half way between the antennas of its first trace."""
    cut = lane.cut
    sky = np.arange(cut.eps.shape[0])[:, None] < cut.top[None]
    cut.eps[sky], cut.sigma[sky], cut.metal[sky] = 1, 0, False
    loss = cut.sigma * DT / (2 * cut.eps * EPS0)
    ca, cb = ((1 - loss) / (1 + loss)).astype(np.float32), (DT / (cut.eps * EPS0 * CELL) / (1 + loss)).astype(np.float32)
    ca[cut.metal] = cb[cut.metal] = 0
    wave = source(lane, int(lane.duration / DT))
    columns, apart, reach, row = cut.eps.shape[1], cells(lane.offset), int(lane.reach / CELL), lane.air - cells(lane.height)
    line = []
    for tx in range(EDGE, columns - apart - EDGE, STEP):
        a, b = max(0, tx - reach), min(columns, tx + apart + reach)
        line.append(trace(ca[:, a:b], cb[:, a:b], lane.eps, wave, row, tx - a, tx + apart - a))
    return np.array(line), (EDGE + apart / 2) * CELL


def lane_of(name: str) -> Lane:
    return (plain_lane if name[0] == "g" else field_lane)(int(name[1:]))


def write(name: str, out: Path) -> str:
    lane = lane_of(name)
    clean, first = record(lane)
    x = clean.T.astype(float)  # the order in which the noise is drawn
    noise = np.random.default_rng([7, sum(map(ord, name))]).standard_normal(x.shape)
    x += np.abs(x - x.mean(1, keepdims=True)).max() * 10 ** (-50 / 20) * noise
    folder = out / name / "gpr"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.toml").write_text(
        f'surefoot_card = 1\nname = "{name}"\nfile = "{name}.npy"\nmodality = "gpr"\naxis = "two_way_time"\naxis_start = 0.0\n'
        f'axis_step = {float(DT)!r}\norder = "traces_first"\nunit = "1"\ntrace_spacing_m = {STEP * CELL!r}\n'
        'source = "simulated by bench/detection/shape_lanes.py; no measurement"\n'
    )
    rows = ["line,x_m,depth_m,kind,name,width_m,height_m"]
    rows += [f"{name},{t['x_m'] - first!r},{t['depth_m']!r},{t['kind']},{t['name']},{t['width_m']!r},{t['height_m']!r}" for t in lane.truth]
    (folder / "truth.csv").write_text("\n".join(rows) + "\n")
    np.save(folder / f"{name}.npy", np.ascontiguousarray(x.T, dtype=np.float32))
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--lanes", nargs="*", default=[f"g{k:03d}" for k in range(1, 140)] + [f"s{k:03d}" for k in range(1, 92)])
    options = parser.parse_args()
    todo = [n for n in options.lanes if not (options.out / n / "gpr" / f"{n}.npy").is_file()]
    print(f"{len(options.lanes)} lanes, {len(todo)} to be made", flush=True)
    with ProcessPoolExecutor(max_workers=max(1, options.jobs)) as pool:
        for done, name in enumerate(pool.map(write, todo, [options.out] * len(todo)), 1):
            print(f"[{done}/{len(todo)}] {name}", flush=True)


if __name__ == "__main__":
    main()
