# SPDX-License-Identifier: MIT
"""The benchmark's recipe: the scenes are those of the hash, halos never touch, and every scene is one that can be simulated."""

from __future__ import annotations

import hashlib
import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import surefoot

FOLDER = Path(__file__).resolve().parents[2] / "datasets/benchmark"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "recipe.toml").read_text())


@pytest.fixture(scope="module")
def lanes(recipe: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return load("build").lanes_of(recipe)


def test_scenes_are_the_same_everywhere(lanes: dict[str, dict[str, Any]]) -> None:
    text = "".join(lane["scene"] for lane in lanes.values())
    assert hashlib.sha256(text.encode()).hexdigest() == "b3e7320e76609623ad9366087af206dfa49927f71c1b040f53725bbfd9de5551"


def test_lanes_are_as_the_readme_says(lanes: dict[str, dict[str, Any]], recipe: dict[str, Any]) -> None:
    scenes = {name: tomllib.loads(lane["scene"]) for name, lane in lanes.items()}
    for soil in recipe["soil"]:
        of_soil = [lane for lane in lanes.values() if lane["soil"] == soil["name"]]
        assert [sum(lane["blank"] for lane in of_soil), len(of_soil)] == [2, 7]
    found = [t for scene in scenes.values() for t in scene.get("target", ())]
    mines = [t for t in found if t["kind"].startswith("mine")]
    metal = [t for t in found if t["kind"] == "clutter" and t["metal"] != "none"]
    assert [len(mines), len(metal), len(found)] == [100, 112, 272]
    assert "272: 100 mines" in (FOLDER / "README.md").read_text()


def test_halos_never_touch_and_the_first_metre_is_free(lanes: dict[str, dict[str, Any]]) -> None:
    for name, lane in lanes.items():
        edges = []
        for t in tomllib.loads(lane["scene"]).get("target", ()):
            edges.append((t["x_m"] - t["width_m"] / 2, t["x_m"] + t["width_m"] / 2))
            assert bool(t.get("part")) == (t["metal"] != "none"), name
            assert t["body"], name
        edges.sort()
        for (_, end), (begin, _) in zip(edges, edges[1:]):
            assert begin - end > 0.2, name
        if edges:
            assert edges[0][0] > 1.3 and edges[-1][1] < 9.8


def test_a_lane_is_simulated_as_it_is_described(
    lanes: dict[str, dict[str, Any]], recipe: dict[str, Any], tmp_path: Path
) -> None:
    """One of each soil, with a radar trace a metre: all options are in their ranges, and the truth is the scene's."""
    build = load("build")
    for soil in recipe["soil"]:
        lane = lanes[f"{soil['name']}-1"]
        short = lane["scene"].replace("radar_spacing_m = 0.02", "radar_spacing_m = 1.0")
        short = short.replace("n_samples = 256", "n_samples = 40")
        folder = tmp_path / soil["name"]
        folder.mkdir()
        (folder / "scene.toml").write_text(short)
        build.simulate(str(folder), "key")
        name = f"{soil['name']}-1"
        assert surefoot.read(folder / "gpr" / f"{name}.npy").samples.shape[0] == 10
        assert surefoot.read(folder / "emi" / f"{name}.npy").samples.shape[0] == 1000
        rows = (folder / "truth.csv").read_text().splitlines()
        assert len(rows) - 1 == len(tomllib.loads(lane["scene"])["target"])
        assert (folder / "made.sha256").read_text() == "key\n"
