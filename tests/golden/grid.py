# SPDX-License-Identifier: MIT
"""Inverse-distance gridding from NumPy, by brute force in double.

Writes grid_input.npy: 60 traces on a wavy walk, x, y and 4 samples each; and grid.npy: what stands at the 11 x 7 places from
(0, 0) on at steps of 0.1 and 0.15 m, with radius 0.22 m, for the powers 2 and 3, then the nearest trace; NaN where no trace
is within the radius.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
RADIUS = 0.22


def main():
    rng = np.random.default_rng(9)
    t = np.linspace(0, 1, 60)
    x = 0.95 * np.abs((3.0 * t) % 2.0 - 1.0) + 0.02
    y = 0.88 * t + 0.01
    # One trace exactly at a place of the grid, and a twin of it.
    x[20:22], y[20:22] = 0.3, 0.3
    samples = rng.normal(0, 10, (60, 4)).astype(np.float32).astype(float)
    np.save(HERE / "grid_input.npy", np.column_stack([x, y, samples]))
    gx, gy = np.meshgrid(0.1 * np.arange(11), 0.15 * np.arange(7))
    d = np.hypot(gx.ravel()[:, None] - x, gy.ravel()[:, None] - y)
    rows = []
    for power in (2.0, 3.0):
        with np.errstate(divide="ignore", invalid="ignore"):
            w = np.where(d <= RADIUS, d**-power, 0.0)
        exact = d <= 1e-9
        w = np.where(exact.any(axis=1, keepdims=True), exact.astype(float), w)
        with np.errstate(invalid="ignore"):
            rows.append(w @ samples / w.sum(axis=1, keepdims=True))
    near = samples[d.argmin(axis=1)]
    near[d.min(axis=1) > RADIUS] = np.nan
    np.save(HERE / "grid.npy", np.concatenate([*rows, near]))


if __name__ == "__main__":
    main()
