# SPDX-License-Identifier: MIT
"""Thresholds from Python: SciPy's distributions and the closed forms of the papers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

import surefoot
from surefoot import thresholds

P = np.array([1e-1, 1e-3, 1e-6])


def test_energy_and_subspaces_are_scipys_distributions() -> None:
    assert thresholds.energy_threshold(P, 5) == pytest.approx(stats.chi2.isf(P, 5))
    assert thresholds.energy_threshold(P, 5, complex=True) == pytest.approx(stats.chi2.isf(P, 10) / 2)
    assert thresholds.energy_threshold(1e-3, [1, 2, 3], complex=True) == pytest.approx(stats.gamma.isf(1e-3, [1, 2, 3]))
    assert thresholds.energy_ratio_threshold(P, 4, 20) == pytest.approx(stats.f.isf(P, 4, 20))
    assert thresholds.subspace_known_threshold(P, 12, 3, 2) == pytest.approx(stats.chi2.isf(P, 3))
    assert thresholds.subspace_unknown_threshold(P, 12, 3, 2) == pytest.approx(stats.f.isf(P, 3, 7))
    assert thresholds.subspace_unknown_threshold(P, 12, 3, 2, complex=True) == pytest.approx(stats.f.isf(P, 6, 14))


def test_adaptive_ones_are_those_of_the_papers() -> None:
    n, k = 8, 24
    free = k - n + 1
    kelly = thresholds.adaptive_threshold(P, "kelly", n, k, complex=True)
    assert kelly == pytest.approx(1 - P ** (1 / free))
    assert (1 - kelly) ** free == pytest.approx(P)
    amf = thresholds.adaptive_threshold(1e-3, "amf", n, k, complex=True)

    def averaged(b: float) -> float:
        return (1 + amf * b) ** -free * stats.beta.pdf(b, free + 1, n - 1)

    assert integrate.quad(averaged, 0, 1)[0] == pytest.approx(1e-3, rel=1e-7)
    ace = thresholds.adaptive_threshold(1e-3, "ace", n, k, complex=True)
    assert (1 - ace) ** free * special.hyp2f1(free, free + 1, k + 1, ace) == pytest.approx(1e-3, rel=1e-7)
    side = thresholds.cosine_threshold(1e-2, n, k)
    assert thresholds.adaptive_false_alarm(side**2, "ace", n, k) == pytest.approx(2e-2)


def test_cfar_factors_are_closed_forms() -> None:
    assert thresholds.cfar_factor(P, "cell_average", 16) == pytest.approx(16 * (P ** (-1 / 16) - 1))
    factor = thresholds.cfar_factor(1e-4, "ordered", 16, 12)
    i = np.arange(12)
    assert np.prod((16 - i) / (16 - i + factor)) == pytest.approx(1e-4)
    assert thresholds.cfar_factor(1e-3, "greatest", 16) < thresholds.cfar_factor(1e-3, "smallest", 16)


def test_rx_is_hotellings() -> None:
    p, n = 8, 60
    assert thresholds.rx_threshold(P, p, n) == pytest.approx(p * (n + 1) * (n - 1) / (n * (n - p)) * stats.f.isf(P, p, n - p))
    assert thresholds.rx_threshold(1e-2, p, n) == pytest.approx(26.526, abs=5e-4)
    assert np.isnan(thresholds.rx_threshold(1e-2, 8, 8))


def test_curves_are_students_and_beta() -> None:
    t = stats.t.isf(P, 28)
    assert thresholds.correlation_threshold(P, 30) == pytest.approx(t / np.sqrt(28 + t**2))
    assert thresholds.correlation_threshold([1e-2, 1e-3], 30) == pytest.approx([0.4226, 0.5415], abs=1e-4)
    assert thresholds.semblance_threshold(P, 11, 9.0) == pytest.approx(stats.beta.isf(P, 4.5, 45))
    assert thresholds.semblance_threshold([1e-2, 1e-3], 11, 9.0) == pytest.approx([0.2070, 0.2581], abs=1e-4)
    assert np.isnan(thresholds.correlation_threshold(1e-2, 2))
    assert np.isnan(thresholds.semblance_threshold(1e-2, 1, 9.0))


@pytest.mark.parametrize(
    ("name", "other", "arguments"),
    [
        ("energy", "threshold", (5,)),
        ("energy_ratio", "threshold", (4, 20)),
        ("subspace_known", "threshold", (12, 3, 2)),
        ("subspace_unknown", "threshold", (12, 3, 2)),
        ("adaptive", "threshold", ("ace", 8, 24)),
        ("cosine", "threshold", (8, 24)),
        ("rx", "threshold", (8, 60)),
        ("correlation", "threshold", (30,)),
        ("semblance", "threshold", (11, 9.0)),
        ("cfar", "factor", ("smallest", 16)),
    ],
)
def test_each_threshold_has_its_rate(name: str, other: str, arguments: tuple[object, ...]) -> None:
    there = getattr(thresholds, f"{name}_{other}")(P, *arguments)
    assert there.shape == P.shape and (np.diff(there) > 0).all()
    assert getattr(thresholds, f"{name}_false_alarm")(there, *arguments) == pytest.approx(P)


def test_effective_freedom_is_that_of_the_eigenvalues() -> None:
    covariance = 0.7 ** np.abs(np.subtract.outer(np.arange(20), np.arange(20)))
    values = np.linalg.eigvalsh(covariance)
    assert thresholds.effective_freedom(covariance) == pytest.approx(values.sum() ** 2 / (values**2).sum())
    with pytest.raises(surefoot.ConfigError, match="square"):
        thresholds.effective_freedom(covariance[:3])


def test_wrong_words_and_shapes() -> None:
    with pytest.raises(surefoot.ConfigError, match="known: kelly, amf, ace"):
        thresholds.adaptive_threshold(1e-3, "glrt", 8, 24)
    with pytest.raises(surefoot.ConfigError, match="known: cell_average"):
        thresholds.cfar_factor(1e-3, "CA", 16)
    assert np.isnan(thresholds.adaptive_threshold(1e-3, "ace", 24, 8))
    assert np.isnan(thresholds.energy_threshold(1.5, 4))
