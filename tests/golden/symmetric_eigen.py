# SPDX-License-Identifier: MIT
"""Golden vectors for dsp::SymmetricEigen: numpy.linalg.eigh in double.

Writes symmetric_eigen_input.npy (21 x 21: random, with two values that are equal) and symmetric_eigen.npy: the values in
descending order in the first row, below them the eigenvectors as columns. Compared to 1e-12 of the largest value; vectors up
to their sign, those of the equal values by their common space.
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent


def main():
    rng = np.random.default_rng(20240503)
    n = 21
    q = np.linalg.qr(rng.normal(size=(n, n)))[0]
    values = np.sort(rng.normal(size=n) * 10.0 ** rng.uniform(-6, 2, n))[::-1]
    values[3] = values[2]
    a = (q * values) @ q.T
    a = 0.5 * (a + a.T)
    w, v = np.linalg.eigh(a)
    np.save(HERE / "symmetric_eigen_input.npy", a)
    np.save(HERE / "symmetric_eigen.npy", np.vstack([w[::-1], v[:, ::-1]]))


if __name__ == "__main__":
    main()
