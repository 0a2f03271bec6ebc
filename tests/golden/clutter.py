# SPDX-License-Identifier: MIT
"""Golden vectors for gpr.svd_clutter and gpr.rpca_clutter: NumPy in double, full SVDs, from the definitions.

Writes clutter_wide.npy (float32, 40 traces x 24 samples) and clutter_tall.npy (30 traces x 50 samples), and for each what the
methods make of them, clutter_<line>_<method>.npy (float64), with ranks, iterations and residuals in clutter.csv.
Tolerance of the comparison: half a unit in the last place of float32 of the output, and 1e-9 of the largest input sample
(ialm: 1e-7 of it: where it stops is not exact to more than its tolerance).
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def make_line(rng, n_traces, n_samples):
    """Two directions of clutter, a few samples that stand out, noise."""
    ground = rng.normal(size=(n_traces, 2)) @ (rng.normal(size=(2, n_samples)) * [[300.0], [40.0]])
    sparse = np.where(rng.random((n_traces, n_samples)) < 0.04, rng.choice([-60.0, 60.0], (n_traces, n_samples)), 0.0)
    return (ground + sparse + 1e-3 * rng.normal(size=ground.shape)).astype(np.float32)


def svd_rank(x, first, last):
    u, s, v = np.linalg.svd(x, full_matrices=False)
    return x - (u[:, first - 1 : last] * s[first - 1 : last]) @ v[first - 1 : last]


def svd_energy(x, share):
    s = np.linalg.svd(x, compute_uv=False)
    rank = int(np.searchsorted(np.cumsum(s**2), share * np.sum(s**2))) + 1
    return svd_rank(x, 1, rank), rank


def ialm(x, scale, tolerance=1e-7):
    lam = scale / np.sqrt(max(x.shape))
    norm = np.linalg.norm(x, 2)
    y = x / max(norm, np.abs(x).max() / lam)
    s = np.zeros_like(x)
    mu = 1.25 / norm
    most = 1e7 * mu
    for iteration in range(1, 1001):
        u, d, v = np.linalg.svd(x - s + y / mu, full_matrices=False)
        low = (u * np.maximum(d - 1.0 / mu, 0.0)) @ v
        t = x - low + y / mu
        s = np.sign(t) * np.maximum(np.abs(t) - lam / mu, 0.0)
        z = x - low - s
        y = y + mu * z
        rank = int(np.sum(d > 1.0 / mu))
        mu = min(1.5 * mu, most)
        residual = np.linalg.norm(z) / np.linalg.norm(x)
        if residual < tolerance:
            break
    return s, rank, iteration, residual


def godec(x, rank, share, tolerance):
    s = np.zeros_like(x)
    before = 1.0
    for iteration in range(1, 101):
        u, d, v = np.linalg.svd(x - s, full_matrices=False)
        rest = x - (u[:, :rank] * d[:rank]) @ v[:rank]
        s = np.zeros_like(x)
        chosen = np.argsort(-np.abs(rest), axis=None)[: int(share * x.size)]
        s.flat[chosen] = rest.flat[chosen]
        residual = np.sum((rest - s) ** 2) / np.sum(x**2)
        if residual < tolerance or abs(before - residual) < 1e-12:
            break
        before = residual
    return s, rank, iteration, residual


def main():
    rng = np.random.default_rng(20240502)
    rows = []
    for name, shape in (("wide", (40, 24)), ("tall", (30, 50))):
        samples = make_line(rng, *shape)
        x = samples.astype(np.float64)
        np.save(HERE / f"clutter_{name}.npy", samples)
        np.save(HERE / f"clutter_{name}_rank.npy", svd_rank(x, 1, 2))
        np.save(HERE / f"clutter_{name}_second.npy", svd_rank(x, 2, 3))
        energy, rank = svd_energy(x, 0.985)
        np.save(HERE / f"clutter_{name}_energy.npy", energy)
        sparse, *of_ialm = ialm(x, 1.0)
        np.save(HERE / f"clutter_{name}_ialm.npy", sparse)
        sparse, *of_godec = godec(x, 2, 0.06, 1e-6)
        np.save(HERE / f"clutter_{name}_godec.npy", sparse)
        rows.append([rank, *of_ialm, *of_godec])
    names = "energy_rank,ialm_rank,ialm_iterations,ialm_residual,godec_rank,godec_iterations,godec_residual"
    np.savetxt(HERE / "clutter.csv", rows, fmt="%.17g", delimiter=",", header=names)


if __name__ == "__main__":
    main()
