# SPDX-License-Identifier: MIT
"""surefoot describe: stages, options, units, ranges, defaults, latency; pipelines and formats."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from .. import _stages, _surefoot
from .exit_codes import ExitCode
from .terminal import paint, print_json, say, table


def add_to(commands: Any) -> None:
    parser = commands.add_parser("describe", help="stages, options, units, ranges, defaults, latency")
    parser.add_argument("stage", nargs="?", metavar="STAGE", help="a stage, a detector or a pipeline; nothing: all of them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(do=do)


def do(options: argparse.Namespace) -> ExitCode:
    if options.stage is None:
        return _all(options.json)
    if options.stage in {*_surefoot.builtin_pipelines(), *_surefoot.builtin_dual_pipelines()} or options.stage.endswith(".toml"):
        text = _surefoot.to_text(options.stage)
        if options.json:
            print_json({"name": options.stage, "kind": "pipeline", "description": text})
        else:
            say(text.rstrip())
        return ExitCode.OK
    stage = _stages.describe(options.stage)
    if options.json:
        print_json(stage)
    else:
        _show(stage)
    return ExitCode.OK


def _all(as_json: bool) -> ExitCode:
    stages, pipelines, readers = _surefoot.stages(), _surefoot.builtin_pipelines(), _surefoot.readers()
    fusers, two_sensors = _surefoot.fusers(), _surefoot.builtin_dual_pipelines()
    if as_json:
        print_json({"stages": stages, "fusers": fusers, "pipelines": pipelines, "dual_pipelines": two_sensors, "readers": readers})
        return ExitCode.OK
    for kind, title in (("stage", "Stages"), ("detector", "Detectors")):
        say(paint(title, "bold"))
        say(textwrap.indent(_names([(s["name"], s["summary"]) for s in stages if s["kind"] == kind]), "  "))
        say()
    say(paint("Two sensors", "bold"))
    say(textwrap.indent(_names([(f["name"], f["summary"]) for f in fusers]), "  "))
    say()
    say(paint("Built-in pipelines", "bold"))
    for name in [*pipelines, *two_sensors]:
        say(f"  {name}")
    say()
    say(paint("Formats", "bold"))
    say(textwrap.indent(_names([(r["name"], r["summary"]) for r in readers]), "  "))
    return ExitCode.OK


def _names(rows: list[tuple[str, str]]) -> str:
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"{name.ljust(width)}  {summary}" for name, summary in rows)


def _show(stage: dict[str, Any]) -> None:
    say(f"{paint(stage['name'], 'bold')}  {stage['summary']}")
    if stage["needs_whole_line"]:
        say("Needs the whole line: not for a live stream.")
    elif stage["latency_traces"] is not None:
        say(f"Latency with the defaults: {stage['latency_traces']} traces.")
    say()
    rows = [
        [o["name"], o["type"], _default(o), "" if o["unit"] == "1" else o["unit"], _stages.range_text(o), o["sentence"]]
        for o in stage["options"]
    ]
    say(table(["option", "type", "default", "unit", "range", "meaning"], rows) if rows else "It has no options.")


def _default(option: dict[str, Any]) -> str:
    value = option["default"]
    return f"{value:g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)
