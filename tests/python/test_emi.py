# SPDX-License-Identifier: MIT
"""Features, inversion, identity and dig list from Python, against NumPy and SciPy; stages stand beside them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import surefoot
from surefoot import emi, physics

EDGES = np.geomspace(1e-5, 5e-3, 31)
TONES = np.geomspace(330, 90e3, 21)


def means(tau: float) -> np.ndarray:
    return -tau * np.diff(np.exp(-EDGES / tau)) / np.diff(EDGES)


def turned(seed: int) -> np.ndarray:
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return q if np.linalg.det(q) > 0 else -q


def test_stages_and_functions_stand_in_one_module() -> None:
    assert {"lock_in", "target_score", "invert_dipoles", "relaxation_spectrum"} <= set(emi.__all__)
    assert emi.lock_in.__module__ == "surefoot.emi" and "dig_list" in emi.__doc__ + " ".join(emi.__all__)
    stub = (surefoot.__path__[0] + "/emi.pyi")
    with open(stub, encoding="utf-8") as file:
        text = file.read()
    for name in surefoot._emi.__all__:
        assert f"from ._surefoot import {name} as {name}\n" in text
        assert name == "InversionFlag" or len(getattr(emi, name).__doc__.splitlines()) > 2


def test_relaxations_are_found_within_their_errors() -> None:
    zeta, c = 2 * np.pi * np.array([1e3, 12e3]), np.array([1.0, 0.6])
    clean = -0.8 + (c / (1 + 2j * np.pi * TONES[:, None] / zeta)).sum(axis=1)
    rng = np.random.default_rng(11)
    noise = rng.normal(0, 1e-4, (2, TONES.size))
    found = emi.relaxation_spectrum(TONES, clean + noise[0] + 1j * noise[1], weights=np.full(21, 1e4), known_noise=True)
    assert found["zeta_rad_s"].shape == (2,)
    error = np.abs(np.log10(found["zeta_rad_s"] / zeta))
    assert (error < 4 * found["log10_zeta_sigma"]).all() and (found["log10_zeta_sigma"] < 1e-2).all()
    assert (np.abs(found["strength"] - c) < 4 * found["strength_sigma"]).all()
    assert abs(found["constant"] + 0.8) < 4 * found["constant_sigma"]
    assert found["degrees"] == 42 - 5 and stats.chi2.sf(found["rest"], found["degrees"]) > 1e-4
    for doc in (emi.relaxation_spectrum.__doc__, emi.decay_spectrum.__doc__):
        assert "grid_points: int = " in doc
    with pytest.raises(surefoot.ConfigError, match="one value for each tone"):
        emi.relaxation_spectrum(TONES, clean[:5])
    with pytest.raises(surefoot.ConfigError, match="response"):
        emi.relaxation_spectrum(TONES, np.full(21, np.nan))
    with pytest.raises(surefoot.ConfigError):
        emi.relaxation_spectrum(TONES[::-1], clean)
    with pytest.raises(surefoot.ConfigError, match="grid_points"):
        emi.relaxation_spectrum(TONES, clean, grid_points=3)
    with pytest.raises(TypeError, match="no option"):
        emi.relaxation_spectrum(TONES, clean, lines=3)


def test_decays() -> None:
    two = means(8e-5) + 0.3 * means(1e-3)
    found = emi.decay_spectrum(EDGES, two)
    assert found["tau_s"] == pytest.approx([8e-5, 1e-3], rel=1e-4)
    assert found["strength"] == pytest.approx([1.0, 0.3], rel=1e-4)
    noise = np.random.default_rng(5).normal(0, 1e-3, (40, 30))
    many = emi.fit_decay(EDGES, means(2e-4) + noise, weights=np.full(30, 1e3), known_noise=True)
    assert many["tau_s"].shape == (40,) and many["usable"].all() and many["usable"].dtype == bool
    z = (many["tau_s"] - 2e-4) / many["tau_sigma_s"]
    assert abs(z.mean()) < 3 / np.sqrt(40) and stats.chi2.sf((z**2).sum(), 40) > 1e-3
    one = emi.fit_decay(EDGES, 5 * means(2e-4))
    assert one["tau_s"].shape == () and float(one["amplitude"]) == pytest.approx(5.0)
    with pytest.raises(surefoot.ConfigError, match="one less than edges_s"):
        emi.fit_decay(EDGES, two[:-1])
    with pytest.raises(surefoot.ConfigError, match="weights"):
        emi.fit_decay(EDGES, two, weights=[1.0])


def test_figures_of_a_receiver() -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(0.5, 2e-3, 20000).astype(np.float32)
    figures = emi.noise_figures(noise, 1e5)
    assert figures["rms"] == pytest.approx(noise.astype(float).std(ddof=1), rel=1e-6)
    assert figures["density_per_root_hz"] == pytest.approx(figures["rms"] / np.sqrt(5e4))
    spread = np.median(np.abs(noise - np.median(noise)))
    assert figures["robust_rms"] == pytest.approx(1.4826 * spread, rel=1e-3) and figures["samples"] == 20000
    t = np.arange(20000) / 1e5
    tone = (0.7 * np.cos(2 * np.pi * 1234.5 * t + 0.4)).astype(np.float32) + noise
    found = emi.tone_figures(tone, 1e5, 1234.0, full_scale=2.0)
    assert found["usable"] and found["frequency_hz"] == pytest.approx(1234.5, abs=1e-3)
    assert found["amplitude"] == pytest.approx(0.7, rel=1e-3) and found["phase_rad"] == pytest.approx(0.4, abs=1e-3)
    assert found["sinad_db"] == pytest.approx(20 * np.log10(0.7 / np.sqrt(2) / 2e-3), abs=0.1)
    assert found["enob"] == pytest.approx(np.log2(4 / (found["rest_rms"] * np.sqrt(12))))
    assert emi.enbw_mean_hz(1e5, [10, 100]) == pytest.approx([5e3, 5e2])
    assert emi.enbw_exponential_hz(1e5, 0.1) == pytest.approx(0.1 * 1e5 / 3.8)
    w = np.hanning(64)
    assert emi.enbw_weights_hz(1e5, w) == pytest.approx(5e4 * (w**2).sum() / w.sum() ** 2)
    assert emi.lock_in_sigma(1e-3, 200) == pytest.approx(1e-4) and emi.snr_db(10, 1) == pytest.approx(20)
    with pytest.raises(TypeError, match="astype"):
        emi.noise_figures(noise.astype(float), 1e5)
    with pytest.raises(surefoot.ConfigError, match="rate_hz"):
        emi.noise_figures(noise, 0.0)


PLACE = np.array([0.12, -0.07, -0.45])


def measured(array: surefoot.CoilArray, tensors: np.ndarray) -> np.ndarray:
    """(n_channels, n_columns) of a dipole at PLACE, by the formula: mu0 h_r^T M h_t."""
    i, j = np.triu_indices(3)
    return np.einsum("cq,gq->cg", physics.sensing_matrix(array, PLACE), tensors[:, i, j])


def test_a_dipole_is_found_where_it_is() -> None:
    array = surefoot.read_array("temtads-2x2")
    r = turned(2)
    curves = np.stack([means(3e-4), 0.6 * means(2e-4), 0.5 * means(1.5e-4)], axis=1) * 1e-4
    tensors = np.einsum("ik,gk,jk->gij", r, curves, r)
    clean = measured(array, tensors)
    sigma = np.full(30, 3e-4 * np.abs(clean).max())
    data = clean + np.random.default_rng(8).normal(0, 1, clean.shape) * sigma
    found = emi.invert_dipoles(array, data, sigma)
    assert not found["cannot_tell"] and found["flags"] == 0
    assert found["place_m"].shape == (1, 3)
    off = found["place_m"][0] - PLACE
    assert off @ np.linalg.solve(found["place_covariance_m2"][0], off) < stats.chi2.isf(1e-3, 3)
    assert np.linalg.norm(off) < 5e-3
    assert stats.chi2.sf(found["chi2"], found["degrees_of_freedom"]) > 1e-4
    assert found["degrees_of_freedom"] == 48 * 30 - 3 - 6 * 30
    got = found["polarizability"]
    assert got.shape == (1, 30, 3, 3) and np.array_equal(got, got.transpose(0, 1, 3, 2))
    spread = np.sqrt(found["polarizability_covariance"][0, :, [0, 3, 5], [0, 3, 5]]).T
    z = (np.diagonal(got[0], axis1=1, axis2=2) - np.diagonal(tensors, axis1=1, axis2=2)) / spread
    assert np.sqrt((z**2).mean()) < 2.0
    # The principal curves are those of the tensors along the axes found, and near the true ones.
    axes = found["principal_axes"][0]
    assert found["principal_curves"][0] == pytest.approx(np.einsum("ik,gij,jk->gk", axes, got[0], axes), abs=1e-12)
    assert found["principal_curves"][0, :8] == pytest.approx(curves[:8], rel=0.05)
    assert (found["principal_sigma"] > 0).all() and found["information"].shape == (1, 6, 6)
    # With the shape of the body given: the place is at least as certain, and the data do not contradict.
    body = emi.invert_dipoles(array, data, sigma, body="fixed_axes")["body"]
    assert body["converged"] and body["p_value"] > 1e-4 and body["curves"].shape == body["sigma"].shape == (30, 3)
    assert np.trace(body["place_covariance_m2"]) <= np.trace(found["place_covariance_m2"][0]) * 1.001
    assert np.linalg.norm(body["place_m"] - PLACE) < 5e-3
    assert emi.invert_dipoles(array, data, sigma, body="revolution")["body"]["p_value"] < 1e-6  # it has three axes
    with pytest.raises(surefoot.ConfigError, match="known: fixed_axes, revolution"):
        emi.invert_dipoles(array, data, sigma, body="round")
    # Positive decays: falling, never negative, and nearer to the truth than gate by gate.
    smooth = emi.positive_decays(EDGES, got[0], axes, found["information"][0], sigma, np.geomspace(2e-5, 2e-3, 80))
    assert (smooth >= 0).all() and (np.diff(smooth, axis=0) <= 1e-18).all()
    late = slice(23, 30)
    assert np.abs(smooth[late] - curves[late]).mean() < 0.7 * np.abs(found["principal_curves"][0, late] - curves[late]).mean()
    with pytest.raises(surefoot.ConfigError, match="information"):
        emi.positive_decays(EDGES, got[0], axes, np.ones(6), sigma, [1e-4])
    by_order = emi.invert_dipoles(array, data, sigma, n_sources=None, max_sources=2)
    assert by_order["place_m"].shape == (1, 3)


def test_tones_are_inverted_as_complex_numbers() -> None:
    array = surefoot.read_array("temtads-2x2")
    m = physics.spheroid_polarizability(TONES, 0.01, 0.03, 5e6, 80.0)
    r = turned(4)
    tensors = np.einsum("ik,gk,jk->gij", r, m[:, [0, 1, 1]], r)
    clean = measured(array, tensors)
    found = emi.invert_dipoles(array, clean, np.full(21, 1e-6 * np.abs(clean).max()))
    assert found["place_m"][0] == pytest.approx(PLACE, abs=1e-5)
    assert found["polarizability"].dtype == np.complex128 and found["polarizability"].shape == (1, 21, 3, 3)
    assert np.abs(found["polarizability"][0] - tensors).max() < 1e-4 * np.abs(tensors).max()
    assert found["principal_curves"].shape == (1, 21, 3) and found["polarizability_covariance"].shape == (1, 42, 6, 6)
    along = found["principal_curves"][0]
    assert min(np.abs(along[:, k] - m[:, 0]).max() for k in range(3)) < 1e-3 * np.abs(m).max()


def test_noise_is_not_a_dipole_and_wrong_data_are_refused() -> None:
    array = surefoot.read_array("temtads-2x2")
    noise = np.random.default_rng(1).normal(size=(48, 10))
    found = emi.invert_dipoles(array, noise, np.ones(10))
    assert found["cannot_tell"] and emi.InversionFlag.no_signal in found["flags"]
    noise[3] = np.nan
    noise[:, 4] = np.nan
    flags = emi.invert_dipoles(array, noise, np.ones(10))["flags"]
    assert emi.InversionFlag.missing_channels in flags and emi.InversionFlag.missing_columns in flags
    for change, path in [
        ({"data": noise[:40]}, "data"),
        ({"sigma": np.ones(9)}, "sigma"),
        ({"channel_sigma": np.ones(3)}, "channel_sigma"),
        ({"n_sources": 9}, "max_sources"),
        ({"n_sources": 0}, "n_sources"),
        ({"rail": -1.0}, "rail"),
        ({"deepest_m": 0.05}, "deepest_m"),
    ]:
        with pytest.raises(surefoot.ConfigError) as caught:
            emi.invert_dipoles(array, **({"data": noise, "sigma": np.ones(10)} | change))
        assert caught.value.path == path


def test_a_library_tells_what_is_in_it() -> None:
    array = surefoot.read_array("temtads-2x2")
    library = emi.part_decays(array)
    assert {"name", "kind", "is_target", "curves"} <= library[0].keys() and (library[0]["curves"] > 0).all()
    edges = array.gate_edges_s
    # The first part by its modes, each axis: gate means of the same current.
    part = library[0]
    modes = physics.spheroid_modes(400, part["across_m"], part["along_m"], part["conductivity_s_per_m"], part["mu_r"])
    bipolar = {"repeat": "opposite", "period_s": array.period_s / 2} if array.bipolar else {}
    own = [physics.gate_voltages(edges, *modes[a], waveform=array.waveform, receiver_tau_s=array.receiver_pole_s, **bipolar)
           for a in ("along", "across")]
    assert part["curves"][:, 0] == pytest.approx(own[0], rel=1e-6) and part["curves"][:, 1] == pytest.approx(own[1], rel=1e-6)
    sigma = np.full(edges.size - 1, 0.01)
    for entry in library:
        found = emi.match_library(entry["curves"], sigma, library)
        best = found["target" if entry["is_target"] else "clutter"]
        assert best["name"] == entry["name"] and best["score"] == pytest.approx(1.0)
    twice = emi.match_library(2 * library[0]["curves"], sigma, library[:1])
    u = np.log10(2.0)
    assert twice["target"]["distance_decades"] == pytest.approx(u) and twice["clutter"] is None
    assert twice["state"] == "unlisted"
    assert emi.match_library(2 * library[0]["curves"], sigma, library[:1], free_size=True)["target"]["size_decades"] == (
        pytest.approx(u)
    )
    for call, path in [
        (lambda: emi.match_library(library[0]["curves"], sigma[:3], library), "sigma_log"),
        (lambda: emi.match_library(library[0]["curves"], sigma, [{"name": "a"}]), "library[0]"),
        (lambda: emi.match_library(library[0]["curves"], sigma, [{"name": "a", "curves": np.ones((3, 3))}]),
         "library[0].curves"),
        (lambda: emi.part_decays(surefoot.read_array("handheld-double-d")) and emi.part_decays(tones_only()), "array"),
    ]:
        with pytest.raises(surefoot.ConfigError) as caught:
            call()
        assert caught.value.path == path


def tones_only() -> surefoot.CoilArray:
    return surefoot.read_array(
        'surefoot_coil_array = 1\nname = "t"\n[[transmitter]]\nname = "T"\ncoil = [ { shape = "circle", radius_m = 0.1 } ]\n'
        '[[receiver]]\nname = "R"\ncoil = [ { shape = "circle", radius_m = 0.05 } ]\n[frequency]\ntones_hz = [1e3]\n'
    )


def test_a_tensor_is_identified_in_any_direction() -> None:
    library = emi.part_tensors(TONES)
    part = library[2]
    expected = physics.spheroid_polarizability(
        TONES, part["across_m"], part["along_m"], part["conductivity_s_per_m"], part["mu_r"])
    assert np.allclose(part["tensors"][:, 2, 2], expected[:, 0]) and np.allclose(part["tensors"][:, 0, 0], expected[:, 1])
    r = turned(9)
    rng = np.random.default_rng(2)
    for k in (0, 2, 9):
        m = np.einsum("ik,gkl,jl->gij", r, library[k]["tensors"], r)
        m = (m + m.transpose(0, 2, 1)) / 2
        sigma = np.full(21, 1e-3 * np.abs(m).max())
        noise = rng.normal(size=(2, 21, 3, 3)) * sigma[0]
        noise = (noise + noise.transpose(0, 1, 3, 2)) / 2  # off the diagonal it is smaller by sqrt 2
        noise[:, :, range(3), range(3)] = rng.normal(size=(2, 21, 3)) * sigma[0]
        found = emi.identify(m + noise[0] + 1j * noise[1], sigma, library)
        assert found["best"] == k and found["name"] == library[k]["name"] and found["probability"] > 0.99
        assert found["tail"] > 1e-4 and found["second"] != k
    assert emi.identify(np.full((21, 3, 3), complex(np.nan, np.nan)), sigma, library)["name"] is None
    bad = m.copy()
    bad[0, 0, 1] += 1.0
    with pytest.raises(surefoot.ConfigError, match="symmetric"):
        emi.identify(bad, sigma, library)


def test_an_alarm_is_identified_from_one_pass() -> None:
    tones = TONES[::2]
    library = emi.part_tensors(tones)
    rng = np.random.default_rng(21)
    n, sigma = 400, 1e-9
    signal = np.zeros((n, tones.size), complex)
    axial = library[2]["tensors"][:, [0, 1, 2], [0, 1, 2]]  # the detonator capsule, its three principal curves
    for i in range(200, 241):
        signal[i] = axial @ (np.array([0.3, 0.1, 0.6]) * np.exp(-(((i - 220) / 12.0) ** 2)))
    signal *= 1e-6 / np.abs(signal).max()
    z = signal + sigma * (rng.normal(size=signal.shape) + 1j * rng.normal(size=signal.shape))
    samples = np.stack([z.real, z.imag], axis=2).reshape(n, -1).astype(np.float32)
    line = surefoot.Line(samples, kind="sweep", places=tones, trace_interval_s=0.01)
    quiet = np.arange(n) < 190
    found = emi.identify_alarm(line, 200, 240, quiet, library)
    assert found["name"] == library[2]["name"] == library[found["best"]]["name"]
    assert found["probabilities"].sum() == pytest.approx(1.0) and found["probabilities"][2] == found["probability"]
    # A brass cartridge case of its girth has the same curves: told only where the library holds none.
    assert found["state"] == "cannot_tell" and "alike" in found["reason"] and found["snr"] > 12
    few = emi.identify_alarm(line, 200, 240, quiet, [e for e in library if e["name"] in ("firing-pin", "detonator-capsule", "nail-80", "drinks-can")])
    assert few["state"] == "target" and few["best"] == 1 and few["target_probability"] > 0.9
    noise = emi.identify_alarm(line, 300, 340, quiet, library)
    assert noise["state"] == "cannot_tell" and noise["reason"]
    assert emi.identify_alarm(line, 200, 240, np.zeros(n, bool), library)["state"] == "cannot_tell"  # nothing was learnt
    for call, path in [
        (lambda: emi.identify_alarm(line, 240, 200, quiet, library), "last"),
        (lambda: emi.identify_alarm(line, 200, 240, quiet[:5], library), "quiet"),
        (lambda: emi.identify_alarm(line, 200, 240, quiet, emi.part_tensors(TONES)), "library[0].tensors"),
        (lambda: emi.identify_alarm(line, 200, 240, quiet, library, confidence=0.1), "confidence"),
        (lambda: emi.identify_alarm(surefoot.Line(samples, sample_interval_s=1.0), 0, 1, quiet, library), "line"),
    ]:
        with pytest.raises(surefoot.ConfigError) as caught:
            call()
        assert caught.value.path == path


def test_the_dig_list_stops_where_its_rule_says() -> None:
    score = np.array([0.1, 0.9, np.nan, 0.7, 0.4])
    found = emi.dig_list(score, threshold=0.5)
    assert found["order"].tolist() == [2, 1, 3, 4, 0] and found["n_dig"] == 3 and found["reached"]
    assert "curve" not in found and np.isnan(found["expected_left"])
    p = [0.01, 0.9, 0.5, 0.8, 0.03]
    by_chance = emi.dig_list(score, probability=p, rule="expected", expected_left=0.05)
    assert by_chance["n_dig"] == 3 and by_chance["expected_left"] == pytest.approx(0.04)
    truth = emi.dig_list(score, dug=np.ones(5, bool), is_target=[False, True, False, True, False])
    assert truth["curve"].tolist() == [[0, 0, 0], [1, 0, 1], [2, 1, 1], [3, 2, 1], [4, 2, 2], [5, 2, 3]]
    assert truth["digs_for_all"] == 3 and truth["clutter_rejected"] == pytest.approx(2 / 3)
    low, high = emi.clopper_pearson(2, 3)
    assert (low, high) == pytest.approx((stats.beta.ppf(0.025, 2, 2), stats.beta.ppf(0.975, 3, 1)))
    assert truth["rejected_interval"] == pytest.approx((low, high))
    assert emi.digs_needed(0.01) == np.ceil(np.log(0.05) / np.log(0.99)) == 299
    with pytest.raises(surefoot.ConfigError, match="goes with dug"):
        emi.dig_list(score, is_target=np.ones(5, bool))
    with pytest.raises(surefoot.ConfigError, match="probability"):
        emi.dig_list(score, probability=p[:2])
    with pytest.raises(surefoot.ConfigError, match="known: margin"):
        emi.dig_list(score, rule="greedy")
