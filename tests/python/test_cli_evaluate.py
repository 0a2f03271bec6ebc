# SPDX-License-Identifier: MIT
"""surefoot evaluate: table, JSON, picture, several runs, comparison, clean errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import surefoot
from surefoot.cli import main

LANE = Path(surefoot.__file__).parent / "datasets/handheld-lane"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "lane"
    assert main(["run", "gpr-handheld", str(LANE / "lane.npy"), "--out", str(out)]) == 0
    return out


def tables(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two runs over two lanes of 10 m, and their truth."""
    (tmp_path / "truth.csv").write_text(
        "line,x_m,depth_m,kind,name,width_m\n"
        "a,1,0.05,mine-AP,PMN,0.1\na,3,0.12,mine-AT,TM-62,0.3\nb,2,0.02,mine-AP,VS-50,0.1\nb,6,0.1,clutter,can,0.1\n"
    )
    (tmp_path / "one.csv").write_text("line,x_m,score\na,1.05,9\na,3.1,7\na,8,5\nb,2,8\nb,6,6\n")
    (tmp_path / "two.csv").write_text("line,x_m,score\na,1.05,9\na,8,8\nb,6,6\n")
    return tmp_path / "one.csv", tmp_path / "two.csv", tmp_path / "truth.csv"


SCANS = ["--scan", "a:0:10", "--scan", "b:0:10"]


def test_a_line_that_left_no_row_was_silent(tmp_path: Path, capsys: Capture) -> None:
    _, _, truth = tables(tmp_path)
    only_a = tmp_path / "only_a.csv"
    only_a.write_text("line,x_m,score\na,1.05,9\n")
    for length in (["--length", "20"], []):
        assert main(["evaluate", str(only_a), str(truth), *length, "--json"]) == 0
        data = json.loads(capsys.readouterr().out)
        assert data["n_targets"] == 3 and data["point"]["detected"] == 1
    only_a.write_text("line,x_m,score\n")
    assert main(["evaluate", str(only_a), str(truth), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_targets"] == 3
    assert main(["evaluate", str(only_a), str(truth), "--scan", "a:0:10", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_targets"] == 2


def test_a_run_is_scored_with_what_it_says_of_itself(run_folder: Path, tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "scored"
    assert main(["evaluate", str(run_folder), str(LANE / "truth.csv"), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    data = json.loads((out / "evaluation.json").read_text())
    run = json.loads((run_folder / "run.json").read_text())
    assert data["n_targets"] == 5 and data["unit"] == "m"
    assert data["latency"]["traces"] == run["latency_traces"] and data["latency"]["metres"] >= 0
    assert f"latency of the score {run['latency_traces']} traces (" in text and "first of three factors" in text
    assert f"Found {data['point']['detected']} of 5 targets" in text
    assert (out / "roc.png").read_bytes()[:4] == b"\x89PNG"
    assert (out / "evaluation.txt").read_text() in text.replace("\n\nwrote", "\nwrote") + "\n"
    # The same as the library says in memory, and as the table alone with the scan said.
    line = surefoot.read(LANE / "lane.npy")
    direct = surefoot.evaluate(surefoot.run("gpr-handheld", line), LANE / "truth.csv")
    assert data["exposure"] == pytest.approx(direct.exposure) and data["point"]["detected"] == direct.as_run.detected
    assert main(["evaluate", str(run_folder / "alarms.geojson"), str(LANE / "truth.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["point"] == data["point"]


def test_several_runs_and_one_against_another(tmp_path: Path, capsys: Capture) -> None:
    one, two, truth = tables(tmp_path)
    assert main(["evaluate", str(one), str(truth), *SCANS, "--compare", str(two), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["n_targets"] == 3 and data["point"]["detected"] == 3 and data["point"]["false_alarms"] == 1
    assert data["n_clutter_alarms"] == 1 and data["zero_miss"]["needed"][2] == {"pd": 0.99, "n": 299}
    [compared] = data["compared"]
    assert [t["name"] for t in compared["only_first"]] == ["TM-62", "VS-50"] and compared["mcnemar_p"] == 0.5
    assert compared["area_difference"]["value"] < 0 and compared["area_difference"]["seed"] == 1
    assert main(["evaluate", str(one), str(truth), *SCANS, "--clutter", "false_alarm", "--rate", "0.2", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["point"]["false_alarms"] == 2 and data["pd_at_far"][0]["far"] == 0.2
    assert [p["lane"] for p in data["leave_one_lane_out"][0]["lanes"]] == ["a", "b"]
    # In two tables, one a lane.
    for name in "ab":
        rows = [row for row in one.read_text().splitlines() if row[0] in (name, "l")]
        (tmp_path / f"{name}.csv").write_text("\n".join(rows) + "\n")
    assert main(["evaluate", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), str(truth), *SCANS]) == 0
    assert "Found 3 of 3 targets" in capsys.readouterr().out


def test_a_folder_of_runs(run_folder: Path, capsys: Capture) -> None:
    assert main(["evaluate", str(run_folder.parent), str(LANE / "truth.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_targets"] == 5


def test_clutter_that_a_second_score_rejects(tmp_path: Path, capsys: Capture) -> None:
    one, _, truth = tables(tmp_path)
    (tmp_path / "metal.csv").write_text("line,x_m,score\na,1,5\na,3,5\na,8,5\nb,2,5\nb,6,5\n")
    assert main(["evaluate", str(one), str(truth), *SCANS, "--metal", str(tmp_path / "metal.csv")]) == 0
    text = capsys.readouterr().out
    assert "Clutter rejection with 100 % of metal-detected targets kept: 2/2 alarms" in text and "with 98 %" in text


def test_zones_and_lanes_that_stayed_silent(tmp_path: Path, capsys: Capture) -> None:
    one, _, truth = tables(tmp_path)
    assert main(["evaluate", str(one), str(truth), *SCANS, "--scan", "blank:0:50", "--ignore", "a:7:9", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["n_ignored_alarms"] == 1 and data["point"]["false_alarms"] == 0
    assert data["exposure"] == pytest.approx(70 - 2 - 0.3 - 0.5 - 0.3 - 0.3)
    assert data["point"]["far_interval"][1] == pytest.approx(3.6889 / data["exposure"], rel=1e-4)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["none.csv", "{}/truth.csv"], 3, "none.csv"),
        (["{}/one.csv", "none.csv"], 3, "none.csv"),
        (["{}/empty", "{}/truth.csv"], 3, "alarms.csv"),
        (["{}/bad.csv", "{}/truth.csv"], 3, "score"),
        (["{}/one.csv", "{}/bad.csv"], 3, "x_m"),
        (["{}/one.csv", "{}/truth.csv", "--halo", "-1"], 4, "halo_m"),
        (["{}/one.csv", "{}/truth.csv", "--scan", "a:0"], 4, "LINE:FROM:TO"),
        (["{}/one.csv", "{}/truth.csv", "--scan", "a:9:1"], 4, "FROM below TO"),
        (["{}/one.csv", "{}/other.csv"], 4, "no line in common"),
        (["{}/one.csv", "{}/truth.csv", "--compare", "{}/two.csv"], 4, "known"),
        (["{}/one.csv"], 2, "TRUTH"),
        (["{}/broken", "{}/truth.csv"], 3, "run.json"),
    ],
)
def test_bad_input_is_one_clean_line(arguments: list[str], code: int, said: str, tmp_path: Path, capsys: Capture) -> None:
    one, _, _ = tables(tmp_path)
    (tmp_path / "bad.csv").write_text("line,depth_m\na,1\n")
    (tmp_path / "other.csv").write_text("line,x_m\nzzz,1\n")
    (tmp_path / "broken").mkdir()
    (tmp_path / "empty").mkdir()
    shutil.copy(one, tmp_path / "broken/alarms.csv")
    (tmp_path / "broken/run.json").write_text("{}")
    assert main(["evaluate", *(a.format(tmp_path) for a in arguments)]) == code
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
    if code != 2:
        assert error.count("\n") == 1
