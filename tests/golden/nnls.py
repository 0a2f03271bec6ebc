# SPDX-License-Identifier: MIT
"""Golden values for dsp::Nnls: scipy.optimize.nnls in double.

nnls_tall.npy (30 x 21) and nnls_wide.npy (10 x 26): random matrices with b in the last column. nnls_relaxation.npy (42 x 103):
the real and imaginary parts of 1, -1 and 100 relaxations over 21 frequencies, b with noise; badly conditioned. nnls.csv: number
of the case, place, x; then as place -1 the norm of the residual.
"""
import pathlib

import numpy as np
import scipy.optimize

HERE = pathlib.Path(__file__).parent


def main():
    rng = np.random.default_rng(415)
    tall = np.hstack([rng.normal(size=(30, 20)), rng.normal(size=(30, 1))])
    wide = np.hstack([1 + rng.normal(size=(10, 25)), rng.normal(size=(10, 1))])
    w = 2 * np.pi * np.geomspace(330.0, 90030.0, 21)
    zeta = np.geomspace(w[0] / 10, w[-1] * 10, 100)
    modes = 1 / (1 + 1j * w[:, None] / zeta)
    h = -0.8 + 1 / (1 + 1j * w / 6283.0) + 0.6 / (1 + 1j * w / 75398.0)
    one = np.ones((21, 1))
    a = np.vstack([np.hstack([one, -one, modes.real]), np.hstack([0 * one, 0 * one, modes.imag])])
    b = np.concatenate([h.real, h.imag]) + 1e-3 * rng.normal(size=42)
    cases = [("tall", tall), ("wide", wide), ("relaxation", np.hstack([a, b[:, None]]))]
    with open(HERE / "nnls.csv", "w", encoding="utf-8") as out:
        out.write("# case,place,x\n")
        for number, (name, both) in enumerate(cases):
            np.save(HERE / f"nnls_{name}.npy", both)
            x, residual = scipy.optimize.nnls(both[:, :-1], both[:, -1], maxiter=10000)
            for place, value in enumerate(x):
                out.write(f"{number},{place},{value!r}\n".replace("np.float64(", "").replace(")", ""))
            out.write(f"{number},-1,{float(residual)!r}\n")


if __name__ == "__main__":
    main()
