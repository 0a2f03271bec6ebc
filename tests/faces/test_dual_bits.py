# SPDX-License-Identifier: MIT
"""The Python and command line half of dual_bits.py: the same records as C++ and C over the same two lines."""

import csv
import json
import pickle
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import surefoot

sys.path.insert(0, str(Path(__file__).parent))
import dual_bits  # noqa: E402
from test_same_bits import BUILD, alarm_bytes  # noqa: E402

PROGRAMS = [BUILD / "tests/faces/dual_cpp", BUILD / "tests/faces/dual_c"]

Case = tuple[str, bytes, surefoot.Line, surefoot.Line]


@pytest.fixture(scope="module", params=["dual-handheld", "labelled"])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Pipeline, the records that C++ and C agree on, and both lines."""
    missing = [str(p) for p in PROGRAMS if not p.exists()]
    if missing:
        pytest.skip(f"not built: {', '.join(missing)}")
    folder = tmp_path_factory.mktemp("dual")
    pipeline = next(p for p in dual_bits.pipelines(folder) if request.param in p)
    expected = dual_bits.run_cpp_and_c(*PROGRAMS, pipeline, 5, folder)
    return pipeline, expected, surefoot.read(dual_bits.EMI), surefoot.read(dual_bits.GPR)


def order(emi: surefoot.Line, gpr: surefoot.Line) -> list[tuple[bool, int]]:
    """(is the metal detector's, number of the trace) for each push; the metal detector first where times are equal."""
    times = np.concatenate([emi.tags["time_s"], gpr.tags["time_s"]])
    is_gpr = np.concatenate([np.zeros(len(emi)), np.ones(len(gpr))])
    number = np.concatenate([np.arange(len(emi)), np.arange(len(gpr))])
    return [(not is_gpr[i], int(number[i])) for i in np.lexsort((is_gpr, times))]


def test_python_whole(case: Case) -> None:
    pipeline, expected, emi, gpr = case
    run = surefoot.run(pipeline, {"emi": emi, "gpr": gpr})
    assert alarm_bytes(run.alarm_records) == expected
    assert alarm_bytes(surefoot.latest_alarms(run.alarm_records)) == alarm_bytes(run.alarms)
    assert len(run.emi) == len(emi) and len(run.gpr) == len(gpr)


def test_python_push_by_push_and_in_blocks(case: Case) -> None:
    pipeline, expected, emi, gpr = case
    live = surefoot.DualPipeline(pipeline, {"emi": emi.spec, "gpr": gpr.spec})
    turns = order(emi, gpr)
    records, i = [], 0
    while i < len(turns):
        metal, first = turns[i]
        n = 1
        while i + n < len(turns) and turns[i + n][0] == metal:
            n += 1
        line = emi if metal else gpr
        push = live.push_emi if metal else live.push_gpr
        push(line.samples[first : first + n], line.tags[first : first + n])
        records += live.alarms()
        i += n
    live.finish()
    assert alarm_bytes(records + live.alarms()) == expected


def test_python_random_splits(case: Case) -> None:
    """Pulled now and then; the state goes into another pipeline, or through a pickle, which goes on."""
    pipeline, expected, emi, gpr = case
    specs = {"emi": emi.spec, "gpr": gpr.spec}
    live, other = surefoot.DualPipeline(pipeline, specs), surefoot.DualPipeline(pipeline, specs)
    rng = random.Random(20261126)
    for k in range(4):
        live.reset()
        records = []
        for metal, i in order(emi, gpr):
            line = emi if metal else gpr
            (live.push_emi if metal else live.push_gpr)(line.samples[i], line.tag(i))
            if rng.randrange(100) == 0:
                records += live.alarms()
                if rng.randrange(2):
                    other.load_state(live.save_state())
                    live, other = other, live
                else:
                    live = pickle.loads(pickle.dumps(live))
        live.finish()
        assert alarm_bytes(records + live.alarms()) == expected, k


def test_command_line(case: Case, tmp_path: Path) -> None:
    pipeline, expected, emi, gpr = case
    done = subprocess.run(
        [sys.executable, "-m", "surefoot", "run", pipeline, "--emi", str(dual_bits.EMI), "--gpr", str(dual_bits.GPR),
         "--out", str(tmp_path), "--json"],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    info = json.loads(done.stdout)
    run = surefoot.run(pipeline, {"emi": emi, "gpr": gpr})
    assert alarm_bytes(run.alarm_records) == expected
    assert (tmp_path / "alarms.csv").read_text() == surefoot.alarms_to_csv(run.alarms, name="lane", line=gpr)
    assert (tmp_path / "alarm_records.csv").read_text() == surefoot.alarms_to_csv(run.alarm_records, name="lane", line=gpr)
    assert np.load(tmp_path / "emi_scores.npy").tobytes() == run.emi_scores.tobytes()
    assert np.load(tmp_path / "gpr_scores.npy").tobytes() == run.gpr_scores.tobytes()
    assert info == json.loads((tmp_path / "run.json").read_text())
    assert info["n_alarms"] == len(run.alarms) and info["n_records"] == len(run.alarm_records)
    rows = list(csv.DictReader((tmp_path / "alarms.csv").read_text().splitlines()))
    assert {row["sensors"] for row in rows} >= {"emi", "gpr"}


def test_the_command_says_what_two_sensors_need(tmp_path: Path) -> None:
    def code(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-m", "surefoot", *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr + done.stdout

    out = ["--out", str(tmp_path)]
    for wrong in (
        ["run", "dual-handheld", str(dual_bits.GPR), *out],
        ["run", "dual-handheld", "--gpr", str(dual_bits.GPR), *out],
        ["run", "gpr-handheld", "--emi", str(dual_bits.EMI), "--gpr", str(dual_bits.GPR), *out],
        ["run", "gpr-handheld", *out],
    ):
        status, words = code(*wrong)
        assert status == 2 and "sensor" in words, words
    status, words = code("run", "dual-handhold", *out)
    assert status == 4 and "dual-handheld" in words
    status, words = code("describe", "detect.fusion")
    assert status == 0 and "gate_m" in words and "dempster_shafer" in words
    status, words = code("describe", "dual-handheld")
    assert status == 0 and words == surefoot.to_text("dual-handheld").rstrip() + "\n"
    status, words = code("describe")
    assert status == 0 and "dual-vehicle" in words
