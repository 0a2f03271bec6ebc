# SPDX-License-Identifier: MIT
"""Golden values for eval: SciPy's intervals and tests, and the halo rule, exposure, curve and area by brute force in NumPy.

scoring_intervals.csv  kind 0 Clopper-Pearson, 1 Wilson (hits, n), 2 exact Poisson rate (events, exposure): low, high;
                       3 exact McNemar (b, c): p, 0; each with its confidence.
scoring_truth.csv      six lanes with objects that lie close to each other, and one blank lane.
scoring_alarms.csv     alarms on them, with scores that repeat.
scoring_expected.csv   halo, rule (0 clutter apart, 1 false), then what: 0 object, best score (-1: none), further alarms;
                       1 exposure; 2 point: threshold, detected, false; 3 partial area: rate, area.
scoring_areas.csv      swept area of a crooked path by rasters of 0.5 mm: halo, area.
"""
import pathlib

import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).parent
LENGTH = 8.0


def write(name, header, rows):
    with open(HERE / name, "w", encoding="utf-8") as out:
        out.write(header + "\n")
        for row in rows:
            out.write(",".join(x if isinstance(x, str) else repr(x.item() if isinstance(x, np.generic) else x) for x in row) + "\n")


def intervals():
    rows = []
    for confidence in (0.95, 0.9, 0.99):
        for n in (1, 2, 10, 30, 95, 100, 299, 5000):
            for k in sorted({0, 1, n // 3, n // 2, n - 1, n}):
                # binomtest's own exact interval is right to 1e-12 absolutely only; beta's quantiles are right to their digits.
                test, half = stats.binomtest(k, n), (1 - confidence) / 2
                low = float(stats.beta.ppf(half, k, n - k + 1)) if k > 0 else 0.0
                high = float(stats.beta.isf(half, k + 1, n - k)) if k < n else 1.0
                exact, score = (test.proportion_ci(confidence, method) for method in ("exact", "wilson"))
                assert abs(low - exact.low) < 1e-11 and abs(high - exact.high) < 1e-11
                rows.append((0, k, n, confidence, low, high))
                rows.append((1, k, n, confidence, float(score.low), float(score.high)))
        a = 1 - confidence
        for k in (0, 1, 2, 5, 20, 137, 4000):
            for exposure in (0.37, 100.0):
                low = stats.chi2.ppf(a / 2, 2 * k) / (2 * exposure) if k else 0.0
                rows.append((2, k, exposure, confidence, float(low), float(stats.chi2.isf(a / 2, 2 * k + 2) / (2 * exposure))))
    for b, c in ((0, 0), (1, 0), (0, 6), (3, 3), (3, 11), (40, 12), (500, 400)):
        p = stats.binomtest(min(b, c), b + c, 0.5).pvalue if b + c else 1.0
        rows.append((3, b, c, 0.95, float(p), 0.0))
    write("scoring_intervals.csv", "# kind,first,second,confidence,low,high", rows)


def trial(rng):
    truth, alarms = [], []
    for lane in range(7):
        name = f"lane_{lane}"
        if lane < 6:
            for _ in range(9):
                kind = rng.choice(["mine-AP", "mine-AT", "ordnance", "clutter", "clutter"])
                truth.append((name, round(float(rng.uniform(0.3, LENGTH - 0.3)), 3), str(kind), round(float(rng.choice([0.0, 0.06, 0.11, 0.3])), 3)))
        for _ in range(30):
            alarms.append((name, round(float(rng.uniform(0.0, LENGTH)), 3), float(rng.integers(8, 60)) / 4))
    # On targets, more likely high.
    for name, x, kind, width in truth:
        for _ in range(int(rng.integers(0, 4))):
            at = x + rng.uniform(-1, 1) * (0.5 * width + 0.12)
            alarms.append((name, round(float(at), 3), float(rng.integers(20, 80)) / 4))
    return truth, alarms


def score(truth, alarms, halo, clutter_false):
    best = [-1.0] * len(truth)
    hits = [0] * len(truth)
    false = []
    for line, x, s in alarms:
        near = []
        for i, (name, at, _, width) in enumerate(truth):
            if name == line:
                gap = max(abs(x - at) - width / 2, 0.0)
                if gap <= halo + 1e-9:
                    near.append((gap, abs(x - at), i))
        if not near:
            false.append(s)
            continue
        i = min(near)[2]
        if clutter_false and truth[i][2] == "clutter":
            false.append(s)
        hits[i] += 1
        best[i] = max(best[i], s)
    # What no absorbing halo covers, by points 0.1 mm apart, at their middles.
    exposure = 0.0
    grid = (np.arange(int(LENGTH * 10000)) + 0.5) / 10000
    for lane in range(7):
        free = np.ones(grid.size, bool)
        for name, at, kind, width in truth:
            if name == f"lane_{lane}" and not (clutter_false and kind == "clutter"):
                free &= np.abs(grid - at) > width / 2 + halo
        exposure += free.sum() / 10000
    return best, hits, np.array(false), exposure


def scoring():
    truth, alarms = trial(np.random.default_rng(20260117))
    write("scoring_truth.csv", "line,x_m,kind,width_m,id", [(*t, f"o{i}") for i, t in enumerate(truth)])
    write("scoring_alarms.csv", "line,x_m,score", alarms)
    rows = []
    for halo in (0.05, 0.1, 0.3):
        for rule in (0, 1):
            best, hits, false, exposure = score(truth, alarms, halo, rule == 1)
            mines = np.array([b for b, t in zip(best, truth, strict=True) if t[2] != "clutter"])
            rows += [(halo, rule, 0, i, b, max(0, h - 1)) for i, (b, h) in enumerate(zip(best, hits, strict=True))]
            rows.append((halo, rule, 1, exposure, 0.0, 0.0))
            thresholds = sorted(set(false) | {m for m in mines if m >= 0}, reverse=True)
            points = [(t, int((mines >= t).sum()), int((false >= t).sum())) for t in thresholds]
            rows += [(halo, rule, 2, float(t), d, f) for t, d, f in points]
            for rate in (0.1, 0.5, 1.0, 10.0):
                # Pd(f) = the best of all thresholds whose rate is at most f, on a fine grid of rates.
                f = (np.arange(200000) + 0.5) / 200000 * rate
                pd = np.zeros(f.size)
                for _, detected, noise in points:
                    pd = np.where(noise / exposure <= f, np.maximum(pd, detected / mines.size), pd)
                rows.append((halo, rule, 3, rate, float(pd.mean()), 0.0))
    write("scoring_expected.csv", "# halo,rule,what,a,b,c", rows)


def areas():
    path = np.array([[0, 0], [1, 0.2], [1.5, 1.0], [0.4, 1.1], [0.4, 0.1]])
    discs = [(0.5, 0.1, 0.1), (1.4, 0.9, 0.3)]  # x, y, diameter
    box = (0.9, 1.05, 0.2, 0.1)  # x, y, along x, along y
    zone = np.array([[0.2, 0.4], [0.7, 0.4], [0.5, 0.9]])
    step = 5e-4
    x = np.arange(-0.5, 2.0, step) + step / 2
    gx, gy = np.meshgrid(x, x)
    swept = np.zeros(gx.shape, bool)
    for a, b in zip(path[:-1], path[1:], strict=True):
        u = b - a
        f = np.clip(((gx - a[0]) * u[0] + (gy - a[1]) * u[1]) / (u @ u), 0, 1)
        swept |= np.hypot(gx - a[0] - f * u[0], gy - a[1] - f * u[1]) <= 0.15
    cross = [
        (zone[(i + 1) % 3][0] - p[0]) * (gy - p[1]) - (zone[(i + 1) % 3][1] - p[1]) * (gx - p[0]) for i, p in enumerate(zone)
    ]
    swept &= ~((cross[0] > 0) & (cross[1] > 0) & (cross[2] > 0))
    rows = []
    for halo in (0.0, 0.1):
        left = swept.copy()
        for cx, cy, width in discs:
            left &= np.hypot(gx - cx, gy - cy) > width / 2 + halo
        dx = np.maximum(np.abs(gx - box[0]) - box[2] / 2, 0)
        dy = np.maximum(np.abs(gy - box[1]) - box[3] / 2, 0)
        left &= np.hypot(dx, dy) > halo
        rows.append((halo, float(left.sum() * step * step)))
    write("scoring_areas.csv", "# halo,area", rows)


if __name__ == "__main__":
    intervals()
    scoring()
    areas()
