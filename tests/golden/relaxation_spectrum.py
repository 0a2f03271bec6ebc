# SPDX-License-Identifier: MIT
"""Golden values for emi::RelaxationSpectrum, DecaySpectrum and fit_decay: scipy.optimize.least_squares in double, started at the
truth, with its covariance (J^T J)^-1 rest / degrees.

relaxation_spectrum.csv  f_hz, re, im: 21 tones, lines at 1 and 12 kHz, 40 dB.
decay_spectrum.csv       a_s, b_s, weight, y: 30 gates, two exponentials, noise falling as t^-1/2.
decay_single.csv         the same with one exponential and an offset.
relaxation_fits.csv      case (0 spectrum, 1 decays, 2 single), number, value, standard error. Numbers: constant (or offset)
                         first, then for each line ln of the place (zeta or tau) and strength.
"""
import pathlib

import numpy as np
import scipy.optimize

HERE = pathlib.Path(__file__).parent


def gate_mean(tau, a, b):
    return tau / (b - a) * (np.exp(-a / tau) - np.exp(-b / tau))


def fit(model, start, data, weight):
    out = scipy.optimize.least_squares(
        lambda p: weight * (model(p) - data), start, jac="3-point", x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15, method="lm"
    )
    jac = scipy.optimize.approx_fprime(out.x, lambda p: weight * model(p), 1e-7)
    cov = np.linalg.inv(jac.T @ jac) * np.sum(out.fun**2) / (len(data) - len(start))
    return out.x, np.sqrt(np.diag(cov))


def save(name, header, columns):
    np.savetxt(HERE / name, np.column_stack(columns), fmt="%.17g", delimiter=",", header=header, comments="# ")


def main():
    rng = np.random.default_rng(2010)
    f = np.geomspace(330.0, 90030.0, 21)
    w = 2 * np.pi * f
    fits = []

    def spectrum(p):
        h = p[0] + sum(c / (1 + 1j * w / np.exp(z)) for z, c in ((p[1], p[2]), (p[3], p[4])))
        return np.concatenate([h.real, h.imag])

    truth = np.array([-0.8, np.log(2 * np.pi * 1e3), 1.0, np.log(2 * np.pi * 12e3), 0.6])
    clean = spectrum(truth)
    data = clean + 0.01 * np.sqrt(np.mean(clean**2)) * rng.normal(size=42)
    save("relaxation_spectrum.csv", "f_hz,re,im", [f, data[:21], data[21:]])
    fits.append(fit(spectrum, truth, data, np.ones(42)))

    edges = np.geomspace(20e-6, 4e-3, 31)
    a, b = edges[:-1], edges[1:]
    sigma = 1e-3 * np.sqrt(20e-6 / a)

    def decays(p):
        return sum(q * gate_mean(np.exp(t), a, b) for t, q in ((p[0], p[1]), (p[2], p[3])))

    truth = np.array([np.log(60e-6), 1.0, np.log(700e-6), 0.4])
    data = decays(truth) + sigma * rng.normal(size=30)
    save("decay_spectrum.csv", "a_s,b_s,weight,y", [a, b, 1 / sigma, data])
    fits.append(fit(decays, truth, data, 1 / sigma))

    def single(p):
        return p[0] + p[2] * gate_mean(np.exp(p[1]), a, b)

    truth = np.array([0.002, np.log(250e-6), 1.0])
    data = single(truth) + sigma * rng.normal(size=30)
    save("decay_single.csv", "a_s,b_s,weight,y", [a, b, 1 / sigma, data])
    fits.append(fit(single, truth, data, 1 / sigma))

    with open(HERE / "relaxation_fits.csv", "w", encoding="utf-8") as out:
        out.write("# case,number,value,sigma\n")
        for case, (values, errors) in enumerate(fits):
            for number, (value, error) in enumerate(zip(values, errors)):
                out.write(f"{case},{number},{float(value)!r},{float(error)!r}\n")


if __name__ == "__main__":
    main()
