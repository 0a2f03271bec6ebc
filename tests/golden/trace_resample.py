# SPDX-License-Identifier: MIT
"""Traces at equal spacing from NumPy and SciPy, in double.

Writes trace_resample_input.npy, 40 rows: the place of a trace in metres (uneven steps of 1 to 5 cm) and its 8 samples; and
trace_resample.npy: at each 2 cm from the first place on the linear interpolation (numpy.interp), then the same with the cubic
Hermite spline whose slopes are numpy.gradient's: parabola inside, one difference at the ends.

And trace_resample_path.npy: a walk of 40 places on a bent way (x, y), and the samples of the same traces at each 2 cm along it, the
way summed up from place to place (numpy.cumsum of numpy.hypot), linear: columns x, y of the walk and, from row 40 on, of the grid.
"""

from pathlib import Path

import numpy as np
from scipy.interpolate import CubicHermiteSpline

HERE = Path(__file__).resolve().parent


def main():
    rng = np.random.default_rng(5)
    s = 3.0 + np.cumsum(rng.uniform(0.01, 0.05, 40))
    x = (50.0 * np.sin(3.0 * s)[:, None] + rng.normal(0.0, 5.0, (40, 8))).astype(np.float32)
    grid = s[0] + 0.02 * np.arange(int(np.floor((s[-1] - s[0]) / 0.02)) + 1)
    linear = np.stack([np.interp(grid, s, x[:, i].astype(float)) for i in range(8)], axis=1)
    slopes = np.gradient(x.astype(float), s, axis=0)
    cubic = CubicHermiteSpline(s, x.astype(float), slopes, axis=0)(grid)
    np.save(HERE / "trace_resample_input.npy", np.column_stack([s, x.astype(float)]))
    np.save(HERE / "trace_resample.npy", np.concatenate([linear, cubic]))

    place = np.stack([10 + np.cumsum(rng.uniform(0.01, 0.04, 40)), 0.3 * np.sin(0.3 * np.arange(40))], axis=1)
    way = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(place, axis=0).T))])
    along = 0.02 * np.arange(int(np.floor(way[-1] / 0.02)) + 1)
    columns = np.column_stack([place, x.astype(float)])
    grid = np.stack([np.interp(along, way, column) for column in columns.T], axis=1)
    np.save(HERE / "trace_resample_path.npy", np.concatenate([columns, grid]))


if __name__ == "__main__":
    main()
