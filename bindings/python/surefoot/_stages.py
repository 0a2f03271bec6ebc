# SPDX-License-Identifier: MIT
"""One Python function for each stage and detector, made from the registry when the package is imported.

Nothing here knows a stage: names, options, defaults, units and sentences come from the library.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sequence
from inspect import Parameter, Signature
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _emi, _surefoot

Description = dict[str, Any]

# Functions that are no stages and stand in the module of a prefix beside them.
BESIDE: dict[str, ModuleType] = {"emi": _emi}

_TYPES: dict[str, Any] = {"float": float, "int": int, "bool": bool, "str": str, "list": Sequence[float]}

# What an array needs to become a line; a Line brings it along: name in Line(), name here, default, what it is.
_AxisDefault = float | str | tuple[float, ...] | None
_AXIS: list[tuple[str, str, _AxisDefault, str]] = [
    ("sample_interval_s", "sample_interval_s", None,
     "s (sweep: Hz, depth: m). For an array only, and then required unless places are listed."),
    ("start_s", "axis_start_s", 0.0, "s (sweep: Hz, depth: m). For an array only: where sample 0 lies."),
    ("kind", "axis_kind", "two_way_time", "For an array only: what a sample is, as in Line(kind=)."),
    ("trace_spacing_m", "trace_spacing_m", 0.0, "m. For an array only: from trace to trace; 0 where unknown."),
    ("trace_interval_s", "trace_interval_s", 0.0, "s. For an array only: from trace to trace; 0 where unknown."),
    ("places", "places", (), "Hz or s. For an array only: tones or edges of gates, instead of equal steps."),
    ("n_channels", "n_channels", 1, "For an array only: stretches of a trace, one a receiver."),
]


def axis_of(stage: Description) -> list[tuple[str, str, _AxisDefault, str]]:
    """The axis parameters of a stage function; one that the stage has an option of the same name for begins with axis_."""
    taken = {option["name"] for option in stage["options"]}
    return [(key, f"axis_{name}" if name in taken else name, default, text) for key, name, default, text in _AXIS]


def describe(name: str) -> Description:
    """The description of one stage, detector or fuser as data; see stages()."""
    everything = [*_surefoot.stages(), *_surefoot.fusers()]
    for stage in everything:
        if stage["name"] == name:
            return stage
    known = ", ".join(stage["name"] for stage in everything)
    raise _surefoot.ConfigError(f"unknown stage '{name}'; known: {known}")


def range_text(option: Description) -> str:
    """What an option may be, in words: "(0, inf) s", "one of threshold, correlation"."""
    if option["words"] is not None:
        return "one of " + ", ".join(option["words"])
    if option["type"] == "bool":
        return "True or False"
    low, high = option["low"], option["high"]
    left = "(" if low is None or option["low_open"] else "["
    right = ")" if high is None or option["high_open"] else "]"
    bounds = f"{left}{'-inf' if low is None else f'{low:g}'}, {'inf' if high is None else f'{high:g}'}{right}"
    return bounds if option["unit"] == "1" else f"{bounds} {option['unit']}"


def docstring(stage: Description) -> str:
    """Sentence, options with type, range, unit, default, latency: the help text of a stage function."""
    lines = [stage["summary"], "", "Options"]
    for option in stage["options"]:
        lines.append(f"    {option['name']}: {option['type']} = {option['default']!r}, {range_text(option)}")
        lines.append(textwrap.indent(textwrap.fill(option["sentence"], 100), " " * 8))
    if not stage["options"]:
        lines.append("    none")
    lines += ["", "Input", "    line: Line, or a float32 array (n_traces, n_samples) in C order"]
    lines += [f"    {name}: {text}" for _, name, _, text in axis_of(stage)]
    lines.append("")
    if stage["kind"] == "detector":
        lines += ["Returns", "    list[Alarm]; the traces must have been scored before, so give it a Line."]
    else:
        lines += ["Returns", "    a Line for a Line, an array for an array."]
        if not stage["one_to_one"]:
            lines.append("    The number of traces may be another than that of the input.")
    if stage["needs_whole_line"]:
        lines.append("    Needs the whole line: not for a live stream.")
    elif stage["latency_traces"] is not None:
        lines.append(f"    Live, with the default options, it lags by {stage['latency_traces']} traces.")
    return "\n".join([*lines, "", f"Raises ConfigError if an option does not fit. In a pipeline: use = \"{stage['name']}\"."])


def signature(stage: Description) -> Signature:
    """The signature of a stage function: the line, then every option by keyword."""
    parameters = [Parameter("line", Parameter.POSITIONAL_OR_KEYWORD, annotation=_surefoot.Line | np.ndarray)]
    for option in stage["options"]:
        parameters.append(
            Parameter(
                option["name"], Parameter.KEYWORD_ONLY, default=option["default"], annotation=_TYPES[option["type"]]
            )
        )
    for _, name, default, _ in axis_of(stage):
        kind: Any = float | None if default is None else Sequence[float] if default == () else type(default)
        parameters.append(Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind))
    returns: Any = list[_surefoot.Alarm] if stage["kind"] == "detector" else _surefoot.Line | np.ndarray
    return Signature(parameters, return_annotation=returns)


def _line_of(line: _surefoot.Line | npt.NDArray[np.float32], axis: dict[str, Any], stage: Description) -> _surefoot.Line:
    name = stage["name"]
    if isinstance(line, _surefoot.Line):
        if axis:
            raise TypeError(f"{name}: {', '.join(axis)} goes with an array; a Line has its own axis")
        return line
    if not isinstance(line, np.ndarray):
        raise TypeError(f"{name} takes a Line or a float32 array (n_traces, n_samples), not {type(line).__name__}")
    keys = {own: key for key, own, _, _ in axis_of(stage)}
    keywords = {keys[own]: value for own, value in axis.items() if value is not None}
    if "sample_interval_s" not in keywords and len(keywords.get("places", ())) == 0:
        raise TypeError(f"{name} needs {next(iter(keys))}= (seconds; a sweep: Hz, depths: m) for an array")
    return _surefoot.Line(line, **keywords)


def _function(stage: Description, module: str) -> Callable[..., Any]:
    name: str = stage["name"]
    axis_names = {own for _, own, _, _ in axis_of(stage)}

    def call(line: _surefoot.Line | npt.NDArray[np.float32], **given: Any) -> Any:
        axis = {key: given.pop(key) for key in axis_names & given.keys()}
        whole = _line_of(line, axis, stage)
        run = _surefoot.run_one(name, given, whole)
        if stage["kind"] == "detector":
            return run.alarms
        return run.traces if isinstance(line, _surefoot.Line) else run.traces.samples

    call.__name__ = call.__qualname__ = name.rpartition(".")[2]
    call.__module__ = module
    call.__doc__ = docstring(stage)
    call.__signature__ = signature(stage)  # type: ignore[attr-defined]
    return call


def install(package: str) -> dict[str, ModuleType]:
    """Make a module for each prefix of the registry's names, with one function for each stage."""
    modules: dict[str, ModuleType] = {}
    for stage in _surefoot.stages():
        prefix, _, short = stage["name"].rpartition(".")
        if prefix not in modules:
            full = f"{package}.{prefix}"
            modules[prefix] = ModuleType(full, f"The {prefix} stages of surefoot as functions on a Line or an array.")
            modules[prefix].__all__ = []  # type: ignore[attr-defined]
            sys.modules[full] = modules[prefix]
        module = modules[prefix]
        setattr(module, short, _function(stage, module.__name__))
        module.__all__.append(short)
    for prefix, beside in BESIDE.items():
        for name in beside.__all__:
            setattr(modules[prefix], name, getattr(beside, name))
        modules[prefix].__all__ += beside.__all__
        modules[prefix].__doc__ = f"{modules[prefix].__doc__}\n\n{beside.__doc__}"
    return modules
