# SPDX-License-Identifier: MIT
"""Write the type stubs of the stage functions:  python3 -m surefoot._stubs FOLDER

Run when the package is built, so that the stubs are those of the registry that was just compiled.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from . import _surefoot
from ._stages import BESIDE, Description, axis_of, docstring

_HEAD = "# Made when the package was built, from the registry of stages.\n"
_IMPORTS = """from collections.abc import Sequence
from typing import Literal, overload

import numpy as np
import numpy.typing as npt

from ._surefoot import Alarm, Line
"""
_ARRAY = "npt.NDArray[np.float32]"


def _annotation(option: Description) -> str:
    if option["words"] is not None:
        return "Literal[" + ", ".join(repr(word) for word in option["words"]) + "]"
    return "Sequence[float]" if option["type"] == "list" else str(option["type"])


def _axis_annotation(default: object) -> str:
    if default is None:
        return "float | None"
    return "Sequence[float]" if default == () else type(default).__name__


def _definition(name: str, parameters: list[str], returns: str, body: str) -> str:
    listed = "".join(f"    {parameter},\n" for parameter in parameters)
    return f"def {name}(\n{listed}) -> {returns}:{body}\n"


def function_stub(stage: Description) -> str:
    """The stub of one stage function: an overload for a Line and one for an array."""
    short = stage["name"].rpartition(".")[2]
    options = [f"{o['name']}: {_annotation(o)} = {o['default']!r}" for o in stage["options"]]
    axis = [f"{name}: {_axis_annotation(default)} = {default!r}" for _, name, default, _ in axis_of(stage)]
    lines = "\n".join(("    " + line).rstrip() for line in docstring(stage).splitlines())
    doc = f'\n    """{lines.lstrip()}\n    """'
    star = ["*"] if options else []
    if stage["kind"] == "detector":
        return _definition(short, ["line: Line", *star, *options], "list[Alarm]", doc)
    return (
        "@overload\n"
        + _definition(short, ["line: Line", *star, *options], "Line", doc)
        + "@overload\n"
        + _definition(short, [f"line: {_ARRAY}", "*", *options, *axis], _ARRAY, " ...")
    )


def write(folder: Path) -> list[Path]:
    """One stub file for each prefix of the registry, and one that names them all."""
    by_prefix: dict[str, list[dict[str, Any]]] = {}
    for stage in _surefoot.stages():
        by_prefix.setdefault(stage["name"].rpartition(".")[0], []).append(stage)
    written = []
    for prefix, stages in by_prefix.items():
        path = folder / f"{prefix}.pyi"
        beside = "".join(f"from ._surefoot import {name} as {name}\n" for name in getattr(BESIDE.get(prefix), "__all__", []))
        path.write_text(_HEAD + _IMPORTS + beside + "\n" + "\n".join(function_stub(stage) for stage in stages))
        written.append(path)
    modules = folder / "_stage_modules.pyi"
    imports = "".join(f"from . import {prefix} as {prefix}\n" for prefix in by_prefix)
    modules.write_text(f"{_HEAD}{imports}\n__all__ = {sorted(by_prefix)!r}\n")
    return [*written, modules]


if __name__ == "__main__":
    write(Path(sys.argv[1]))
