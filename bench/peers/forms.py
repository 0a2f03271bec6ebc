# SPDX-License-Identifier: MIT
"""What a careful NumPy, SciPy or numba user would write for the larger operations, by the same definitions as ours."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.linalg

Matrix = npt.NDArray[Any]


def gram_svd_removed(x: Matrix, rank: int) -> Matrix:
    """Without the strongest eigenimages, from the eigenvectors of the smaller Gram matrix."""
    values, vectors = scipy.linalg.eigh(x.T @ x, subset_by_index=(x.shape[1] - rank, x.shape[1] - 1))
    del values
    return x - (x @ vectors) @ vectors.T


def full_svd_removed(x: Matrix, rank: int) -> Matrix:
    u, s, v = np.linalg.svd(x, full_matrices=False)
    return x - (u[:, :rank] * s[:rank]) @ v[:rank]


def randomised_svd_removed(x: Matrix, rank: int, seed: int = 5) -> Matrix:
    """Halko, Martinsson and Tropp: 8 directions, two power iterations."""
    q = np.random.default_rng(seed).standard_normal((x.shape[1], rank + 5), dtype=np.float32)
    for _ in range(3):
        q = np.linalg.qr(x.T @ (x @ q))[0]
    u, s, v = np.linalg.svd(x @ q, full_matrices=False)
    return x - (u[:, :rank] * s[:rank]) @ (v[:rank] @ q.T)


def rpca_sparse(data: Matrix, scale: float, tolerance: float, most: int = 200) -> Matrix:
    """Inexact ALM (Lin, Chen and Ma, algorithm 5) with a full SVD in double, as most published code has it."""
    d = data.astype(np.float64)
    penalty = scale / np.sqrt(max(d.shape))
    norm2 = np.linalg.norm(d, 2)
    whole = np.linalg.norm(d)
    y = d / max(norm2, np.abs(d).max() / penalty)
    mu = 1.25 / norm2
    largest = 1e7 * mu
    s = np.zeros_like(d)
    for _ in range(most):
        u, sigma, v = np.linalg.svd(d - s + y / mu, full_matrices=False)
        rank = int((sigma > 1 / mu).sum())
        low = (u[:, :rank] * (sigma[:rank] - 1 / mu)) @ v[:rank]
        rest = d - low + y / mu
        s = np.sign(rest) * np.maximum(np.abs(rest) - penalty / mu, 0)
        z = d - low - s
        y += mu * z
        mu = min(1.5 * mu, largest)
        if np.linalg.norm(z) <= tolerance * whole:
            break
    return s


def continued(x: Matrix, n: int) -> Matrix:
    """Rows beyond the last fade from it into the first: no step where a transform wraps round."""
    m = len(x)
    share = (0.5 * (1 + np.cos(np.pi * np.arange(1, n - m + 1) / (n - m + 1))))[:, None].astype(x.dtype)
    return np.concatenate([x, share * x[-1] + (1 - share) * x[0]])


def fan_weights(shape: tuple[int, int], step_s: float, spacing_m: float, low: float, high: float, taper: float) -> Matrix:
    """1 between the apparent velocities, half a cosine of their logarithm outside; (wavenumbers, frequencies)."""
    n_across, n_time = shape
    f = np.fft.rfftfreq(n_time, step_s)[None, :].astype(np.float32)
    k = np.abs(np.fft.fftfreq(n_across, spacing_m))[:, None].astype(np.float32)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = f / k
        q[0] = np.inf
        below = np.clip(np.log(low / q) / np.log1p(taper), 0, 1)
        above = np.clip(np.log(q / high) / np.log1p(taper), 0, 1)
    return (0.25 * (1 + np.cos(np.pi * below)) * (1 + np.cos(np.pi * above))).astype(np.float32)


def fk_shape(x: Matrix) -> tuple[int, int]:
    m, n = (fast_even_length(k + max(k // 2, 16)) for k in x.shape)
    return m, n


def fk_filtered(x: Matrix, weights: Matrix) -> Matrix:
    m, n = x.shape
    n_across, n_time = fk_shape(x)
    y = continued(continued(x, n_across).T, n_time).T
    return scipy.fft.irfft2(scipy.fft.rfft2(y) * weights, (n_across, n_time))[:m, :n]


def fast_even_length(n: int) -> int:
    n += n % 2
    while fast_length(n) != n or n % 2:
        n += 2
    return n


def fast_length(n: int) -> int:
    return int(scipy.fft.next_fast_len(n))


def stolt(traces: Matrix, step_s: float, spacing_m: float, velocity: float) -> Matrix:
    """Padded 2x along time and by the greatest depth across, in complex64; linear between the bins."""
    m, n = traces.shape
    c = velocity / 2
    nt = fast_length(2 * n)
    nx = fast_length(m + int(np.ceil(c * n * step_s / spacing_m)))
    u = scipy.fft.fft(scipy.fft.rfft(traces, nt, axis=1), nx, axis=0)
    w = 2 * np.pi * np.arange(u.shape[1]) / (nt * step_s)
    k = 2 * np.pi * scipy.fft.fftfreq(nx, spacing_m)
    source = np.sqrt(w[None, :] ** 2 + (c * k[:, None]) ** 2) / w[1]
    low = np.minimum(source.astype(np.int64), u.shape[1] - 2)
    share = (source - low).astype(np.float32)
    inside = source < u.shape[1] - 1
    rows = np.arange(nx)[:, None]
    # A record of n samples lies in the first half of nt: turning it round its middle makes the spectrum smooth.
    turn = np.exp(1j * np.pi * (n / nt) * np.arange(u.shape[1])).astype(np.complex64)
    smooth = u * turn
    value = (1 - share) * smooth[rows, low] + share * smooth[rows, low + 1]
    value *= np.exp(-1j * np.pi * (n / nt) * source).astype(np.complex64)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.where(source > 0, np.arange(u.shape[1])[None, :] / source, 1.0).astype(np.float32)
    image = scipy.fft.irfft(scipy.fft.ifft(np.where(inside, value * cosine, 0), axis=0), nt, axis=1)
    return image[:m, :n]


def phase_shift(traces: Matrix, step_s: float, spacing_m: float, velocity: float, largest_deg: float) -> Matrix:
    """Gazdag's, constant velocity, one depth a sample: all frequencies advanced at once, complex64."""
    m, n = traces.shape
    c = velocity / 2
    nt = fast_length(2 * n)
    nx = fast_length(m + int(np.ceil(c * n * step_s / spacing_m)))
    u = scipy.fft.fft(scipy.fft.rfft(traces, nt, axis=1), nx, axis=0)
    w = 2 * np.pi * np.arange(u.shape[1]) / (nt * step_s)
    k = 2 * np.pi * scipy.fft.fftfreq(nx, spacing_m)
    square = w[None, :] ** 2 - (c * k[:, None]) ** 2
    advance = np.exp(1j * step_s * np.sqrt(np.maximum(square, 0))).astype(np.complex64)
    with np.errstate(divide="ignore", invalid="ignore"):
        sine = np.where(w > 0, c * np.abs(k[:, None]) / w, np.where(k[:, None] == 0, 0, np.inf))
    limit = np.sin(np.radians(largest_deg))
    fade = ((sine / limit - 0.9) / 0.1).clip(0, 1)
    u *= (1 - fade**2 * (3 - 2 * fade)).astype(np.float32)
    u[:, 1:] *= 2
    image = np.empty((nx, n), np.complex64)
    for i in range(n):
        image[:, i] = u.sum(axis=1)
        u *= advance
    # Real traces: half the spectrum is enough, if the real part is taken after the transform across.
    return (scipy.fft.ifft(image, axis=0).real / nt)[:m]


OVERSAMPLED = 4


def half_derivative(traces: Matrix, step_s: float) -> Matrix:
    """Traces through sqrt(-j w), four samples for one."""
    m, n = traces.shape
    nt = fast_length(2 * n)
    spectrum = scipy.fft.rfft(traces, nt, axis=1)
    w = 2 * np.pi * np.arange(spectrum.shape[1]) / (nt * step_s)
    spectrum = spectrum * np.sqrt(-1j * w).astype(np.complex64)
    return scipy.fft.irfft(spectrum, OVERSAMPLED * nt, axis=1)[:, : OVERSAMPLED * n] * np.float32(OVERSAMPLED)


def kirchhoff_numpy(traces: Matrix, step_s: float, spacing_m: float, velocity: float, reach_m: float) -> Matrix:
    """Over the offsets: all depths and all traces at once."""
    m, n = traces.shape
    q = half_derivative(traces, step_s)
    depth = velocity * step_s / 2 * np.arange(n)
    image = np.zeros((m, n), np.float32)
    reach = min(int(reach_m / spacing_m), m - 1)
    for offset in range(-reach, reach + 1):
        r = np.hypot(offset * spacing_m, depth)
        at = 2 * r / velocity / step_s * OVERSAMPLED
        low = at.astype(np.int64)
        keep = (low < q.shape[1] - 1) & (depth > 0)
        share = (at - low)[keep].astype(np.float32)
        weight = (spacing_m * depth[keep] / r[keep] / np.sqrt(np.pi * velocity * r[keep])).astype(np.float32)
        first, last = max(0, -offset), min(m, m - offset)
        source = q[first + offset : last + offset]
        low = low[keep]
        image[first:last, keep] += weight * ((1 - share) * source[:, low] + share * source[:, low + 1])
    return image


@numba.njit(cache=False)  # type: ignore[misc]
def _kirchhoff_loops(q, n, step_s, spacing_m, velocity, reach):  # type: ignore[no-untyped-def]
    m, length = q.shape
    image = np.zeros((m, n), np.float32)
    at = np.empty((reach + 1, n), np.float32)
    weight = np.zeros((reach + 1, n), np.float32)
    for o in range(reach + 1):
        for i in range(n):
            depth = velocity * step_s / 2 * i
            r = np.sqrt((o * spacing_m) ** 2 + depth**2)
            at[o, i] = 2 * r / velocity / step_s * 4
            if i > 0 and at[o, i] < length - 1:
                weight[o, i] = spacing_m * depth / r / np.sqrt(np.pi * velocity * r)
    for x in range(m):
        for o in range(-min(reach, x), min(reach, m - 1 - x) + 1):
            a = abs(o)
            for i in range(1, n):
                w = weight[a, i]
                if w != 0:
                    low = int(at[a, i])
                    share = at[a, i] - np.float32(low)
                    image[x, i] += w * ((np.float32(1) - share) * q[x + o, low] + share * q[x + o, low + 1])
    return image


def kirchhoff_numba(traces: Matrix, step_s: float, spacing_m: float, velocity: float, reach_m: float) -> Matrix:
    q = half_derivative(traces, step_s).astype(np.float32)
    reach = min(int(reach_m / spacing_m), traces.shape[0] - 1)
    return np.asarray(_kirchhoff_loops(q, traces.shape[1], step_s, spacing_m, velocity, reach))


def sweep_to_time(sweeps: Matrix, start_hz: float, step_hz: float, n_samples: int, sample_interval_s: float) -> Matrix:
    """Real signal of complex sweeps with a Hann window: one inverse transform, the band then put where it lies."""
    k = sweeps.shape[1]
    window = np.hanning(k)
    length = round(1 / (step_hz * sample_interval_s))
    base = length * scipy.fft.ifft(sweeps * window, length, axis=1)[:, :n_samples]
    t = sample_interval_s * np.arange(n_samples)
    return (base * np.exp(2j * np.pi * start_hz * t)).real / window.sum()
