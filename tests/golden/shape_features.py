# SPDX-License-Identifier: MIT
"""Golden vectors of detect.hog and detect.edge_histogram: NumPy in double, written from the formulas in the headers alone.

Writes shape_input.npy (float32, traces x samples), hog_expected.npy and edges_expected.npy (float64, traces x features).
Tolerance: 1e-5 (float32 patches against double). Trace 20 of the input is NaN: it takes no part.
Run: python tests/golden/shape_features.py
"""

import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
N_TRACES, N_SAMPLES, LOST = 40, 48, 20
WIDTH, FIRST, COUNT = 16, 6, 34  # of the patch
CELLS_ALONG, CELLS_DOWN, BINS = 4, 3, 9
THRESHOLD = 0.6


def line() -> np.ndarray:
    rng = np.random.default_rng(20261126)
    t = np.arange(N_SAMPLES)
    x = rng.normal(0, 0.2, (N_TRACES, N_SAMPLES))
    for n in range(N_TRACES):
        at = np.hypot(20.0, 2.0 * (n - 22))
        x[n] += 3.0 * np.exp(-(((n - 22) / 9.0) ** 2)) * np.exp(-(((t - at) / 3.0) ** 2)) * np.cos((t - at) / 1.5)
    x = x.astype(np.float32)
    x[LOST, 5] = np.nan
    return x


def patch(x: np.ndarray, n: int) -> np.ndarray:
    """The traces around n; one that is missing or unusable repeats its neighbour towards the middle."""
    usable = [0 <= i < len(x) and bool(np.isfinite(x[i]).all()) for i in range(n - WIDTH // 2, n + WIDTH // 2)]
    rows = [0] * WIDTH
    for step, order in ((1, range(WIDTH // 2, WIDTH)), (-1, range(WIDTH // 2 - 1, -1, -1))):
        last = n
        for k in order:
            if usable[k]:
                last = n - WIDTH // 2 + k
            rows[k] = last
    out = np.array([x[i, FIRST : FIRST + COUNT] for i in rows], np.float64)
    return out / np.sqrt(np.mean(out**2))


def hog(p: np.ndarray) -> np.ndarray:
    down, across = np.zeros_like(p), np.zeros_like(p)
    down[1:-1] = p[2:] - p[:-2]
    across[:, 1:-1] = p[:, 2:] - p[:, :-2]
    magnitude = np.hypot(down, across)
    place = (np.degrees(np.arctan2(down, across)) % 180.0) / (180.0 / BINS) - 0.5
    low = np.floor(place).astype(int)
    share = place - low
    rows, columns = WIDTH // CELLS_ALONG, COUNT // CELLS_DOWN
    cells = np.zeros((CELLS_ALONG, CELLS_DOWN, BINS))
    for i in range(CELLS_ALONG * rows):
        for j in range(CELLS_DOWN * columns):
            cell = cells[i // rows, j // columns]
            cell[low[i, j] % BINS] += magnitude[i, j] * (1 - share[i, j])
            cell[(low[i, j] + 1) % BINS] += magnitude[i, j] * share[i, j]
    out = []
    for i in range(CELLS_ALONG - 1):
        for j in range(CELLS_DOWN - 1):
            v = cells[i : i + 2, j : j + 2].ravel()
            v = np.minimum(v / np.sqrt(v @ v + 1e-10), 0.2)
            out.append(v / np.sqrt(v @ v + 1e-10))
    return np.concatenate(out)


def edges(p: np.ndarray) -> np.ndarray:
    out = []
    for k in range(7):
        s = p[k * (WIDTH // 8) : (k + 2) * (WIDTH // 8)]
        a, b, c, d = s[:-1, :-1], s[:-1, 1:], s[1:, :-1], s[1:, 1:]
        strength = np.abs([a + b - c - d, a - b + c - d, np.sqrt(2) * (a - d), np.sqrt(2) * (b - c), 2 * (a - b - c + d)])
        kind = np.where(strength.max(0) > THRESHOLD, strength.argmax(0), -1)
        out += [np.mean(kind == e) for e in range(5)]
    return np.array(out)


def main() -> None:
    x = line()
    np.save(HERE / "shape_input.npy", x)
    dead = np.array([not np.isfinite(t).all() for t in x])
    for name, feature in (("hog", hog), ("edges", edges)):
        rows = np.array([feature(patch(x, n)) for n in range(N_TRACES) if not dead[n]])
        full = np.zeros((N_TRACES, rows.shape[1]))
        full[~dead] = rows
        np.save(HERE / f"{name}_expected.npy", full)


if __name__ == "__main__":
    main()
