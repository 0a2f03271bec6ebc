# SPDX-License-Identifier: MIT
"""The scorer from Python: arguments, results, and the curve against scikit-learn's."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import surefoot
from surefoot import evaluation
from surefoot.evaluation import LaneScores, ScoredLine, clopper_pearson, mcnemar, poisson_rate, wilson, zero_miss_sample_size

LANE = Path(surefoot.__file__).parent / "datasets/handheld-lane"
TABLE = "line,x_m,score\n"


def alarms_of(tmp_path: Path, rows: list[tuple[str, float, float]]) -> Path:
    path = tmp_path / "alarms.csv"
    path.write_text(TABLE + "".join(f"{line},{x},{score}\n" for line, x, score in rows))
    return path


def target(x_m: float, line: str = "lane", **more: object) -> surefoot.Target:
    return surefoot.Target(**{"line": line, "x_m": x_m, "width_m": 0.1, "kind": "mine-AP", "name": "t"} | more)  # type: ignore[arg-type]


def test_a_run_says_where_it_scanned() -> None:
    line = surefoot.read(LANE / "lane.npy")
    run = surefoot.run("gpr-handheld", line)
    truth = surefoot.read_truth(LANE / "truth.csv")
    result = surefoot.evaluate(run, LANE / "truth.csv")
    assert result.n_targets == sum(t.kind != "clutter" for t in truth) == len([o for o in result.outcomes if not o.clutter])
    assert result.unit == "m"
    length = float(line.distance_m[-1] - line.distance_m[0])
    assert result.exposure == pytest.approx(length - sum(t.width_m + 0.2 for t in truth), abs=1e-9)
    assert result.as_run.detected == sum(not o.clutter and o.alarm is not None for o in result.outcomes)
    assert result.as_run.pd_interval == clopper_pearson(result.as_run.detected, result.n_targets)
    for outcome in result.outcomes:
        if outcome.alarm is not None:
            assert outcome.offset_m == pytest.approx(outcome.alarm.distance_m - outcome.target.x_m)
            assert abs(outcome.offset_m) <= outcome.target.width_m / 2 + 0.1 + 1e-9
    # The same from what the run leaves in its folder, with the scan said.
    again = surefoot.evaluate(run.alarms, truth, scan=line)
    assert np.array_equal(again.roc["pd"], result.roc["pd"]) and again.exposure == result.exposure
    assert surefoot.evaluate(run.alarms, truth, area_m2=12.0, scan=line).unit == "m2"


def test_many_lines_from_a_file(tmp_path: Path) -> None:
    path = alarms_of(tmp_path, [("a", 1.0, 9.0), ("a", 5.0, 3.0), ("b", 2.0, 4.0)])
    truth = [target(1.02, "a"), target(2.0, "b"), target(7.0, "b", kind="clutter"), target(1.0, "c")]
    result = surefoot.evaluate(path, truth, length_m={"a": 10.0, "b": 10.0}, lanes={"a": "north"})
    assert result.n_targets == 2 and result.as_run.detected == 2 and result.as_run.false_alarms == 1
    assert [o.coverage for o in result.outcomes] == ["covered", "covered", "covered", "uncovered"]
    assert result.lanes == pytest.approx({"north": 9.7, "b": 9.4})
    assert any("not scanned" in note for note in result.notes)
    assert result.at_far(0.0).threshold == 4.0 and result.partial_area(1.0) == 1.0
    assert result.at_pd(1.0) is not None
    held = result.hold_out(far=0.0)
    assert [p["name"] for p in held["parts"]] == ["north", "b"]
    # Trained on b alone nothing was false, so all is sounded on a; trained on a the threshold lies just above its false alarm.
    assert held["parts"][0]["test"].false_alarms == 1 and held["parts"][0]["training"].threshold == -math.inf
    assert 3.0 < held["parts"][1]["training"].threshold < 3.0001 and held["achieved"].detected == 2


def test_a_line_that_left_no_row_in_a_table_was_silent(tmp_path: Path) -> None:
    truth = [target(1.0, "a"), target(2.0, "b"), target(3.0, "c")]
    result = surefoot.evaluate(alarms_of(tmp_path, [("a", 1.0, 9.0)]), truth)
    assert result.n_targets == 3 and result.as_run.detected == 1
    assert [o.coverage for o in result.outcomes] == ["covered"] * 3
    nothing = surefoot.evaluate(alarms_of(tmp_path, []), truth[:1])
    assert nothing.n_targets == 1 and nothing.as_run.pd == 0.0
    with pytest.raises(surefoot.ConfigError, match="no line in common"):
        surefoot.evaluate(alarms_of(tmp_path, [("other", 1.0, 9.0)]), truth)
    said = surefoot.evaluate(alarms_of(tmp_path, [("a", 1.0, 9.0)]), truth, scan={"a": (0.0, 5.0), "b": (0.0, 5.0)})
    assert [o.coverage for o in said.outcomes] == ["covered", "covered", "uncovered"] and said.as_run.pd == 0.5


def test_clutter_halos_and_zones(tmp_path: Path) -> None:
    truth = [target(1.0), target(3.0, kind="clutter"), target(9.5)]
    path = alarms_of(tmp_path, [("lane", 1.1, 5.0), ("lane", 3.0, 9.0), ("lane", 6.0, 4.0)])
    own = surefoot.evaluate(path, truth, scan=(0.0, 9.0))
    assert own.as_run.false_alarms == 1 and len(own.clutter_alarms) == 1
    assert own.outcomes[2].coverage == "uncovered"
    dug = surefoot.evaluate(path, truth, scan=(0.0, 9.0), clutter="false_alarm")
    assert dug.as_run.false_alarms == 2 and dug.partial_area(0.1) == 0.0
    zoned = surefoot.evaluate(path, truth, scan=(0.0, 9.0), ignored={"lane": [(5.5, 6.5)]})
    assert zoned.as_run.false_alarms == 0 and [a.score for a in zoned.ignored_alarms] == [4.0]
    assert own.exposure - zoned.exposure == pytest.approx(1.0)
    sweep = own.halo_sweep()
    assert [p["halo_m"] for p in sweep] == pytest.approx(np.arange(0.05, 0.51, 0.05))
    assert [p["point"].detected for p in sweep][:2] == [1, 1] and sweep[-1]["point"].false_alarms == 1
    names = {(s["by"], s["name"]): (s["n"], s["detected"]) for s in own.strata()}
    assert names["class", "AP"] == (1, 1) and names["depth", "0-5 cm"] == (1, 1) and names["clutter", "not said"] == (1, 1)


def test_on_the_ground() -> None:
    line = ScoredLine("lane", [], paths=[[(0.0, 0.0), (10.0, 0.0)]])
    truth = [target(1.0, y_m=0.0), target(2.0, y_m=3.0)]
    result = surefoot.evaluate([line], truth, footprint_m=1.0)
    assert result.unit == "m2" and [o.coverage for o in result.outcomes] == ["covered", "uncovered"]
    assert result.exposure == pytest.approx(10 + math.pi / 4 - math.pi * 0.15**2, abs=1e-3)
    assert surefoot.evaluate([line], truth, area_m2=30.0).exposure == pytest.approx(30 - 2 * math.pi * 0.15**2, abs=1e-3)


def test_the_curve_is_that_of_scikit_learn(tmp_path: Path) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(7)
    on = rng.integers(2, 30, 40) / 2
    off = rng.integers(0, 20, 60) / 2
    rows = [("lane", 2.0 * i, s) for i, s in enumerate(on)] + [("lane", 1000 + i, s) for i, s in enumerate(off)]
    truth = [target(2.0 * i) for i in range(40)]
    result = surefoot.evaluate(alarms_of(tmp_path, rows), truth, scan=(-1.0, 2000.0))
    fpr, tpr, thresholds = metrics.roc_curve(np.r_[np.ones(40), np.zeros(60)], np.r_[on, off], drop_intermediate=False)
    assert np.array_equal(result.roc["threshold"], thresholds)
    assert result.roc["pd"] == pytest.approx(tpr) and result.roc["false_alarms"] / 60 == pytest.approx(fpr)
    assert result.roc["far"] * result.exposure == pytest.approx(fpr * 60)
    # With ties the area under steps lies below that with straight pieces by half of the tied pairs.
    area = result.partial_area(60 / result.exposure)
    tied = sum(int((off == s).sum()) for s in on) / (40 * 60)
    assert area == pytest.approx(metrics.roc_auc_score(np.r_[np.ones(40), np.zeros(60)], np.r_[on, off]) - tied / 2)


def test_lanes_by_their_scores_alone() -> None:
    """Four targets, 2 m, so up to two false alarms count: areas under steps by hand."""
    lanes = [LaneScores([5.0, 3.0], [4.0], 1.0), LaneScores([1.5, -math.inf], [2.0, 1.0], 1.0)]
    # Pd is 1/4 up to the first false alarm, 1/2 from there to the second, and 3/4 only beyond: (1/4 + 1/2) / 2.
    assert evaluation.partial_area(lanes, 1.0) == pytest.approx(0.375)
    assert evaluation.partial_area(lanes[:1], 1.0) == pytest.approx(0.5)
    assert math.isnan(evaluation.partial_area([LaneScores([], [1.0], 1.0)], 1.0))
    assert [evaluation.at_far(lanes, far).pd for far in (0.4, 0.5, 1.0)] == [0.25, 0.5, 0.75]
    held = evaluation.hold_out(lanes, 1.0)
    # Without a one of 2, 1 may be sounded; without b 4 may, so everything.
    assert held["parts"][0]["training"].threshold == pytest.approx(1.0) and held["parts"][0]["training"].threshold > 1.0
    assert held["parts"][1]["training"].threshold == -math.inf
    assert (held["achieved"].detected, held["achieved"].false_alarms, held["n_targets"]) == (3, 3, 4)
    drawn = evaluation.bootstrap_partial_area(lanes, 1.0, draws=200)
    assert drawn["value"] == pytest.approx(0.375) and drawn["interval"][0] < 0.375 < drawn["interval"][1]
    with pytest.raises(surefoot.ConfigError):
        evaluation.hold_out(lanes)
    with pytest.raises(surefoot.ConfigError):
        evaluation.hold_out(lanes, 1.0, groups=["one"])


def test_an_evaluation_gives_the_scores_of_its_lanes() -> None:
    truth = [surefoot.Target(line="a", x_m=1.0, kind="mine-AP", name="m")]
    e = surefoot.evaluate([ScoredLine("a", [], along=[(0.0, 5.0)])], truth)
    (scores,) = e.lane_scores.values()
    assert scores.targets == [-math.inf] and scores.false_alarms == [] and scores.exposure == pytest.approx(e.exposure)


def test_intervals_of_the_protocol() -> None:
    assert clopper_pearson(28, 30) == pytest.approx((0.7793, 0.9918), abs=5.1e-5)
    assert wilson(95, 100) == pytest.approx((0.8882, 0.9785), abs=5.1e-5)
    assert poisson_rate(20, 100.0) == pytest.approx((0.1222, 0.3089), abs=5.1e-5)
    assert zero_miss_sample_size(0.996) == 748
    assert mcnemar(0, 6) == pytest.approx(2 / 64)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"halo_m": -0.1}, surefoot.ConfigError, "halo_m"),
        ({"halo": 0.1}, (surefoot.ConfigError, TypeError), "halo"),
        ({"clutter": "none"}, surefoot.ConfigError, "own_class"),
        ({"confidence": 1.0}, surefoot.ConfigError, "confidence"),
        ({"truth": [target(1.0, "x"), target(1.0, "y")]}, surefoot.ConfigError, "2 lines"),
        ({"truth": "none.csv"}, surefoot.DataError, "none.csv"),
        ({"alarms": [1, 2]}, TypeError, "alarms must be"),
        ({"alarms": {"other": []}}, surefoot.ConfigError, "no line in common"),
    ],
)
def test_what_cannot_be(change: dict[str, object], error: type[Exception], said: str) -> None:
    arguments: dict[str, object] = {"alarms": [], "truth": [target(1.0)]} | change
    with pytest.raises(error, match=said):
        surefoot.evaluate(**arguments)  # type: ignore[arg-type]


def test_the_lanes_of_gprmax_read(recorded: Path) -> None:
    truth = [t for i in range(1, 9) for t in surefoot.read_truth(recorded / f"gprmax/dev/lane_0{i}.json")]
    assert len(truth) == 34 and sum(t.kind != "clutter" for t in truth) == 20
    assert truth[0].id == "lane_01_t1" and truth[0].line == "lane_01" and truth[0].width_m > 0
    table = surefoot.read_truth(recorded / "gprmax/dev/truth.csv")
    assert [(t.line, t.name) for t in table] == [(t.line, t.name) for t in truth]
