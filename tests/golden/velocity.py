# SPDX-License-Identifier: MIT
"""Hyperbola fits by scipy.optimize.least_squares and layers by Dix' formula with numerical derivatives, in double.

The travel time over refracted rays comes from a bounded minimisation over the point where the ray enters the ground
(Fermat), which shares nothing with the library's ray tracer.

Writes hyperbola_picks.csv  (case, x_m, time_s, sigma_s),
       hyperbola_fits.csv   (case, offset_m, standoff_m, fit_time_zero, with_sigma, x_m, depth_m, velocity_m_per_s, time_zero_s,
                             four standard errors, correlation of depth and velocity, chi_square),
       semblance_gather.npy, semblance_panel.npy: a CMP gather and its semblance by plain loops (see semblance()),
       beta.csv             (a, b, x, I_x(a, b), log gamma(a)) from scipy.special,
       dix.csv              (set, time_s, velocity, their sigmas; velocity, thickness, depth of the layer and their sigmas).
"""

from pathlib import Path

import numpy as np
from scipy import optimize, special

HERE = Path(__file__).resolve().parent
C = 299792458.0


def leg(distance, depth, velocity, standoff):
    """Time of one leg."""
    if standoff == 0.0:
        return np.hypot(distance, depth) / velocity
    distance = abs(distance)
    found = optimize.minimize_scalar(
        lambda x: np.hypot(x, standoff) / C + np.hypot(distance - x, depth) / velocity,
        bounds=(0.0, distance if distance > 0 else 1e-12), method="bounded", options={"xatol": 1e-12},
    )
    return found.fun


def times(x, place, depth, velocity, zero, offset, standoff):
    return zero + np.array([
        leg(v - place - offset / 2, depth, velocity, standoff) + leg(v - place + offset / 2, depth, velocity, standoff)
        for v in x
    ])


def hyperbolas():
    rng = np.random.default_rng(11)
    picks, fits = [], []
    #        offset standoff t0?   sigma?  n   x0    depth velocity zero
    cases = [
        (0.00, 0.00, False, False, 25, 1.20, 0.30, 0.100e9, 0.0),
        (0.06, 0.00, False, True, 31, -0.40, 0.12, 0.075e9, 0.0),
        (0.14, 0.00, False, False, 21, 2.00, 0.50, 0.150e9, 0.0),
        (0.10, 0.00, True, True, 41, 0.30, 0.20, 0.090e9, 0.4e-9),
        (0.06, 0.10, False, True, 31, 0.00, 0.15, 0.110e9, 0.0),
        (0.20, 0.40, False, False, 41, 0.70, 0.30, 0.080e9, 0.0),
    ]
    for number, (offset, standoff, with_zero, with_sigma, n, place, depth, velocity, zero) in enumerate(cases):
        x = place + np.linspace(-1.0, 1.3, n) * (depth + standoff) * 1.2
        sigma = 2e-11 * (1 + rng.random(n)) if with_sigma else np.full(n, 3e-11)
        t = times(x, place, depth, velocity, zero, offset, standoff) + sigma * rng.standard_normal(n)
        # Scaled to metres, metres, 0.1 m/ns and ns, so that the numerical derivatives are good.
        scale = np.array([1.0, 1.0, 1e8, 1e-9])

        def residual(q, x=x, t=t, sigma=sigma, offset=offset, standoff=standoff, with_zero=with_zero, scale=scale):
            p = q * scale[: len(q)]
            return (t - times(x, p[0], p[1], p[2], p[3] if with_zero else 0.0, offset, standoff)) / sigma

        start = np.array([place, depth, velocity, zero])[: 4 if with_zero else 3] / scale[: 4 if with_zero else 3]
        found = optimize.least_squares(residual, start, method="lm",
                                       xtol=1e-14, ftol=1e-14, gtol=1e-14, diff_step=1e-6)
        q = found.x
        steps = 1e-5 * np.maximum(np.abs(q), 0.1)
        jacobian = np.column_stack([
            (residual(q + h * e) - residual(q - h * e)) / (2 * h)
            for h, e in zip(steps, np.eye(len(q)), strict=True)
        ])
        covariance = np.linalg.inv(jacobian.T @ jacobian)
        chi = float(np.sum(residual(q) ** 2))
        if not with_sigma:
            covariance *= chi / (n - len(q))
        p = np.zeros(4)
        p[: len(q)] = q * scale[: len(q)]
        error = np.zeros(4)
        error[: len(q)] = np.sqrt(np.diag(covariance)) * scale[: len(q)]
        correlation = covariance[1, 2] / np.sqrt(covariance[1, 1] * covariance[2, 2])
        picks += [(number, *row) for row in zip(x, t, sigma, strict=True)]
        fits.append((number, offset, standoff, with_zero, with_sigma, *p, *error, correlation, chi))
    np.savetxt(HERE / "hyperbola_picks.csv", picks, fmt="%.17g", delimiter=",", header="case,x_m,time_s,sigma_s")
    np.savetxt(
        HERE / "hyperbola_fits.csv", fits, fmt="%.17g", delimiter=",",
        header="case,offset_m,standoff_m,fit_time_zero,with_sigma,x_m,depth_m,velocity_m_per_s,time_zero_s,"
        "x_error,depth_error,velocity_error,time_zero_error,correlation,chi_square",
    )


def layers(t, v):
    top_t, top_v = np.concatenate([[0.0], t[:-1]]), np.concatenate([[0.0], v[:-1]])
    interval = np.sqrt((v**2 * t - top_v**2 * top_t) / (t - top_t))
    thickness = interval * (t - top_t) / 2
    return np.array([interval, thickness, np.cumsum(thickness)])


def dix():
    rows = []
    sets = [
        ([10e-9, 25e-9, 40e-9, 70e-9], [0.12e9, 0.11e9, 0.095e9, 0.10e9], 0.1e-9, 1e6),
        ([8e-9], [0.1e9], 0.05e-9, 2e6),
        ([5e-9, 6e-9, 30e-9], [0.14e9, 0.135e9, 0.09e9], 0.02e-9, 5e5),
    ]
    for number, (t, v, sigma_t, sigma_v) in enumerate(sets):
        t, v = np.array(t), np.array(v)
        variance = np.zeros((3, len(t)))
        for k in range(len(t)):
            one = np.zeros(len(t))
            one[k] = 1.0
            by_t = (layers(t + 1e-13 * one, v) - layers(t - 1e-13 * one, v)) / 2e-13
            by_v = (layers(t, v + 1e3 * one) - layers(t, v - 1e3 * one)) / 2e3
            variance += (by_t * sigma_t) ** 2 + (by_v * sigma_v) ** 2
        found, error = layers(t, v), np.sqrt(variance)
        rows += [(number, t[k], v[k], sigma_t, sigma_v, *found[:, k], *error[:, k]) for k in range(len(t))]
    np.savetxt(
        HERE / "dix.csv", rows, fmt="%.17g", delimiter=",",
        header="set,time_s,velocity_m_per_s,time_sigma_s,velocity_sigma_m_per_s,interval_m_per_s,thickness_m,depth_m,"
        "interval_sigma,thickness_sigma,depth_sigma",
    )


OFFSETS = 0.2 + 0.15 * np.arange(12)
STEP, N_SAMPLES, START = 0.4e-9, 120, -2e-9


def gather():
    """Two reflections with their moveout, and noise: (traces, samples) in float32."""
    rng = np.random.default_rng(2)
    t = START + STEP * np.arange(N_SAMPLES)
    out = []
    for offset in OFFSETS:
        x = 0.3 * rng.standard_normal(N_SAMPLES)
        for zero, velocity, amplitude in ((14e-9, 0.13e9, 4.0), (30e-9, 0.11e9, 2.0)):
            a = (np.pi * 250e6 * (t - np.sqrt(zero**2 + (offset / velocity) ** 2))) ** 2
            x += amplitude * (1 - 2 * a) * np.exp(-a)
        out.append(x.astype(np.float32))
    return np.array(out)


def semblance():
    data = gather()
    np.save(HERE / "semblance_gather.npy", data)
    data = data.astype(float)
    t = START + STEP * np.arange(N_SAMPLES)
    half, fewest, stretch = 5, 4, 0.6
    velocities = np.linspace(0.08e9, 0.16e9, 9)
    panel = np.zeros((len(velocities), N_SAMPLES))
    for k, v in enumerate(velocities):
        top, bottom, count = np.zeros(N_SAMPLES), np.zeros(N_SAMPLES), np.zeros(N_SAMPLES)
        for i in range(N_SAMPLES):
            late = np.sqrt(t[i] ** 2 + (OFFSETS / v) ** 2)
            good = (t[i] >= 0) & (late - t[i] <= stretch * t[i]) & (late <= t[-1])
            y = np.array([np.interp(late[j], t, data[j]) for j in np.flatnonzero(good)])
            count[i] = len(y)
            if len(y) >= fewest:
                top[i], bottom[i] = y.sum() ** 2, len(y) * (y**2).sum()
        for i in range(N_SAMPLES):
            a, b = max(0, i - half), min(N_SAMPLES, i + half + 1)
            if count[i] >= fewest and bottom[a:b].sum() > 0:
                panel[k, i] = top[a:b].sum() / bottom[a:b].sum()
    np.save(HERE / "semblance_panel.npy", panel)


def beta():
    rows = [(a, b, x, special.betainc(a, b, x), special.gammaln(a))
            for a, b in ((0.5, 0.5), (1, 3), (4.5, 45), (2.5, 300), (60, 2), (1000, 9000))
            for x in (1e-3, 0.05, 0.1, 0.2581, 0.5, 0.9, 0.999)]
    np.savetxt(HERE / "beta.csv", rows, fmt="%.17g", delimiter=",", header="a,b,x,incomplete_beta,log_gamma_a")


if __name__ == "__main__":
    hyperbolas()
    semblance()
    beta()
    dix()
