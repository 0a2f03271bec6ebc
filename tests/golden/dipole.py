#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Golden values of the dipole model and its inversion for an array like a TEMTADS 2x2 (src/io/coil_array/temtads-2x2.toml).

NumPy and SciPy alone. Fields by Gauss-Legendre quadrature of Biot and Savart's law along each side, derivatives by central
differences, the inversion by scipy.optimize.least_squares on the projected residual with a pseudo-inverse at each step.

    dipole.py      writes dipole_forward.csv, dipole_data.csv and dipole_solution.csv beside this file
"""
import pathlib

import numpy as np
from scipy.optimize import least_squares

HERE = pathlib.Path(__file__).parent
MU0 = 4e-7 * np.pi
CENTRES = [(-0.2, -0.2, 0.0), (-0.2, 0.2, 0.0), (0.2, -0.2, 0.0), (0.2, 0.2, 0.0)]
NODES, WEIGHTS = np.polynomial.legendre.leggauss(48)


def square(centre, side, axis):
    u, v = (axis + 1) % 3, (axis + 2) % 3
    corners = []
    for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        p = np.array(centre)
        p[u] += a * side / 2
        p[v] += b * side / 2
        corners.append(p)
    return corners


def field(corners, place):
    """H per ampere: (1/4 pi) integral of dl x r / r^3."""
    h = np.zeros(3)
    for k, a in enumerate(corners):
        b = corners[(k + 1) % len(corners)]
        points = (a + b) / 2 + np.outer(NODES, (b - a) / 2)
        r = place - points
        h += (WEIGHTS / np.linalg.norm(r, axis=1) ** 3) @ np.cross((b - a) / 2, r)
    return h / (4 * np.pi)


TRANSMITTERS = [square(c, 0.35, 2) for c in CENTRES]
RECEIVERS = [square(c, 0.08, axis) for c in CENTRES for axis in range(3)]


def sensing(place):
    ht = [field(c, place) for c in TRANSMITTERS]
    hr = [field(c, place) for c in RECEIVERS]
    rows = []
    for t in ht:
        for r in hr:
            m = np.outer(r, t)
            s = m + m.T - np.diag(np.diag(m))
            rows.append([s[0, 0], s[0, 1], s[0, 2], s[1, 1], s[1, 2], s[2, 2]])
    return MU0 * np.array(rows)


def slope(place, k, h=2e-4):
    e = np.zeros(3)
    e[k] = h
    return (8 * (sensing(place + e) - sensing(place - e)) - (sensing(place + 2 * e) - sensing(place - 2 * e))) / (12 * h)


def vech(m):
    return np.array([m[0, 0], m[0, 1], m[0, 2], m[1, 1], m[1, 2], m[2, 2]])


def main():
    place = np.array([0.06, -0.11, -0.37])
    g = sensing(place)
    np.savetxt(HERE / "dipole_forward.csv", np.vstack([g, *(slope(place, k) for k in range(3))]), fmt="%.17g", delimiter=",",
               header="G (48 rows), then its derivatives by x, y, z; place 0.06 -0.11 -0.37")

    random = np.random.default_rng(20)
    times = 1e-4 * 250 ** (np.arange(30) / 29)
    axes, _ = np.linalg.qr(random.normal(size=(3, 3)))
    decay = (1 + np.sqrt(times / 2e-4)) ** -1.2 * np.exp(-times / 8e-3)
    q = np.array([vech(axes @ np.diag([l, 0.4 * l, 0.4 * l]) @ axes.T) for l in decay]).T
    clean = g @ q
    sigma = np.sqrt(np.mean(clean[:, 0] ** 2)) * 10 ** (-30 / 20) * np.sqrt(times[0] / times)
    data = clean + sigma * random.normal(size=clean.shape)
    np.savetxt(HERE / "dipole_data.csv", np.vstack([sigma, data]), fmt="%.17g", delimiter=",",
               header="sigma of 30 gates, then 48 channels x 30 gates; noise 30 dB")

    white = data / sigma

    def residual(p):
        m = sensing(p)
        return (white - m @ (np.linalg.pinv(m) @ white)).ravel()

    fit = least_squares(residual, place + [0.01, 0.01, 0.01], xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale=0.01)
    m = sensing(fit.x)
    pinv = np.linalg.pinv(m)
    qhat = pinv @ white
    p = np.eye(48) - m @ pinv
    d = [slope(fit.x, k) for k in range(3)]
    jacobian = np.array([(p @ (x @ qhat)).ravel() for x in d]).T
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    rows = [fit.x, [2 * fit.cost, 48 * 30 - 6 * 30 - 3, 0], *covariance]
    for gate in (0, 15, 29):
        answer = np.array([-pinv @ (x @ qhat[:, gate]) for x in d]).T
        c = np.linalg.inv(m.T @ m) + answer @ covariance @ answer.T
        rows += [*(qhat[:, gate] * sigma[gate]).reshape(2, 3), *(np.diag(c) * sigma[gate] ** 2).reshape(2, 3)]
    np.savetxt(HERE / "dipole_solution.csv", np.array(rows), fmt="%.17g", delimiter=",",
               header="place; chi2, dof, 0; covariance of the place; for gates 0, 15, 29: q in two rows, variances of q in two rows")


if __name__ == "__main__":
    main()
