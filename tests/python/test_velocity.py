# SPDX-License-Identifier: MIT
"""Velocity from Python: the same numbers as NumPy's formulas, errors as ConfigError."""

from __future__ import annotations

import numpy as np
import pytest

import surefoot
from surefoot import velocity

C = 299792458.0


def test_soils_take_numbers_and_arrays() -> None:
    water = np.array([0.05, 0.2, 0.4])
    assert velocity.topp_permittivity(water) == pytest.approx(3.03 + 9.3 * water + 146 * water**2 - 76.7 * water**3)
    assert velocity.topp_water_content(10.0) == pytest.approx(0.1883)
    assert np.isnan(velocity.topp_permittivity(1.5))
    assert velocity.crim_permittivity(0.1, 0.4, 4.0, 81.0) == pytest.approx(2.4**2)
    assert velocity.crim_water_content(2.4**2, 0.4, 4.0, 81.0) == pytest.approx(0.1)
    assert velocity.velocity_of_permittivity(9.0) == pytest.approx(C / 3)
    assert velocity.permittivity_of_velocity(C / 3) == pytest.approx(9.0)
    assert velocity.velocity_of_soil(9.0, 0.0, 1e9) == pytest.approx(C / 3)
    assert velocity.attenuation_of_soil(9.0, 0.01, 1e9) == pytest.approx(0.01 * 376.730313 / 6, rel=1e-3)
    assert velocity.water_permittivity(20.0) == pytest.approx(80.10, abs=0.01)


def test_depth_and_time_are_inverse() -> None:
    depth = np.array([0.05, 0.2, 1.0])
    t = velocity.time_of_depth(depth, 1e8, 0.6)
    assert t == pytest.approx(np.sqrt(4 * depth**2 + 0.36) / 1e8)
    assert velocity.depth_of_time(t, 1e8, 0.6) == pytest.approx(depth)
    above = velocity.time_of_depth(depth, 1e8, 0.6, 0.3)
    assert velocity.depth_of_time(above, 1e8, 0.6, 0.3) == pytest.approx(depth)


def test_a_hyperbola_is_fitted_with_its_errors() -> None:
    x = np.linspace(-0.6, 0.8, 40)
    t = (np.hypot(x - 0.1 - 0.05, 0.3) + np.hypot(x - 0.1 + 0.05, 0.3)) / 0.9e8
    noise = np.random.default_rng(1).normal(0.0, 2e-11, x.size)
    fit = velocity.fit_hyperbola(x, t + noise, sigma_s=np.full(x.size, 2e-11), antenna_offset_m=0.1)
    assert abs(fit.x_m - 0.1) < 4 * fit.x_error_m < 0.01
    assert abs(fit.depth_m - 0.3) < 4 * fit.depth_error_m < 0.02
    assert abs(fit.velocity_m_per_s - 0.9e8) < 4 * fit.velocity_error_m_per_s < 4e6
    assert fit.covariance.shape == (4, 4) and np.allclose(fit.covariance, fit.covariance.T)
    assert fit.depth_error_m == pytest.approx(np.sqrt(fit.covariance[1, 1]))
    assert fit.degrees_of_freedom == 37 and 10 < fit.chi_square < 80
    assert "depth_m" in repr(fit)
    lists = velocity.fit_hyperbola(x.tolist(), t.tolist(), antenna_offset_m=0.1)
    assert lists.depth_m == pytest.approx(0.3)


def test_picks_without_an_answer_are_refused() -> None:
    with pytest.raises(surefoot.ConfigError, match="at least as many picks"):
        velocity.fit_hyperbola([0.0, 1.0], [1e-9, 2e-9])
    x = np.linspace(-1, 1, 21)
    with pytest.raises(surefoot.ConfigError, match="speed of light") as caught:
        velocity.fit_hyperbola(x, 2 * np.hypot(x, 0.5) / 4e8)
    assert caught.value.path == "velocity_m_per_s"
    with pytest.raises(surefoot.ConfigError):
        velocity.fit_hyperbola(x, 2 * np.hypot(x, 0.5) / 1e8, antenna_offset_m=-1.0)


def test_layers_by_dix() -> None:
    t = np.array([10e-9, 25e-9])
    v = np.array([0.12e9, 0.11e9])
    layers = velocity.dix(t, v, velocity_sigma_m_per_s=[1e6, 1e6])
    interval = np.sqrt((v[1] ** 2 * t[1] - v[0] ** 2 * t[0]) / (t[1] - t[0]))
    assert layers["velocity_m_per_s"] == pytest.approx([0.12e9, interval])
    assert layers["depth_m"] == pytest.approx([0.6, 0.6 + interval * 7.5e-9])
    assert (layers["depth_sigma_m"] > 0).all()
    with pytest.raises(surefoot.ConfigError, match="falls faster"):
        velocity.dix([10e-9, 11e-9], [0.12e9, 0.1e9])
    with pytest.raises(surefoot.ConfigError, match="one value for each time"):
        velocity.dix(t, v[:1])


def test_semblance_of_noise() -> None:
    assert velocity.semblance_threshold([1e-2, 1e-3], 11, 9.0) == pytest.approx([0.2070, 0.2581], abs=1e-4)
    assert velocity.semblance_chance(0.2581, 11, 9.0) == pytest.approx(1e-3, rel=1e-2)


def test_a_scan_finds_the_velocity_of_a_gather() -> None:
    t = 0.4e-9 * np.arange(200)
    offset = 0.5 + 0.1 * np.arange(25)
    a = (np.pi * 200e6 * (t - np.sqrt(30e-9**2 + (offset[:, None] / 0.1e9) ** 2))) ** 2
    gather = surefoot.Line(((1 - 2 * a) * np.exp(-a)).astype(np.float32), sample_interval_s=0.4e-9, trace_spacing_m=0.1)
    panel = surefoot.gpr.velocity_scan(gather, first_offset_m=0.5, n_velocities=61)
    assert panel.n_traces == 61
    best = np.argmax(panel.samples[:, 75])  # at 30 ns
    assert np.linspace(0.05e9, 0.2e9, 61)[best] == pytest.approx(0.1e9, rel=0.03)
    assert panel.samples[best, 75] > 0.97
    flat = surefoot.gpr.nmo(gather, velocity_m_per_s=0.1e9, first_offset_m=0.5, max_stretch=2.0)
    assert np.abs(np.argmax(flat.samples, axis=1) - 75).max() <= 1
    deep = surefoot.gpr.depth(gather, velocity_m_per_s=0.1e9)
    assert deep.axis.kind == "depth" and deep.axis.step == pytest.approx(0.02)


def test_hyperbolas_are_found_in_a_line() -> None:
    x = 0.02 * np.arange(120)
    t = 0.05e-9 * np.arange(300)
    samples = np.random.default_rng(3).normal(0, 0.05, (x.size, t.size))
    truth = [(0.7, 0.2, 0.1e9), (1.7, 0.25, 0.12e9)]
    for place, depth, v in truth:
        a = (np.pi * 1e9 * (t - 2 * np.hypot(x[:, None] - place, depth) / v)) ** 2
        samples += (1 - 2 * a) * np.exp(-a)
    line = surefoot.Line(samples.astype(np.float32), sample_interval_s=0.05e-9, trace_spacing_m=0.02)
    found = velocity.find_hyperbolas(line)
    assert len(found) == 2
    for one, (place, depth, v) in zip(found, truth, strict=True):
        assert one.fit.x_m == pytest.approx(place, abs=0.005)
        assert one.fit.depth_m == pytest.approx(depth, rel=0.03)
        assert one.fit.velocity_m_per_s == pytest.approx(v, rel=0.03)
        assert one.semblance > 0.5 and one.n_picks > 10 and one.chance < 1e-8
    assert "min_semblance: float = " in velocity.find_hyperbolas.__doc__
    for line_of_doc in velocity.find_hyperbolas.__doc__.splitlines():
        if ": float = " in line_of_doc or ": int = " in line_of_doc:
            assert ", allowed " in line_of_doc
    with pytest.raises(TypeError, match="no option 'speed'"):
        velocity.find_hyperbolas(line, speed=1)
    with pytest.raises(surefoot.ConfigError, match="max_velocity_m_per_s"):
        velocity.find_hyperbolas(line, max_velocity_m_per_s=4e8)
