# SPDX-License-Identifier: MIT
"""One function for each stage of the registry, with signature, help and the bits of the pipeline."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest

import surefoot

STAGES = surefoot.stages()
BY_NAME = {stage["name"]: stage for stage in STAGES}

# What a stage may be for; each is tried on these in turn.
TONES = tuple(1e3 * 1.52**k for k in range(12))
EDGES = tuple(1e-5 * 1.26**k for k in range(17))
AXES: list[dict[str, Any]] = [
    {"kind": "two_way_time", "sample_interval_s": 1e-10},
    {"kind": "sweep", "sample_interval_s": 1e7},
    {"kind": "sweep", "places": TONES, "n_channels": 2},
    {"kind": "gates", "places": EDGES, "n_channels": 2},
    {"kind": "sample_time", "sample_interval_s": 5e-6, "n_channels": 2},
    {"kind": "gate_time", "sample_interval_s": 2e-6},
    {"kind": "channel", "sample_interval_s": 1.0},
]


def first_that_fits(name: str, samples: np.ndarray) -> tuple[surefoot.Line, dict[str, Any]]:
    """A line that the stage takes with its default options."""
    head = name.partition(".")[0]
    told = []
    for axis in AXES:
        n = {"gates": 2 * (len(EDGES) - 1), "sweep": 4 * len(TONES)}.get(axis["kind"] if "places" in axis else "", 128)
        line = surefoot.Line(np.ascontiguousarray(samples[:, :n]), trace_spacing_m=0.02, trace_interval_s=0.01, **axis)
        modality = "" if head == "detect" else f'modality = "{head}"\n'
        try:
            surefoot.Pipeline(f'surefoot = 1\n{modality}stage = [{{ use = "{name}" }}]', line.spec)
        except surefoot.ConfigError as error:
            told.append(str(error))
        else:
            return line, axis
    raise AssertionError(f"{name} takes none of these lines: {told}")


def function(name: str) -> Any:
    prefix, _, short = name.rpartition(".")
    return getattr(getattr(surefoot, prefix), short)


def test_the_registry_is_not_empty() -> None:
    assert {"gpr.dewow", "detect.nlms", "detect.peak_alarm"} <= BY_NAME.keys()


@pytest.mark.parametrize("name", BY_NAME)
def test_signature_and_help_tell_every_option(name: str) -> None:
    call, stage = function(name), BY_NAME[name]
    signature = inspect.signature(call)
    doc = inspect.getdoc(call) or ""
    assert doc.startswith(stage["summary"])
    for option in stage["options"]:
        parameter = signature.parameters[option["name"]]
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert parameter.default == option["default"]
        assert option["name"] in doc and option["sentence"].split()[0] in doc
        if option["unit"] != "1":
            assert f" {option['unit']}\n" in doc
    assert call.__name__ == name.rpartition(".")[2] and call.__module__ == f"surefoot.{name.rpartition('.')[0]}"


@pytest.mark.parametrize("name", BY_NAME)
def test_every_option_has_unit_range_and_sentence(name: str) -> None:
    for option in BY_NAME[name]["options"]:
        assert option["sentence"].endswith(".") and len(option["sentence"]) > 10
        assert option["unit"] and option["type"] in {"float", "int", "bool", "str", "list"}
        assert (option["words"] is not None) == (option["type"] == "str")


def test_the_registry_is_json() -> None:
    assert json.loads(json.dumps(STAGES, allow_nan=False)) == STAGES
    assert surefoot.describe("gpr.dewow") == BY_NAME["gpr.dewow"]
    with pytest.raises(surefoot.ConfigError, match="gpr.dewow"):
        surefoot.describe("gpr.nothing")


@pytest.mark.parametrize("name", [n for n, s in BY_NAME.items() if s["kind"] == "stage"])
def test_a_stage_function_gives_the_bits_of_the_pipeline(name: str, line: surefoot.Line) -> None:
    line, axis = first_that_fits(name, line.samples)
    head = name.partition(".")[0]
    modality = "" if head == "detect" else f'modality = "{head}"\n'
    expected = surefoot.run(f'surefoot = 1\n{modality}stage = [{{ use = "{name}" }}]', line).traces
    out = function(name)(line)
    assert isinstance(out, surefoot.Line)
    assert out.samples.tobytes() == expected.samples.tobytes() and out.tags.tobytes() == expected.tags.tobytes()
    # An option of the same name keeps it; that of the array then begins with axis_.
    own = {option["name"] for option in BY_NAME[name]["options"]}
    axis = {"axis_kind" if key == "kind" else f"axis_{key}" if key in own else key: value for key, value in axis.items()}
    array = function(name)(line.samples, trace_spacing_m=0.02, trace_interval_s=0.01, **axis)
    assert isinstance(array, np.ndarray) and array.tobytes() == expected.samples.tobytes()


def test_dewow_is_its_formula(line: surefoot.Line) -> None:
    out = surefoot.gpr.dewow(line, window_s=1e-9).samples
    x, h = line.samples[17].astype(float), 5
    expected = [x[i] - x[max(0, i - h) : min(128, i + h + 1)].mean() for i in range(128)]
    assert np.allclose(out[17], expected, rtol=0, atol=2e-6 * np.abs(x).max())


def test_a_detector_function_gives_alarms(line: surefoot.Line) -> None:
    alarms = surefoot.detect.peak_alarm(surefoot.detect.energy_score(surefoot.gpr.dewow(line)), threshold=6.0)
    assert [type(a) for a in alarms] == [surefoot.Alarm] * len(alarms) and len(alarms) >= 1
    json.dumps([a.as_dict() for a in alarms], allow_nan=False)


def test_wrong_options_are_refused_by_name(line: surefoot.Line) -> None:
    with pytest.raises(TypeError, match="no option 'windw_s'.*window_s"):
        surefoot.gpr.dewow(line, windw_s=1e-9)
    with pytest.raises(TypeError, match="window_s must be a number"):
        surefoot.gpr.dewow(line, window_s="long")
    with pytest.raises(TypeError, match="window_s must be a number"):
        surefoot.gpr.dewow(line, window_s=True)
    with pytest.raises(TypeError, match="order must be a whole number"):
        surefoot.detect.nlms(line, order=2.5)
    with pytest.raises(surefoot.ConfigError, match="window_s"):
        surefoot.gpr.dewow(line, window_s=0.0)
    with pytest.raises(surefoot.ConfigError, match="known: trace"):
        surefoot.detect.nlms(line, emit="everything")
    assert surefoot.detect.nlms(line, order=np.int64(4), step=np.float32(0.1)).n_traces == 300


def test_an_array_needs_its_axis_and_a_line_brings_it(line: surefoot.Line) -> None:
    with pytest.raises(TypeError, match="sample_interval_s"):
        surefoot.gpr.dewow(line.samples)
    with pytest.raises(TypeError, match="own axis"):
        surefoot.gpr.dewow(line, sample_interval_s=1e-10)
    with pytest.raises(TypeError, match="Line or a float32 array"):
        surefoot.gpr.dewow([[1.0, 2.0]])
    with pytest.raises(TypeError, match="astype"):
        surefoot.gpr.dewow(line.samples.astype(float), sample_interval_s=1e-10)
    assert surefoot.gpr.dewow(line.samples, sample_interval_s=1e-10, axis_start_s=-2e-9).shape == (300, 128)


def test_modules_can_be_imported_by_name() -> None:
    import surefoot.gpr as gpr

    assert "dewow" in gpr.__all__ and gpr.dewow is surefoot.gpr.dewow
