# SPDX-License-Identifier: MIT
"""bench/cwa: its closed form is that of the simulation, and the height of detection goes as the root of the ball's diameter."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import surefoot

FOLDER = Path(__file__).parents[2] / "bench/cwa"


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


law = module("law")

AT_REST = """
surefoot_scene = 1
modality = "emi"
name = "rest"
[line]
n_traces = 1
[head]
array = "handheld-coaxial"
response = "voltage"
standoff_m = 0.5
[[target]]
name = "ball"
kind = "clutter"
metal = "small"
x_m = 0.0
depth_m = {depth!r}
part = [ {{ across_m = {radius!r}, down_m = {radius!r}, conductivity_s_per_m = {sigma!r}, mu_r = {mu_r!r} }} ]
"""


@pytest.mark.parametrize("name", ["STEEL", "ALUMINIUM"])
@pytest.mark.parametrize("height", [0.05, 0.2, 0.8])
def test_the_simulation_is_the_closed_form(tmp_path: Path, name: str, height: float) -> None:
    material = getattr(law, name)
    scene = AT_REST.format(
        depth=height - 0.5, radius=0.005, sigma=material.conductivity_s_per_m, mu_r=material.mu_r
    )
    (tmp_path / "scene.toml").write_text(scene)
    surefoot.simulate_to_folder(tmp_path / "scene.toml", tmp_path)
    volts = surefoot.read(tmp_path / "rest.npy").samples
    assert np.linalg.norm(volts.astype(np.float64)) == pytest.approx(law.signal(0.01, height, material), rel=1e-6)


def test_heights_go_as_the_root_of_the_diameter() -> None:
    sizes = [0.003 * 1.3**k for k in range(8)]
    faint = law.signal(0.003, 2.0, law.MIRROR)
    exponent, spread = law.exponent(sizes, [law.height_of(d, faint, law.MIRROR) for d in sizes])
    assert exponent == pytest.approx(0.5, abs=0.005)
    assert spread < 0.005
    # Within the head's radius its field hardly falls: there the exponent is larger.
    strong = law.signal(0.003, 0.08, law.MIRROR)
    assert law.exponent(sizes, [law.height_of(d, strong, law.MIRROR) for d in sizes])[0] > 0.6


def test_the_exponent_of_a_known_curve() -> None:
    sizes = [0.002, 0.004, 0.007, 0.011]
    slope, spread = law.exponent(sizes, [3.0 * d**0.7 - 0.5 * d for d in sizes])
    assert slope == pytest.approx(0.7)
    assert spread == pytest.approx(0.0, abs=1e-9)
    assert law.mean_and_deviation([1.0, 2.0, 3.0]) == (2.0, 1.0)
    assert math.isclose(law.field(((0.1, 2.0),), 0.0), 2.0 / 0.2)
