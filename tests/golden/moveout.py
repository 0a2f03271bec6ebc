# SPDX-License-Identifier: MIT
"""Static shifts, normal moveout and depth axes in double: the trace between its samples by its Fourier series.

Rays through air and soil come from a bounded minimisation of the time over the point where they enter the ground (Fermat), rays
through layers from scipy.optimize.brentq over the ray parameter.

Writes moveout.csv: the trace of antenna_separation.py (float32, 200 samples at 0.1 ns from -1 ns on; "input") and
  static_*   moved down by 2 z / v (0.1 m/ns; z = 0.1237 and 0.4 m), 300 samples; metres_* on an axis of depth, steps of 1 cm
  nmo_*      x(sqrt(t^2 + (s/v)^2)), 0 where the stretch is above 0.5: one velocity, and velocities of time
  nmo_linear the same between the samples by numpy.interp
  depth_*    x(t(d)) at 0, 5 mm ...: offset on the ground, through air, through three layers, and by numpy.interp
Missing values are NaN. Compared within 1.5e-3 of the largest sample (the 12 taps of dsp::FractionalDelay at a tenth of the
sampling rate) and within 1e-6 of it where interpolation is linear.
"""

from pathlib import Path

import numpy as np
from antenna_separation import DT, N, START, C, at, trace
from scipy.optimize import brentq, minimize_scalar

HERE = Path(__file__).resolve().parent


def inside(x, position):
    """Zero outside the trace."""
    y = np.zeros(len(position))
    keep = (position >= 0) & (position <= N - 1)
    y[keep] = at(x, position[keep])
    return y


def linear(x, position):
    return np.interp(position, np.arange(N), x, left=0.0, right=0.0)


def static(x, shift):
    return inside(x, np.arange(300) - shift)


def nmo(x, offset, velocity, read):
    t0 = START + DT * np.arange(N)
    late = np.hypot(t0, offset / velocity(t0))
    with np.errstate(divide="ignore", invalid="ignore"):
        mute = (t0 < 0) | ~((late - t0) / t0 <= 0.5)
    y = read(x, (late - START) / DT)
    y[mute] = 0.0
    return y


def through_air(depth, half, standoff, velocity):
    way = lambda u: np.hypot(u, standoff) / C + np.hypot(half - u, depth) / velocity
    return 2 * minimize_scalar(way, bounds=(0.0, half), method="bounded", options={"xatol": 1e-13}).fun


LAYERS = ((0.15e9, 0.12), (0.06e9, 0.3), (0.1e9, np.inf))  # velocity, bottom


def through_layers(depth, half):
    thick, fast, top = [], [], 0.0
    for v, bottom in LAYERS:
        if depth > top:
            thick.append(min(depth, bottom) - top)
            fast.append(v)
        top = bottom
    if not thick:
        return 2 * half / LAYERS[0][0]
    thick, fast = np.array(thick), np.array(fast)
    cosine = lambda p: np.sqrt(1 - (p * fast) ** 2)
    reach = lambda p: np.sum(thick * p * fast / cosine(p)) - half
    p = brentq(reach, 0.0, (1 - 1e-13) / fast.max(), xtol=1e-25, rtol=1e-14)
    return 2 * np.sum(thick / (fast * cosine(p)))


def main():
    x = trace()
    depths = 0.005 * np.arange(140)
    by_time = lambda t: np.interp(t, [4e-9, 9e-9, 15e-9], [0.13e9, 0.1e9, 0.11e9])
    position = lambda times: (np.array(times) - START) / DT
    columns = {
        "input": x,
        "static_near": static(x, 2 * 0.1237 / 1e8 / DT),
        "static_far": static(x, 2 * 0.4 / 1e8 / DT),
        "metres_near": static(x, 0.1237 / 0.01),
        "metres_far": static(x, 0.4 / 0.01),
        "nmo_one": nmo(x, 0.7, lambda t: 0.12e9 + 0 * t, inside),
        "nmo_times": nmo(x, 0.45, by_time, inside),
        "nmo_linear": nmo(x, 0.7, lambda t: 0.12e9 + 0 * t, linear),
        "depth_offset": inside(x, position(np.sqrt(4 * depths**2 + 0.16**2) / 0.09e9)),
        "depth_air": inside(x, position([through_air(d, 0.1, 0.15, 0.09e9) for d in depths])),
        "depth_layers": inside(x, position([through_layers(d, 0.08) for d in depths])),
        "depth_linear": linear(x, position(2 * depths / 0.09e9)),
    }
    table = np.full((300, len(columns)), np.nan)
    for j, column in enumerate(columns.values()):
        table[: len(column), j] = column
    np.savetxt(HERE / "moveout.csv", table, fmt="%.12g", delimiter=",", header=",".join(columns))


if __name__ == "__main__":
    main()
