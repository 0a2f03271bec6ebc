# SPDX-License-Identifier: MIT
"""Closed forms of induction from Python: the formulas of SciPy and NumPy, sums by brute force, errors by name."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import surefoot
from surefoot import physics

MU0 = 4e-7 * np.pi
PLACES = np.array([[0.03, -0.05, 0.02], [0.2, 0.1, -0.3], [0.0, 0.0, -0.1], [-0.4, 0.3, 0.2]])


def sphere_by_bessel(f: np.ndarray, a: float, sigma: float, mu_r: float) -> np.ndarray:
    """chi = (3/2) (2 mu_r I1 - ...) with modified spherical Bessel functions of a complex argument, Wait 1951."""
    k = np.sqrt(2j * np.pi * f * MU0 * mu_r * sigma) * a
    i_1 = np.cosh(k) / k - np.sinh(k) / k**2  # spherical i_1 and the derivative of x i_1
    slope = np.sinh(k) - i_1
    return 1.5 * 2 * (mu_r * i_1 - slope / 2) / (mu_r * i_1 + slope)


@pytest.mark.parametrize("mu_r", [1.0, 100.0])
def test_sphere_is_waits(mu_r: float) -> None:
    f = np.geomspace(100, 1e5, 13)
    got = physics.sphere_chi(f, 0.005, 5e6, mu_r)
    assert got.dtype == np.complex128 and got.shape == f.shape
    assert np.allclose(got, sphere_by_bessel(f, 0.005, 5e6, mu_r), rtol=1e-9, atol=0)
    assert (got.imag < 0).all()
    assert physics.sphere_chi(0.0, 0.005, 5e6, mu_r) == pytest.approx(3 * (mu_r - 1) / (mu_r + 2))
    # Every argument may be an array: radius along one axis, frequency along the other.
    radii = np.array([0.001, 0.005])
    both = physics.sphere_chi(f, radii[:, None], 5e6, mu_r)
    assert both.shape == (2, 13) and np.array_equal(both[1], got)
    assert physics.sphere_volume(radii) == pytest.approx(4 / 3 * np.pi * radii**3)


def test_modes_make_frequency_and_time() -> None:
    amplitude, tau = physics.sphere_modes(2000, 0.01, 1e6)
    n = np.arange(1, 2001)  # mu_r = 1: x_n = n pi
    assert tau == pytest.approx(MU0 * 1e6 * 0.01**2 / (n * np.pi) ** 2)
    assert amplitude == pytest.approx(9 / (n * np.pi) ** 2)
    f = np.array([1e3, 1e4])
    w = 2j * np.pi * f[:, None] * tau
    direct = 0.2 - (amplitude * w / (1 + w)).sum(axis=1)
    assert physics.modes_response(f, amplitude, tau, 0.2) == pytest.approx(direct)
    t = np.array([1e-5, 1e-4])
    decay = (amplitude * np.exp(-t[:, None] / tau)).sum(axis=1)
    assert physics.modes_step_off(t, amplitude, tau) == pytest.approx(decay)
    assert physics.sphere_step_off(t, 0.01, 1e6) == pytest.approx(decay, rel=1e-9)
    rate = -(amplitude / tau * np.exp(-t[:, None] / tau)).sum(axis=1)
    assert physics.sphere_step_off_rate(t, 0.01, 1e6) == pytest.approx(rate, rel=1e-9)


def test_gates_are_means_of_what_a_coil_hears() -> None:
    edges, tau = np.array([1e-5, 3e-5, 1e-4]), np.array([2e-5, 1e-4])
    amplitude = np.array([1.0, 0.5])
    got = physics.gate_voltages(edges, amplitude, tau, waveform=[(-1.0, 0.0), (-1.0, 1.0), (0.0, 1.0), (0.0, 0.0)])
    expected = (amplitude * -np.diff(np.exp(-edges[:, None] / tau), axis=0)).sum(axis=1) / np.diff(edges)
    assert got == pytest.approx(expected)
    with pytest.raises(surefoot.ConfigError, match="waveform"):
        physics.gate_voltages(edges, amplitude, tau, waveform=[1.0, 2.0])
    with pytest.raises(surefoot.ConfigError, match="known: once, same, opposite"):
        physics.gate_voltages(edges, amplitude, tau, waveform=[(0.0, 1.0), (0.0, 0.0)], repeat="twice")


def test_a_spheroid_of_equal_axes_is_a_sphere_and_its_limits_are_osborns() -> None:
    f = np.geomspace(100, 1e5, 7)
    both = physics.spheroid_polarizability(f, 0.01, 0.01, 1e7, 50.0)
    sphere = physics.sphere_volume(0.01) * physics.sphere_chi(f, 0.01, 1e7, 50.0)
    assert both.shape == (7, 2) and np.allclose(both, sphere[:, None], rtol=1e-12, atol=0)
    along, across = physics.demagnetising_factors(3.0)
    e = np.sqrt(8.0)
    assert along == pytest.approx((3 / e * np.arccosh(3.0) - 1) / 8) and along + 2 * across == pytest.approx(1.0)
    axes = physics.spheroid_axes(0.01, 0.03, 1e7, 50.0)
    volume = 4 / 3 * np.pi * 0.01**2 * 0.03
    assert axes["along"]["still_m3"] == pytest.approx(volume * 49 / (1 + along * 49))
    assert axes["across"]["fast_m3"] == pytest.approx(-volume / (1 - across))
    amplitude, _ = physics.spheroid_modes(50, 0.01, 0.03, 1e7, 50.0)["along"]
    assert amplitude.shape == (50,) and (amplitude > 0).all()


def biot_savart(corners: np.ndarray, places: np.ndarray) -> np.ndarray:
    """H per ampere of a closed curve given by many points: midpoint rule."""
    step = np.roll(corners, -1, axis=0) - corners
    middle = corners + step / 2
    r = places[:, None, :] - middle
    return (np.cross(step, r) / (4 * np.pi * np.linalg.norm(r, axis=-1, keepdims=True) ** 3)).sum(axis=1)


def test_fields_of_windings_are_biot_and_savarts() -> None:
    phi = np.linspace(0, 2 * np.pi, 4001)[:-1]
    ring = np.stack([0.1 * np.cos(phi), 0.1 * np.sin(phi), 0 * phi], axis=1)
    coil = physics.Coil.circle(0.1, turns=3)
    assert coil.field(PLACES) == pytest.approx(3 * biot_savart(ring, PLACES), rel=1e-5)
    z = 0.07
    assert coil.field([0, 0, z]) == pytest.approx([0, 0, 3 * 0.01 / (2 * (0.01 + z**2) ** 1.5)])
    assert coil.moment_m2 == pytest.approx([0, 0, 3 * np.pi * 0.01])
    corners = np.array([[0.1, 0.1, 0], [-0.1, 0.1, 0], [-0.1, -0.1, 0.05], [0.1, -0.1, 0]])
    square = physics.Coil.polygon(corners)
    fine = np.concatenate([a + np.linspace(0, 1, 2001)[:-1, None] * (b - a)
                           for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])
    assert square.field(PLACES) == pytest.approx(biot_savart(fine, PLACES), rel=1e-5)
    assert np.array_equal(square.corners_m, corners) and square.shape == "polygon" and coil.shape == "circle"
    for winding in (coil, square):
        gradient = winding.field_gradient(PLACES)
        assert gradient.shape == (4, 3, 3)
        for j in range(3):
            h = np.eye(3)[j] * 1e-6
            slope = (winding.field(PLACES + h) - winding.field(PLACES - h)) / 2e-6
            assert gradient[:, :, j] == pytest.approx(slope, rel=1e-6, abs=1e-6)
    assert coil.field(PLACES.reshape(2, 2, 3)).shape == (2, 2, 3)


def test_mutual_inductance_is_maxwells() -> None:
    a, b, d = 0.1, 0.06, 0.05
    m = 4 * a * b / ((a + b) ** 2 + d**2)
    k = np.sqrt(m)
    maxwell = MU0 * np.sqrt(a * b) * ((2 / k - k) * special.ellipk(m) - 2 / k * special.ellipe(m))
    assert physics.coaxial_mutual_inductance(a, b, d) == pytest.approx(maxwell)
    first, second = physics.Coil.circle(a, turns=2), physics.Coil.circle(b, centre_m=[0, 0, d], turns=5)
    assert physics.mutual_inductance(first, second) == pytest.approx(10 * maxwell)
    flux = np.trapezoid([2 * np.pi * r * MU0 * first.field([r, 0, d])[2] for r in np.linspace(0, b, 2001)],
                        np.linspace(0, b, 2001))
    assert physics.mutual_inductance(first, second) == pytest.approx(5 * flux, rel=1e-6)


def test_an_array_sees_a_dipole_by_reciprocity() -> None:
    array = surefoot.read_array("temtads-2x2")
    place = np.array([[0.1, -0.05, -0.4], [0.0, 0.2, -0.7]])
    g = physics.sensing_matrix(array, place)
    assert g.shape == (2, array.n_channels, 6)
    m = np.array([[3.0, 0.5, -0.2], [0.5, 2.0, 0.1], [-0.2, 0.1, 1.0]]) * 1e-6
    vech = m[np.triu_indices(3)]
    transmitters, receivers = dict(array.transmitters), dict(array.receivers)
    for k, (t, r) in enumerate(array.channels):
        for i in range(2):
            h_t = sum(c.field(place[i]) for c in transmitters[t])
            h_r = sum(c.field(place[i]) for c in receivers[r])
            assert g[i, k] @ vech == pytest.approx(MU0 * h_r @ m @ h_t, rel=1e-9)
    gradient = physics.sensing_gradient(array, place)
    assert gradient.shape == (2, array.n_channels, 6, 3)
    for j in range(3):
        h = np.eye(3)[j] * 1e-6
        slope = (physics.sensing_matrix(array, place + h) - physics.sensing_matrix(array, place - h)) / 2e-6
        assert gradient[..., j] == pytest.approx(slope, rel=1e-5, abs=1e-8 * np.abs(gradient).max())


def test_soils() -> None:
    f = np.geomspace(1e3, 1e5, 5)
    w, ratio = 2j * np.pi * f, np.log(1e20)
    chi = physics.viscous_chi(f, 1e-2, 2e-3, 1e-10, 1e10)
    assert chi == pytest.approx(1e-2 - 2e-3 * np.log((1 + w * 1e10) / (1 + w * 1e-10)) / ratio)
    assert chi.imag == pytest.approx(-np.pi / 2 * 2e-3 / ratio, rel=1e-3)
    t = np.array([1e-5, 1e-3])
    kappa = 2e-3 / np.log(1e6)
    left = physics.viscous_step_off(t, 1e-2, 2e-3, 1e-6, 1.0)
    assert left == pytest.approx(kappa * (special.exp1(t) - special.exp1(t / 1e-6)))
    assert physics.viscous_pulse_rate(t, 1e-3) == pytest.approx(-2e-3 / ratio * (1 / t - 1 / (t + 1e-3)), rel=1e-4)
    pulse = physics.viscous_step_off(t) - physics.viscous_step_off(t + 1e-3)
    assert physics.viscous_pulse(t, 1e-3) == pytest.approx(pulse, rel=1e-9)
    assert (physics.viscous_step_off_rate(t) < 0).all()
    low = physics.conductive_coplanar(10.0, 1.0, 0.01)
    assert low.imag == pytest.approx(2 * np.pi * 10 * MU0 * 0.01 / 4, rel=1e-3)
    x = np.sqrt(MU0 * 0.1 * 4.0 / (4 * t))
    loop = (3 * np.exp(-(x**2)) / (np.sqrt(np.pi) * x) + (1 - 1.5 / x**2) * special.erf(x)) / 4
    assert physics.conductive_step_off(t, 2.0, 0.1) == pytest.approx(loop, rel=1e-4)
    assert physics.conductive_loop_centre(10.0, 2.0, 0.01).imag == pytest.approx(-2 * np.pi * 10 * MU0 * 0.02 / 8, rel=1e-3)
    assert physics.conductive_step_off_rate(1e-3, 2.0, 0.1) < 0


def test_what_cannot_be_is_refused_by_name() -> None:
    for call, path in [
        (lambda: physics.sphere_chi(1e3, -0.1, 1e6), "radius_m"),
        (lambda: physics.sphere_chi(1e3, 0.1, np.nan), "conductivity_s_per_m"),
        (lambda: physics.sphere_chi([-1.0], 0.1, 1e6), "frequency_hz"),
        (lambda: physics.sphere_modes(0, 0.1, 1e6), "n"),
        (lambda: physics.modes_response([1e3], [1.0, 2.0], [1e-3]), "tau_s"),
        (lambda: physics.Coil.circle(0.0), "radius_m"),
        (lambda: physics.Coil.circle(0.1, axis=[0, 0, 2]), "axis"),
        (lambda: physics.Coil.polygon([[0, 0, 0], [1, 0, 0]]), "corners_m"),
        (lambda: physics.Coil.polygon(np.zeros((40, 3))), "corners_m"),
        (lambda: physics.Coil.circle(0.1).field([[1.0, 2.0]]), "place_m"),
    ]:
        with pytest.raises(surefoot.ConfigError) as caught:
            call()
        assert caught.value.path == path, caught.value


def test_arrays_are_read_and_written() -> None:
    assert {"handheld-coaxial", "handheld-double-d", "metalmapper-2x2", "temtads-2x2"} <= surefoot.builtin_arrays().keys()
    for name in surefoot.builtin_arrays():
        array = surefoot.read_array(name)
        again = surefoot.read_array(array.to_text())
        assert again.to_text() == array.to_text() and array.name == name
        assert len(array.channels) == array.n_channels and "CoilArray" in repr(array)
    array = surefoot.read_array("temtads-2x2")
    assert array.waveform.shape[1] == 2 and array.waveform[-1, 0] == 0 and (np.diff(array.gate_edges_s) > 0).all()
    with pytest.raises(surefoot.ConfigError, match="temtads-2x2"):
        surefoot.read_array("no-such-array")
    with pytest.raises(TypeError, match="a built-in name, a path or a text"):
        surefoot.read_array(3)


def test_an_array_comes_from_a_path(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "head.toml"
    file.write_text(surefoot.builtin_arrays()["handheld-coaxial"])
    assert surefoot.read_array(file).to_text() == surefoot.read_array("handheld-coaxial").to_text()
    assert surefoot.read_array(str(file)).name == "handheld-coaxial"
    with pytest.raises(surefoot.ConfigError, match="cannot open"):
        surefoot.read_array(tmp_path / "none.toml")
