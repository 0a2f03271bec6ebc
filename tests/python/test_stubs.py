# SPDX-License-Identifier: MIT
"""The stubs say what the module has; a type checker agrees with the documented use."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import surefoot
from surefoot import _stubs, _surefoot

PACKAGE = Path(surefoot.__file__).parent


def names_of(tree: ast.Module | ast.ClassDef) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {t.id for t in node.targets if isinstance(t, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def public(thing: object) -> set[str]:
    return {name for name in vars(thing) if not name.startswith("_")}


STUB = ast.parse((PACKAGE / "_surefoot.pyi").read_text())


def test_the_stub_has_every_name_of_the_module_and_no_other() -> None:
    assert names_of(STUB) == public(_surefoot)


@pytest.mark.parametrize("node", [n for n in STUB.body if isinstance(n, ast.ClassDef)], ids=lambda n: n.name)
def test_the_stub_has_every_member_of_a_class(node: ast.ClassDef) -> None:
    thing = getattr(_surefoot, node.name)
    if node.name in ("Quality", "Sensors"):
        zero = {"Quality": "good", "Sensors": "none"}[node.name]
        assert {q.name: q.value for q in thing} | {zero: 0} == {
            a.targets[0].id: ast.literal_eval(a.value)  # type: ignore[attr-defined]
            for a in node.body
            if isinstance(a, ast.Assign)
        }
    elif issubclass(thing, Exception):
        assert names_of(node) <= {"path", "file", "offset"}  # set on the instance
    else:
        assert names_of(node) == public(thing)


def test_the_generated_stubs_are_those_of_the_registry(tmp_path: Path) -> None:
    written = _stubs.write(tmp_path)
    assert {p.name for p in written} == {f"{s['name'].rpartition('.')[0]}.pyi" for s in surefoot.stages()} | {
        "_stage_modules.pyi"
    }
    for path in written:
        ast.parse(path.read_text())
        assert path.read_text() == (PACKAGE / path.name).read_text(), "the installed stub is stale"
    assert (PACKAGE / "py.typed").exists()


EXAMPLE = '''
from pathlib import Path

import numpy as np
import surefoot

line: surefoot.Line = surefoot.read(Path("lane.DZT"), channel=0)
flat: surefoot.Line = surefoot.gpr.dewow(line, window_s=3e-9)
array = surefoot.gpr.dewow(line.samples, window_s=3e-9, sample_interval_s=1e-10)
mean: np.floating = array.mean(dtype=np.float64)
run = surefoot.run("gpr-handheld", flat, progress=lambda done, total: True)
for alarm in run.alarms:
    print(alarm.distance_m + 1.0, alarm.as_dict()["quality"], surefoot.Quality.saturated in alarm.quality)
live = surefoot.Pipeline("gpr-handheld", line.spec)
live.push(line.samples[0], surefoot.Tag(0, distance_m=0.0))
result = live.pull()
if result is not None:
    print(result.score, result.tag.index)
state: bytes = live.save_state()
surefoot.plot.radargram(line, alarms=run.alarms)
'''


@pytest.mark.skipif(importlib.util.find_spec("mypy") is None, reason="mypy is not installed")
def test_a_type_checker_takes_the_example_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(EXAMPLE)
    (tmp_path / "bad.py").write_text(EXAMPLE.replace("window_s=3e-9)", 'window_s="long")', 1))
    # An installed package is found by itself; one in a build tree has to be pointed at.
    where = {} if "site-packages" in PACKAGE.parts else {"MYPYPATH": str(PACKAGE.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "good.py", "bad.py"],
        capture_output=True, text=True, cwd=tmp_path, check=False, env={**os.environ, **where},
    )
    found = [text for text in done.stdout.splitlines() if " error: " in text]
    assert found and all(text.startswith("bad.py:8:") for text in found), done.stdout + done.stderr
    assert any("dewow" in text for text in found)
