# SPDX-License-Identifier: MIT
"""Editing a line with NumPy: slices, a reversed axis, numpy.interp over the numbers of the traces.

Writes editing_input.npy, 8 traces of 30 samples (float32) that are numbered INDEX, and
  editing_crop.npy     traces 2 to 5, samples at 0.5 to 1.6 ns (the first sample lies at -0.4 ns, the step is 0.1 ns)
  editing_reverse.npy  the line turned round; columns 30 and 31 are distance and position of each trace
  editing_fill.npy     a trace for each number from the first to the last, on straight lines; column 30 is its distance
Crop and reverse copy, so they are compared exactly; fill within half a unit in the last place of float32.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
INDEX = np.array([3, 4, 5, 8, 9, 13, 14, 17])
N, START, STEP = 30, -4, 1  # tenths of a nanosecond, so that the borders are exact


def main():
    rng = np.random.default_rng(17)
    x = (300 * rng.standard_normal((len(INDEX), N))).astype(np.float32)
    distance = np.array([0.4, 0.45, 0.52, 0.7, 0.74, 0.95, 1.02, 1.2])
    np.save(HERE / "editing_input.npy", np.column_stack([x.astype(float), distance, INDEX]))

    time = START + STEP * np.arange(N)
    keep = (time >= 5) & (time <= 16)
    np.save(HERE / "editing_crop.npy", np.ascontiguousarray(x[2:6][:, keep], dtype=float))
    np.save(
        HERE / "editing_reverse.npy", np.column_stack([x[::-1].astype(float), distance.max() - distance[::-1], INDEX[::-1]])
    )
    full = np.arange(INDEX[0], INDEX[-1] + 1)
    columns = [np.interp(full, INDEX, column) for column in np.column_stack([x.astype(float), distance]).T]
    np.save(HERE / "editing_fill.npy", np.column_stack(columns))


if __name__ == "__main__":
    main()
