# SPDX-License-Identifier: MIT
"""Golden values for eval/compare.hpp: McNemar's exact test by SciPy, the bootstraps by NumPy with 200,000 draws.

compare_runs.csv      lane, x, 1 for a target, score in the first run, in the second.
compare_expected.csv  found by each at 0.1 false alarms a metre, by one only, p; difference of the partial areas to 0.25 a metre, its
                      2.5 and 97.5 percentiles over draws of lanes, deviation; partial area of the first, percentiles over draws of
                      lanes and targets in them, deviation.
"""
import pathlib

import numpy as np
from scipy import stats

HERE = pathlib.Path(__file__).parent
LANES, EXPOSURE = 12, 10 - 4 * 0.3
RATE, AREA = 0.1, 0.25


def runs(rng):
    rows = []
    for lane in range(LANES):
        hard = rng.normal(0, 0.6)
        for k in range(4):
            a = 2.0 - hard + rng.normal()
            rows.append((lane, 1.0 + 1.5 * k, 1, a, a + 0.5 + 0.8 * rng.normal()))
        for x in (8.0, 8.7, 9.4):
            a = rng.normal()
            rows.append((lane, x, 0, a, a + 0.3 * rng.normal()))
    return np.round(np.array(rows), 3)


def counts(targets, others, threshold):
    return (targets >= threshold).sum(), (others >= threshold).sum()


def area(targets, others, exposure):
    """Under the steps: each false alarm, from the highest, moves the rate on by 1/exposure; Pd of just above it counts until then."""
    total, at = 0.0, 0.0
    for i, s in enumerate(sorted(others, reverse=True)):
        step = min((i + 1) / exposure, AREA)
        total += (targets > s).mean() * (step - at)
        at = step
    last = max(targets.min(), -np.inf)
    return (total + (targets >= last).mean() * (AREA - at)) / AREA


def fast_areas(targets, others, n_lanes):
    """area() of many draws at once: rows are draws. The rate ends well before the false alarms do."""
    exposure = n_lanes * EXPOSURE
    n = int(np.floor(AREA * exposure))
    assert others.shape[1] > n
    top = -np.sort(-others, axis=1)[:, : n + 1]
    sorted_targets = np.sort(targets, axis=1)
    total = np.zeros(len(targets))
    for i in range(n + 1):
        above = (sorted_targets > top[:, i : i + 1]).mean(axis=1)
        total += above * (min((i + 1) / exposure, AREA) - i / exposure)
    return total / AREA


def main():
    rng = np.random.default_rng(5)
    rows = runs(rng)
    with open(HERE / "compare_runs.csv", "w", encoding="utf-8") as out:
        out.write("# lane,x,target,first,second\n")
        out.writelines(",".join(repr(v.item()) for v in row) + "\n" for row in rows)
    # The library's scores are float32.
    scores = rows[:, 3:].astype(np.float32).astype(float)
    is_target = rows[:, 2] == 1
    targets = scores[is_target].reshape(LANES, 4, 2)
    others = scores[~is_target].reshape(LANES, 3, 2)
    found = []
    for run in range(2):
        t, o = targets[..., run].ravel(), others[..., run].ravel()
        exceeding = sorted(o, reverse=True)[int(np.floor(RATE * LANES * EXPOSURE))]
        found.append(t > exceeding)
        assert counts(t, o, np.nextafter(exceeding, np.inf))[1] <= RATE * LANES * EXPOSURE
    b, c = int((found[0] & ~found[1]).sum()), int((~found[0] & found[1]).sum())
    p = stats.binomtest(min(b, c), b + c, 0.5).pvalue
    areas = [area(targets[..., r].ravel(), others[..., r].ravel(), LANES * EXPOSURE) for r in range(2)]
    difference, alone = [], []
    for _ in range(20):
        lanes = rng.integers(0, LANES, (10000, LANES))
        by_run = [fast_areas(targets[lanes, :, r].reshape(10000, -1), others[lanes, :, r].reshape(10000, -1), LANES) for r in range(2)]
        difference.append(by_run[1] - by_run[0])
        picked = rng.integers(0, 4, (10000, LANES, 4))
        drawn = np.take_along_axis(targets[lanes, :, 0], picked, axis=2)
        alone.append(fast_areas(drawn.reshape(10000, -1), others[lanes, :, 0].reshape(10000, -1), LANES))
    difference, alone = np.concatenate(difference), np.concatenate(alone)
    values = [found[0].sum(), found[1].sum(), b, c, p, areas[1] - areas[0], *np.percentile(difference, [2.5, 97.5]), difference.std(),
              areas[0], *np.percentile(alone, [2.5, 97.5]), alone.std()]
    with open(HERE / "compare_expected.csv", "w", encoding="utf-8") as out:
        out.write("# found_first,found_second,only_first,only_second,p,difference,low,high,deviation,area,low,high,deviation\n")
        out.write(",".join(repr(float(v)) for v in values) + "\n")


if __name__ == "__main__":
    main()
