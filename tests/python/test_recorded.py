# SPDX-License-Identifier: MIT
"""Recorded files of real instruments: counts as in PROVENANCE.md, and the hand-held pipeline over each."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import surefoot
from surefoot.cli import main

FOLDERS = ("dzt", "dt1", "mala", "gprmax")
DATA_FILES = {".dzt", ".dt1", ".rd3", ".rd7", ".out"}


def provenance(folder: Path) -> dict[str, tuple[int, int]]:
    """Path -> (samples, traces) of every data file that PROVENANCE.md describes so."""
    counts: dict[str, tuple[int, int]] = {}
    heading = ""
    for row in (folder / "PROVENANCE.md").read_text(encoding="utf-8").splitlines():
        if row.startswith("### "):
            heading = row[4:].strip().strip("`").rstrip("/")
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) > 4 and Path(cells[1].strip("`")).suffix.lower() in DATA_FILES:
            shape = re.search(r"(\d+) samples x (\d+) traces", cells[3])
            if shape:
                counts[f"{heading}/{cells[1].strip('`')}"] = (int(shape[1]), int(shape[2]))
    return counts


def recorded_files(folder: Path) -> list[Path]:
    return sorted(p for f in FOLDERS for p in (folder / f).rglob("*") if p.suffix.lower() in DATA_FILES)


def test_info_gives_the_counts_of_the_provenance(recorded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = provenance(recorded / "gpr")
    files = recorded_files(recorded / "gpr")
    assert len(files) >= 30 and counts["dzt/gprpy-dune/FILE____032.DZT"] == (512, 1040)
    capsys.readouterr()
    compared = 0
    for file in files:
        assert main(["info", str(file), "--json"]) == 0, file
        scan = json.loads(capsys.readouterr().out)
        expected = counts.get(str(file.relative_to(recorded / "gpr")))
        if expected is not None:
            assert (scan["n_samples"], scan["n_traces"]) == expected, file
            compared += 1
    assert compared == len([c for c in counts if c.split("/")[0] in FOLDERS]) >= 30


def test_the_handheld_pipeline_runs_on_each(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = recorded_files(recorded / "gpr") + sorted((recorded / "gprmax/dev").glob("*.out"))
    code = main(["run", "gpr-handheld", *map(str, files), "--out", str(tmp_path)])
    assert code == 0, capsys.readouterr().err
    folders = sorted(p for p in tmp_path.iterdir())
    assert len(folders) == len(files)
    for folder in folders:
        info = json.loads((folder / "run.json").read_text())
        scores = np.load(folder / "scores.npy")
        assert len(scores) == info["n_traces"] == info["input"]["n_traces"]
        assert np.isfinite(scores).all()


def test_the_command_and_the_module_give_the_same_bits(recorded: Path, tmp_path: Path) -> None:
    file = recorded / "gpr/dzt/gprpy-dune/FILE____032.DZT"
    assert main(["run", "gpr-handheld", str(file), "--out", str(tmp_path)]) == 0
    line = surefoot.read(file)
    live = surefoot.Pipeline("gpr-handheld", line.spec)
    live.push(line.samples, line.tags)
    live.finish()
    assert live.pull_all().scores.tobytes() == np.load(tmp_path / "scores.npy").tobytes()


# One line a maker; the spacing of the ten MALA traces is not in their header.
MAKERS = {
    "gssi": ("gpr/dzt/gprpy-dune/FILE____032.DZT", {}),
    "sensors_and_software": ("gpr/dt1/gpro-grid3d/XLINE12.DT1", {}),
    "mala": ("gpr/mala/impdar-egrip/ten_col.rd3", {"trace_spacing_m": 0.5}),
}


RADAR = sorted(name for name in surefoot.builtin_pipelines() if 'modality = "gpr"' in surefoot.to_text(name))


@pytest.mark.parametrize("pipeline", RADAR)
@pytest.mark.parametrize("maker", MAKERS)
def test_every_built_in_pipeline_of_radar_takes_the_lines_of_three_makers(recorded: Path, maker: str, pipeline: str) -> None:
    path, options = MAKERS[maker]
    line = surefoot.read(recorded / path, **options)
    run = surefoot.run(pipeline, line)
    assert run.traces.n_traces == line.n_traces
    assert np.isfinite(run.traces.samples).all() and np.isfinite(run.scores).all()
    lost = int(surefoot.Quality.dropped | surefoot.Quality.non_finite)
    assert ((run.traces.quality & lost) == (line.quality & lost)).all()
    live = np.abs(run.traces.samples).max(axis=1) > 0
    assert live.mean() > 0.9 or (maker == "mala" and pipeline != "gpr-survey"), "ten traces teach no background"
    assert (run.traces.quality & line.quality == line.quality).all(), "flags of the file survive"
    if pipeline == "gpr-survey":
        assert run.traces.axis.kind == "depth" and run.traces.axis.start == 0.0
        # 0.1 m/ns, one depth a sample
        assert run.traces.axis.step == pytest.approx(0.5e8 * line.axis.step)
        assert all(np.isfinite([a.score, a.distance_m]).all() for a in run.alarms)
    elif maker != "mala":
        assert run.scores.max() > 0


def test_parallel_lines_become_a_volume(recorded: Path) -> None:
    files = sorted((recorded / "gpr/dt1/gpro-grid3d").glob("*.DT1"))
    assert len(files) == 25
    clipped = surefoot.gpr.trace_check(surefoot.read(files[-1]), rail=32767.0, repair="interpolate")
    saturated = (clipped.quality & int(surefoot.Quality.saturated)) != 0
    assert np.array_equal(saturated, (surefoot.read(files[-1]).samples <= -32767.0).any(axis=1)) and saturated.any()
    lines = [surefoot.gpr.time_zero(surefoot.read(file), before_zero_s=4e-9) for file in files]
    joined = surefoot.join(lines, y_m=[0.5 * k for k in range(25)])
    assert joined.n_traces == sum(line.n_traces for line in lines)
    volume = surefoot.gpr.grid(
        surefoot.gpr.background(joined), step_x_m=0.1, step_y_m=0.5, length_x_m=15.0, length_y_m=12.0, radius_m=0.26
    )
    grid = surefoot.grid_of(volume)
    assert grid is not None and grid["n_y"] == 25 and 100 < grid["n_x"] <= 151
    energy = surefoot.slice(volume, 20e-9, 30e-9)
    assert energy.shape == (25, grid["n_x"]) and np.isfinite(energy).mean() > 0.9 and np.nanmax(energy) > 0


def test_a_survey_needs_to_know_how_far_its_traces_lie_apart(recorded: Path) -> None:
    line = surefoot.read(recorded / MAKERS["mala"][0])
    with pytest.raises(surefoot.ConfigError, match="trace_spacing_m|spacing"):
        surefoot.run("gpr-survey", line)


# What emi/PROVENANCE.md says of logs and exports: format, samples a trace, traces, axis.
METAL_DETECTORS = {
    "emi/em38_n38/em38_demo.N38": ("n38", 6, 3164, "channel"),
    "emi/tem_formats/skytem/2022.02.test.xyz": ("xyz", 19, 2, "channel"),
    "emi/tem_formats/synthetic/synthetic_fwd.xyz": ("xyz", 16, 300, "gates"),
    "emi/tem_formats/synthetic/synthetic_model.xyz": ("xyz", 26, 300, "channel"),
}


@pytest.mark.parametrize("name", METAL_DETECTORS)
def test_logs_of_metal_detectors_and_sounders_open(
    recorded: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    form, n_samples, n_traces, axis = METAL_DETECTORS[name]
    line = surefoot.read(recorded / name)
    assert line.samples.shape == (n_traces, n_samples) and line.axis.kind == axis
    capsys.readouterr()
    assert main(["info", str(recorded / name), "--json"]) == 0
    scan = json.loads(capsys.readouterr().out)
    assert (scan["format"], scan["n_samples"], scan["n_traces"], scan["axis"]) == (form, n_samples, n_traces, axis)
    assert main(["info", str(recorded / name)]) == 0
    assert form in capsys.readouterr().out
