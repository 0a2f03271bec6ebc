# SPDX-License-Identifier: MIT
"""The bar of the NLMS score on the simulated mine field iwagpr2017: area under the ROC 0.950 (x) and 1.000 (y).

Recipe: each B-scan over the peak of its mean trace; samples 300..1900 step 5; 14 depth segments of 20 samples from sample 40;
NLMS of order 8, guard 4, mu 0.1; the first 12 traces of each line left out; ln E of each segment against its median and MAD over
the whole scene; score = mean of the three largest z. Pixels within a target's radius are positive, those within 0.12 m around
it are ignored. Targets are provisional (picked by this project's research, not published truth); 0.81 m^2 is too small
for a false alarm rate: the bar is for regressions only.

Run alone: SUREFOOT_DATA=... python tests/python/test_nlms_bar.py
"""

import csv
import os
import pathlib

import numpy as np
import pytest

import surefoot

FIRST, STEP_M, LINE_M, SKIP = 0.15, 0.010, 0.025, 12
N_LINES, SEGMENTS = 37, 14
BAR = {"x": 0.950, "y": 1.000}
TOLERANCE = 0.005


def folder() -> pathlib.Path | None:
    data = os.environ.get("SUREFOOT_DATA")
    path = pathlib.Path(data) / "mines" / "iwagpr2017" if data else None
    return path if path is not None and path.is_dir() else None


def log_energies(path: pathlib.Path) -> np.ndarray:
    """ln E of each depth segment, (n_traces, 14), from the library's own reader and score."""
    line = surefoot.read(path, trace_spacing_m=STEP_M)
    scan = line.samples / np.abs(line.samples.mean(axis=0)).max()
    samples = np.ascontiguousarray(scan[:, 300:1900:5], dtype=np.float32)
    # A sample interval of 1 s makes seconds count samples.
    return surefoot.detect.nlms(
        samples, sample_interval_s=1.0, order=8, guard_traces=4, step=0.1,
        start_s=40.0, end_s=40.0 + 20.0 * SEGMENTS, segment_s=20.0,
        rate=0.02, limit_z=1000.0, freeze_z=1000.0, emit="log_energy",
    )


def area_under_roc(score: np.ndarray, positive: np.ndarray) -> float:
    rank = np.empty(len(score))
    rank[np.argsort(score, kind="stable")] = np.arange(1, len(score) + 1)
    n = int(positive.sum())
    return float((rank[positive].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))


def measure(data: pathlib.Path, direction: str) -> float:
    energies = np.stack(
        [log_energies(data / f"{direction}dir" / f"buried_objects_{direction}dir_bscan_{i}.rd3") for i in range(1, N_LINES + 1)]
    )
    n_lines, n_traces, segments = energies.shape
    assert (n_lines, n_traces, segments) == (N_LINES, 91, SEGMENTS)
    used = energies[:, SKIP:].reshape(-1, segments)
    median = np.median(used, axis=0)
    spread = 1.4826 * np.median(np.abs(used - median), axis=0)
    score = np.sort((used - median) / spread, axis=1)[:, -3:].mean(axis=1)

    along = (FIRST + STEP_M * np.arange(n_traces))[SKIP:]
    across = FIRST + LINE_M * np.arange(n_lines)
    x, y = np.meshgrid(along, across) if direction == "x" else np.meshgrid(along, across)[::-1]
    with open(data / "targets_provisional.csv", encoding="utf-8") as file:
        targets = list(csv.DictReader(line for line in file if not line.startswith("#")))
    positive = np.zeros(x.shape, bool)
    ignored = np.zeros(x.shape, bool)
    for target in targets:
        distance = np.hypot(x - float(target["x_m"]), y - float(target["y_m"]))
        radius = float(target["radius_m"])
        positive |= distance <= radius
        ignored |= (distance > radius) & (distance <= radius + 0.12)
    keep = (positive | ~ignored).ravel()
    return area_under_roc(score[keep], positive.ravel()[keep])


@pytest.mark.parametrize("direction", ["x", "y"])
def test_bar(direction: str) -> None:
    data = folder()
    if data is None:
        pytest.skip("SUREFOOT_DATA is not set: mines/iwagpr2017 is not at hand")
    assert measure(data, direction) >= BAR[direction] - TOLERANCE


if __name__ == "__main__":
    data = folder()
    if data is None:
        raise SystemExit("SUREFOOT_DATA is not set, or has no mines/iwagpr2017")
    for direction, bar in BAR.items():
        print(f"{direction}: area under the ROC {measure(data, direction):.4f}, bar {bar:.3f} - {TOLERANCE}")
