# SPDX-License-Identifier: MIT
"""Bars of the built-in radar pipelines on the simulated lanes gprmax/dev: area under Pd up to one false alarm a metre.

Counted as in bench/detection: alarms that the pipeline gives at a threshold of 1, halo 0.15 m from the nearest edge, alarms on clutter
false, white noise of -50 dB. The pipelines have no parameter that was fitted to one of these lanes by itself, so each lane is held out.
Nor was the model of detect.echo_shape taught by any of them: src/decisions/0028-echo-shape.md.
"""

from __future__ import annotations

import importlib.util
import os
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(os.environ.get("SUREFOOT_DATA", "/nowhere")) / "gprmax" / "dev"


def detection():
    folder = ROOT / "bench" / "detection"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("detection", folder / "__main__.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules["detection"] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


# Pipeline: least area of all lanes, least area with any one lane left out, latency in traces (-1: the whole line).
BARS = {"gpr-handheld": (0.80, 0.77, 27), "gpr-survey": (0.88, 0.85, -1)}


@pytest.mark.parametrize("pipeline", BARS)
@pytest.mark.parametrize("seed", [11, 12])
def test_partial_area(pipeline: str, seed: int) -> None:
    if not FOLDER.is_dir():
        pytest.skip("SUREFOOT_DATA is not set: gprmax/dev is not at hand")
    bench = detection()
    got, latency = bench.score(bench.text_of(pipeline), bench.dev_lanes(FOLDER, seed))
    area, least, late = BARS[pipeline]
    assert sum(len(t) for t in got.found.values()) == 20
    assert got.area() >= area
    assert min(got.area(n for n in got.metres if n != out) for out in got.metres) >= least
    assert latency == late
