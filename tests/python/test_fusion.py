# SPDX-License-Identifier: MIT
"""Evidence of two sensors from Python: rules, calibrations, what the live pipeline refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import surefoot
from surefoot import fusion

ROOT = Path(__file__).resolve().parents[2]


def test_dempsters_rule_gives_the_vectors_of_the_reference() -> None:
    c = fusion.combine((0.6, 0.1), (0.5, 0.2))
    assert c["conflict"] == pytest.approx(0.17, abs=1e-12)
    assert [round(c[k], 4) for k in ("target", "clutter", "open")] == [0.7590, 0.1325, 0.1084]
    assert fusion.discount((0.6, 0.1), 0.5) == (0.3, 0.05)
    with pytest.raises(surefoot.ConfigError):
        fusion.combine((0.6, 0.5), (0.5, 0.2))


def test_a_missing_sensor_is_left_out_and_no_zero() -> None:
    given = {"prior": 0.2, "gpr_slope": 2.0, "gpr_offset": -3.0}
    alone = fusion.weigh(emi_z=9.0, **given)
    silent = fusion.weigh(emi_z=9.0, gpr_z=0.0, **given)
    assert np.isnan(alone["conflict"]) and not np.isnan(silent["conflict"])
    assert silent["log_odds"] == pytest.approx(alone["log_odds"] - 3.0)
    with pytest.raises(surefoot.ConfigError, match="prior"):
        fusion.weigh(prior=0.0)
    with pytest.raises(TypeError, match="gate"):
        fusion.weigh(gates=0.0)


def test_platt_gives_evidence_without_the_share_of_the_examples() -> None:
    rng = np.random.default_rng(7)
    n = 40000
    label = rng.random(n) < 0.1
    u = rng.normal(np.where(label, 2.0, 1.0), 0.5)  # log-likelihood ratio (u - 1.5) / 0.25
    fit = fusion.platt(np.expm1(np.maximum(u, 0)), label)
    assert fit["slope"] == pytest.approx(4.0, rel=0.1)
    assert fit["offset"] == pytest.approx(-6.0, rel=0.1)
    with pytest.raises(surefoot.ConfigError):
        fusion.platt([1.0, 2.0], [True, True])
    counts = fusion.histogram([0.0, 1.0, 10.0, np.nan], [False, True, True, True], [0.5, 2.0])
    assert counts == {"edges": [0.5, 2.0], "target": [0, 1, 1], "clutter": [1, 0, 0]}
    llr = fusion.histogram_llr([0.0, 3.0], counts["edges"], counts["target"], counts["clutter"])
    assert llr == pytest.approx([np.log((1 / 5) / (2 / 4)), np.log((2 / 5) / (1 / 4))])


def test_wrong_input_of_two_sensors_is_told() -> None:
    emi = surefoot.read(ROOT / "datasets" / "metal-lane" / "lane.npy")
    gpr = surefoot.read(ROOT / "datasets" / "handheld-lane" / "lane.npy")
    with pytest.raises(TypeError, match="emi"):
        surefoot.run("dual-handheld", {"emi": emi})
    with pytest.raises(surefoot.ConfigError, match="two sensors"):
        surefoot.run("dual-handheld", gpr)
    with pytest.raises(surefoot.ConfigError, match="dual"):
        surefoot.run("gpr-handheld", {"emi": emi, "gpr": gpr})
    with pytest.raises(surefoot.ConfigError, match="emi"):
        surefoot.run("dual-handheld", {"emi": gpr, "gpr": gpr})
    live = surefoot.DualPipeline("dual-handheld", {"emi": emi.spec, "gpr": gpr.spec})
    with pytest.raises(ValueError, match="samples"):
        live.push_emi(np.zeros(3, np.float32))
    assert live.emi_latency == 0 and live.bytes > 0 and live.lost_alarms == 0
    assert live.emi_output.n_samples == emi.n_samples
    assert surefoot.DualPipeline(live.to_text(), {"emi": emi.spec, "gpr": gpr.spec}).description_hash == live.description_hash


def test_alarms_of_a_run_carry_the_evidence_of_both() -> None:
    emi = surefoot.read(ROOT / "datasets" / "metal-lane" / "lane.npy")
    gpr = surefoot.read(ROOT / "datasets" / "handheld-lane" / "lane.npy")
    calls: list[tuple[int, int]] = []
    run = surefoot.run("dual-handheld", {"emi": emi, "gpr": gpr}, progress=lambda done, of: calls.append((done, of)))
    assert calls[-1] == (len(emi) + len(gpr), len(emi) + len(gpr))
    assert all(0 < a.evidence.probability < 1 and a.active == 0 for a in run.alarms)
    assert all(a.description_hash == run.description_hash for a in run.alarms)
    both = [a for a in run.alarms if np.isfinite(a.emi_z) and np.isfinite(a.gpr_z)]
    assert both and all(0 <= a.conflict <= 1 for a in both)
    with pytest.raises(surefoot.Error, match="stopped"):
        surefoot.run("dual-handheld", {"emi": emi, "gpr": gpr}, progress=lambda done, of: False)
