# SPDX-License-Identifier: MIT
"""The command: outputs, exit codes, clean errors."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import surefoot
from conftest import SCORED
from surefoot.cli import demo, main
from surefoot.cli.exit_codes import ExitCode

LANE = Path(surefoot.__file__).parent / "datasets/handheld-lane"
CARD = 'surefoot_card = 1\nfile = "{}"\naxis_step = 1e-10\ntrace_spacing_m = 0.02\n'


@pytest.fixture
def file(tmp_path: Path, samples: np.ndarray) -> Path:
    np.save(tmp_path / "walk.npy", samples)
    (tmp_path / "walk.card.toml").write_text(CARD.format("walk.npy"))
    return tmp_path / "walk.npy"


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    path = tmp_path / "scored.toml"
    path.write_text(SCORED)
    return path


def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "surefoot", *map(str, arguments)],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )


def test_run_writes_what_it_promises(file: Path, pipeline: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command("run", pipeline, file, "--out", out, "--json")
    assert done.returncode == 0 and done.stderr == ""
    info = json.loads((out / "run.json").read_text())
    assert json.loads(done.stdout) == info
    run = surefoot.run(SCORED, surefoot.read(file))

    scores = np.load(out / "scores.npy")
    assert scores.dtype == np.float32 and scores.tobytes() == run.scores.tobytes()
    assert info["description"] == run.description and info["version"] == surefoot.__version__
    assert info["hashes"] == {
        "description_hash": f"{run.description_hash:016x}",
        "description_sha256": hashlib.sha256(run.description.encode()).hexdigest(),
        "input_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "scores_sha256": hashlib.sha256(scores.tobytes()).hexdigest(),
    }
    assert info["n_traces"] == 300 and info["traces_per_s"] > 0 and info["latency_traces"] == run.latency
    assert info["assumptions"] == surefoot.read(file).assumptions
    assert sum(info["quality"].values()) >= 300

    rows = list(csv.DictReader((out / "alarms.csv").read_text().splitlines()))
    assert {row["description_hash"] for row in rows} == {info["hashes"]["description_hash"]}
    columns = "id,line,trace_index,time_s,x_m,y_m,depth_m,extent_m,score,threshold,quality".split(",")
    assert len(rows) == len(run.alarms) == info["n_alarms"] >= 1 and list(rows[0])[: len(columns)] == columns
    assert float(rows[0]["x_m"]) == pytest.approx(run.alarms[0].distance_m, abs=1e-4)
    collection = json.loads((out / "alarms.geojson").read_text())
    assert collection["type"] == "FeatureCollection" and len(collection["features"]) == len(rows)


def test_several_files_have_folders_of_their_own_and_a_bad_one_stops_none(
    file: Path, pipeline: Path, tmp_path: Path
) -> None:
    (tmp_path / "bad.DZT").write_bytes(b"no radar")
    other = tmp_path / "b"
    other.mkdir()
    shutil.copy(file, other / "walk.npy")
    shutil.copy(tmp_path / "walk.card.toml", other / "walk.card.toml")
    out = tmp_path / "out"
    done = command("run", pipeline, file, tmp_path / "bad.DZT", other / "walk.npy", "--out", out)
    assert done.returncode == 3
    assert sorted(p.name for p in out.iterdir()) == ["walk", "walk-2"]
    assert done.stderr.count("\n") == 1 and "bad.DZT" in done.stderr and "Traceback" not in done.stderr
    assert done.stdout.count("300 traces") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--help"], 0, ""),
        (["run", "--help"], 0, ""),
        (["--version"], 0, ""),
        ([], 2, "COMMAND"),
        (["fly"], 2, "fly"),
        (["run", "gpr-handheld"], 2, "FILE"),
        (["info", "none.DZT"], 3, "none.DZT"),
        (["run", "gpr-handheld", "none.DZT", "--out", "{}"], 3, "none.DZT"),
        (["demo", "none.DZT", "--out", "{}"], 3, "none.DZT"),
        (["plot", "none.DZT", "-o", "{}/x.png"], 3, "none.DZT"),
        (["plot", "{}", "-o", "{}/x.png"], 3, "run.json"),
        (["run", "no-such", "none.DZT", "--out", "{}"], 4, "no-such"),
        (["describe", "gpr.nothing"], 4, "gpr.nothing"),
        (["simulate", "none.toml", "--out", "{}"], 4, "none.toml"),
    ],
)
def test_exit_codes(arguments: list[str], code: int, said: str, tmp_path: Path) -> None:
    done = command(*(a.format(tmp_path) for a in arguments))
    assert done.returncode == code, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr
    if code in (3, 4):
        assert done.stderr.count("\n") == 1 and done.stdout == ""


def test_a_wrong_option_is_one_line_with_its_place(file: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('surefoot = 1\nstage = [\n  { use = "gpr.dewow", window = 3e-9 },\n]\n')
    done = command("run", wrong, file, "--out", tmp_path / "out")
    assert done.returncode == 4 and "line 3" in done.stderr and "window_s" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_help_states_the_exit_codes() -> None:
    text = command("--help").stdout
    assert "exit codes" in text and all(f"\n  {n}  " in text for n in range(5))
    for name in ("info", "run", "describe", "plot", "simulate", "evaluate", "demo"):
        assert name in text


def test_info_says_what_is_there_and_what_was_assumed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(file)]) == 0
    text = capsys.readouterr().out
    assert "300, every 0.02 m" in text and "128 a trace" in text and "step 0.1 ns" in text
    assert main(["info", str(file), "--json"]) == 0
    scan = json.loads(capsys.readouterr().out)
    line = surefoot.read(file)
    assert (scan["n_traces"], scan["n_samples"]) == (line.n_traces, line.n_samples)
    assert scan["assumptions"] == line.assumptions


def test_describe_prints_every_stage_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe"]) == 0
    text = capsys.readouterr().out
    for stage in surefoot.stages():
        assert stage["name"] in text and stage["summary"] in text
        assert main(["describe", stage["name"]]) == 0
        one = capsys.readouterr().out
        assert all(o["name"] in one and o["sentence"] in one for o in stage["options"])
    assert main(["describe", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["stages"] == surefoot.stages()
    assert main(["describe", "gpr-handheld"]) == 0
    assert capsys.readouterr().out == surefoot.to_text("gpr-handheld")


def test_no_colour_and_no_bar_outside_a_terminal(file: Path, pipeline: Path, tmp_path: Path) -> None:
    done = command("run", pipeline, file, "--out", tmp_path / "out")
    assert "\x1b" not in done.stdout and done.stderr == ""


def test_a_closed_pipe_is_no_failure() -> None:
    text = f"{sys.executable} -m surefoot describe --json | head -c 10; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == ""


def test_run_writes_the_sound_of_a_pipeline_that_has_one(
    file: Path, pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tones = tmp_path / "tones.toml"
    tones.write_text('surefoot = 1\nmodality = "gpr"\nstage = [ { use = "gpr.dewow", window_s = 3e-9 },\n'
                     '  { use = "detect.energy_score" }, { use = "detect.audio" } ]\n')
    out = tmp_path / "tones"
    code = main(["run", str(tones), str(file), "--out", str(out), "--audio"])
    if surefoot.read(file).trace_interval_s == 0:  # nobody knows how long a trace sounds
        assert code == 4 and "trace_interval_s" in capsys.readouterr().err
        assert not (out / "audio.wav").exists()
    else:
        assert code == 0 and (out / "audio.wav").read_bytes()[:4] == b"RIFF"
    assert main(["run", str(pipeline), str(file), "--out", str(out), "--audio"]) == 4
    assert "pitch and level" in capsys.readouterr().err


def test_plot_of_a_file_and_of_a_run(file: Path, pipeline: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    assert main(["run", str(pipeline), str(file), "--out", str(out), "--plot"]) == 0
    assert (out / "radargram.png").stat().st_size > 10_000
    assert main(["plot", str(file), "-o", str(tmp_path / "a.png")]) == 0
    assert main(["plot", str(out), "-o", str(tmp_path / "b.png")]) == 0
    assert (tmp_path / "a.png").read_bytes()[:4] == (tmp_path / "b.png").read_bytes()[:4] == b"\x89PNG"


def test_plot_of_a_run_tells_when_its_input_has_changed(
    file: Path, pipeline: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    assert main(["run", str(pipeline), str(file), "--out", str(out)]) == 0
    np.save(file, np.load(file)[::-1])
    assert main(["plot", str(out), "-o", str(tmp_path / "b.png")]) == 0
    assert "scores differ" in capsys.readouterr().err


def test_simulate_rebuilds_the_lane_bit_for_bit(tmp_path: Path) -> None:
    assert main(["simulate", str(LANE / "scene.toml"), "--out", str(tmp_path)]) == 0
    for name in ("lane.npy", "card.toml", "truth.csv"):
        assert (tmp_path / name).read_bytes() == (LANE / name).read_bytes(), name


def test_demo_shows_alarms_beside_the_truth(tmp_path: Path) -> None:
    done = command("demo", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    truth = surefoot.read_truth(LANE / "truth.csv")
    for target in truth:
        assert target.name.replace("_", " ") in done.stdout
    for word in ("targets found", "missed", "false", "traces/s", "live, the output"):
        assert word in done.stdout
    for name in ("alarms.geojson", "alarms.csv", "run.json", "scores.npy"):
        assert (tmp_path / "out" / name).is_file()
    info = json.loads((tmp_path / "out/run.json").read_text())
    assert info["n_traces"] == len(np.load(tmp_path / "out/scores.npy")) >= 300
    assert surefoot.to_text("gpr-handheld") == info["description"]


def test_demo_as_json_counts_every_target_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path), "--json"]) == 0
    match = json.loads(capsys.readouterr().out)["match"]
    truth = surefoot.read_truth(LANE / "truth.csv")
    assert len(match["targets"]) == len(truth)
    assert match["found"] + match["missed"] == sum(t.kind != "clutter" for t in truth)


def test_demo_tells_what_metal_may_be_and_where_it_cannot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--out", str(tmp_path), "--json"]) == 0
    metal = json.loads(capsys.readouterr().out)["metal"]
    assert (tmp_path / "metal" / "alarms.geojson").is_file()
    assert metal["match"]["found"] >= 3
    identities = metal["identities"]
    assert len(identities) == metal["n_alarms"] > 0
    states = {i["state"] for i in identities.values()}
    assert states <= {"target", "clutter", "unlisted", "cannot_tell"}
    assert states & {"target", "clutter"}, "nothing at all could be told"
    for identity in identities.values():
        assert 0.0 <= identity["target_probability"] <= 1.0
        assert len(identity["guesses"]) == 3
        assert bool(identity["reason"]) == (identity["state"] in ("unlisted", "cannot_tell"))


def test_demo_on_a_file_has_no_truth(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(file), "--out", str(tmp_path / "out")]) == 0
    text = capsys.readouterr().out
    assert "walk.npy: 300 traces of 128 samples" in text and "targets found" not in text
    assert demo.lane_folder() == LANE


def test_what_a_header_leaves_open_can_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = LANE / "lane.npy"
    out = tmp_path / "out"
    assert main(["run", "gpr-handheld", str(lane), "--out", str(out), "--trace-spacing", "0.02"]) == 0
    info = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert info["input"]["read"]["trace_spacing_m"] == 0.02
    capsys.readouterr()
    assert main(["info", str(lane), "--trace-spacing", "0.02", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["trace_spacing_m"] == 0.02
    assert main(["plot", str(out), "-o", str(tmp_path / "again.png")]) == 0
    assert "differ" not in capsys.readouterr().err


def test_a_pipeline_that_looks_for_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in (
        'surefoot = 1\nstage = [{ use = "gpr.dewow" }]\ndetector = { use = "detect.peak_alarm" }\n',
        'surefoot = 1\nstage = [{ use = "detect.nlms" }]\n',
    ):
        (tmp_path / "deaf.toml").write_text(text)
        assert main(["run", str(tmp_path / "deaf.toml"), str(LANE / "lane.npy"), "--out", str(tmp_path / "out")]) == 0
        assert "not searched" in capsys.readouterr().out
        assert json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))["n_alarms"] is None


def test_info_names_the_file_that_is_wrong_and_shows_the_others(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scan = surefoot.scan

    def choosy(path: str, **how: Any) -> dict[str, Any]:
        if path == "wrong.DZT":
            raise surefoot.ConfigError("channel: 7 is not there")
        return scan(path, **how)

    monkeypatch.setattr("surefoot._surefoot.scan", choosy)
    assert main(["info", "wrong.DZT", str(file), "--json"]) == ExitCode.CONFIG
    captured = capsys.readouterr()
    assert "wrong.DZT: channel" in captured.err
    assert json.loads(captured.out)[0]["n_traces"] > 0
