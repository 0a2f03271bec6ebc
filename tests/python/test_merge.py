# SPDX-License-Identifier: MIT
"""surefoot.merge_alarms and run --merge: against NumPy, and over files that cross the same target."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import surefoot

RNG = np.random.default_rng(11)


def passes_over(targets: np.ndarray, sigma_m: float, n_passes: int) -> list[list[surefoot.Alarm]]:
    """Alarms of passes along x over targets, positions off by sigma_m, made by the detector itself."""
    out = []
    for _ in range(n_passes):
        alarms = []
        for number, (x, y) in enumerate(targets):
            n = 120
            line = surefoot.Line(np.zeros((n, 8), np.float32), sample_interval_s=1e-10)
            dx, dy = RNG.normal(0.0, sigma_m, 2)
            along = x + dx + 0.01 * (np.arange(n) - 60)
            line.tags["position_m"] = np.stack([along, np.full(n, y + dy), np.zeros(n)], axis=1)
            line.tags["score"] = 10.0 * np.clip(1.0 - np.abs(np.arange(n) - 60) / 12.0, 0.05, None)
            line.tags["index"] = 1000 * number + np.arange(n)
            alarms += surefoot.detect.peak_alarm(line, threshold=6.0, position_error_m=sigma_m)
        out.append(alarms)
    return out




def test_it_is_what_numpy_makes_of_it() -> None:
    targets = np.array([[1.0, 0.0], [4.0, 1.0], [7.0, -1.0]])
    singles = [passes_over(targets[[i]], 0.05, 5) for i in range(3)]
    assert all(len(p) == 1 for passes in singles for p in passes)
    for passes in singles:
        (joined,) = surefoot.merge_alarms(passes)
        p = [np.array([[a[0].covariance_m2[0], a[0].covariance_m2[1]], [a[0].covariance_m2[1], a[0].covariance_m2[2]]]) for a in passes]
        inverse = [np.linalg.inv(m) for m in p]
        q = np.linalg.inv(sum(inverse))
        want = q @ sum(m @ np.array(a[0].position_m[:2]) for m, a in zip(inverse, passes, strict=True))
        assert np.allclose(joined.position_m[:2], want, atol=1e-9)
        assert np.allclose(joined.covariance_m2, [q[0, 0], q[0, 1], q[1, 1]], atol=1e-12)
        assert joined.passes == 5 and joined.id == 1 and joined.hits == sum(a[0].hits for a in passes)


def test_far_ones_stay_apart_and_options_are_checked() -> None:
    (a,), (b,) = passes_over(np.array([[1.0, 0.0]]), 0.02, 2)
    (far,) = passes_over(np.array([[9.0, 0.0]]), 0.02, 1)[0]
    assert len(surefoot.merge_alarms([[a], [b], [far]])) == 2
    assert len(surefoot.merge_alarms([[a], [b]], gate=1e-9)) == 2
    assert surefoot.merge_alarms([]) == [] and surefoot.merge_alarms([[], []]) == []
    with pytest.raises(surefoot.ConfigError, match="merge_alarms.gate"):
        surefoot.merge_alarms([[a]], gate=-1.0)
    line = surefoot.Line(np.zeros((2, 8), np.float32), sample_interval_s=1e-10)
    with pytest.raises(surefoot.ConfigError, match="lines"):
        surefoot.merge_alarms([[a], [b]], lines=[line])


PIPELINE = """surefoot = 1
stage = [ { use = "gpr.dewow", window_s = 3e-9 }, { use = "detect.energy_score", limit_z = 1000.0 } ]
detector = { use = "detect.peak_alarm", threshold = 8.0 }
"""


def test_the_command_joins_files(tmp_path: Path) -> None:
    files = []
    for k in range(3):
        folder = tmp_path / f"pass{k}"
        folder.mkdir()
        traces = RNG.normal(size=(300, 128)).astype(np.float32)
        traces[195:206, 60:90] += 30.0 * RNG.normal(size=(11, 30)).astype(np.float32)
        np.save(folder / f"pass{k}.npy", traces)
        (folder / "card.toml").write_text(
            f'surefoot_card = 1\nfile = "pass{k}.npy"\naxis_step = 1e-10\ntrace_spacing_m = 0.02\n'
            '[origin]\nlatitude_deg = 30.0\nlongitude_deg = -40.0\nazimuth_deg = 90.0\n', encoding="utf-8")
        files.append(str(folder / f"pass{k}.npy"))
    pipeline = tmp_path / "p.toml"
    pipeline.write_text(PIPELINE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "surefoot", "run", str(pipeline), *files, "--out", str(tmp_path / "out"), "--merge"],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "out/merged.csv").read_text(encoding="utf-8").splitlines()))
    best = max(rows, key=lambda r: int(r["passes"]))
    assert int(best["passes"]) == 3 and float(best["x_m"]) == pytest.approx(4.0, abs=0.1)
    features = json.loads((tmp_path / "out/merged.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == len(rows) and features[0]["geometry"] is not None
    assert "3 passes joined" in done.stdout
