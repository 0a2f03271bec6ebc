# SPDX-License-Identifier: MIT
"""What other people's programs make of a line of ours: run, never linked or copied.

Needs, beside NumPy and SciPy, impdar 1.2.1, siina 19.8.28, readgssi 0.0.22 (without what it depends on) with pytz and tqdm, as
bench/peers/requirements*.txt pin them, and GPRPY_DIR, a copy of the repository of GPRPy (commit 3922916). CI does not run it.

Writes peers_input.npy, 30 traces of 60 samples at 0.1 ns from 0 on, 2 cm apart (float32), and peers.npy, one row for each of the
cases below in their order, trace after trace (float32). tests/gpr/peers_test.cpp says where ours must agree, and up to what.
peers_wrap.npy (2 x 40 traces of 64 samples): ImpDAR's Stolt and phase-shift images of a single pulse in trace 4 at 4 ns, which
show the wrap; peers_nmo.npy (2 rows): a smooth trace of 200 samples and what its nmo makes of it (0.3 m, 0.1 m/ns, then NaN);
peers_point.npy (3 x 40 x 64): its Stolt, phase-shift and Kirchhoff images of a point 0.1 m under trace 20.
"""

import importlib
import importlib.util
import os
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
M, N, DT, DX = 30, 60, 1e-10, 0.02


def ricker(t, f):
    a = (np.pi * f * t) ** 2
    return (1 - 2 * a) * np.exp(-a)


def line():
    """Samples by traces: a ground bounce that drifts by 0.13 samples a trace, an echo that dips, an offset, noise."""
    rng = np.random.default_rng(41)
    t = DT * np.arange(N)[:, None]
    k = np.arange(M)[None, :]
    x = 400 * (1 + 0.01 * k) * ricker(t - 1.2e-9 - 0.013e-9 * k, 9e8) + 60 * ricker(t - 3e-9 - 0.03e-9 * k, 8e8)
    return (x + 150 + 2 * k + 3 * rng.standard_normal((N, M))).astype(np.float32).astype(float)


def radar(samples):
    """ImpDAR's own object; its operations replace .data."""
    r = importlib.import_module("impdar.lib.NoInitRadarData").NoInitRadarData(big=True)
    r.data = samples.copy()
    r.snum, r.tnum = samples.shape
    r.dt = DT
    r.travel_time = 1e6 * DT * np.arange(r.snum)
    r.dist = 1e-3 * DX * np.arange(r.tnum)
    r.trace_int = np.full(r.tnum, DX)
    r.trace_num = np.arange(r.tnum) + 1
    r.trig = 0
    return r


def by_impdar(samples, name, *arguments, **options):
    r = radar(samples)
    getattr(r, name)(*arguments, **options)
    return r.data


def migrated(samples, method, **options):
    """Traces by samples."""
    r = radar(samples)
    r.migrate(method, **options)
    return np.asarray(r.data).T


def gprpy():
    file = Path(os.environ["GPRPY_DIR"]) / "gprpy" / "toolbox" / "gprpyTools.py"
    spec = importlib.util.spec_from_file_location("gprpy_tools", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    x = line()
    g, readgssi, siina = gprpy(), importlib.import_module("readgssi.filtering"), importlib.import_module("siina")
    matrix = np.asmatrix(x)
    siina_radar = siina.Radar()
    siina_radar.data_list = [x.copy()]
    time_ns = 1e9 * DT * np.arange(N)
    cases = {
        "siina_dc": siina_radar.func_dc(inplace=False),
        "siina_butterworth": siina.filters.butterworth(x, (3e8, 2e9), 1 / DT, 4, "bandpass"),
        "impdar_band_pass": by_impdar(x, "vertical_band_pass", 300, 2000, order=3),
        "impdar_hfilt": by_impdar(x, "hfilt", "hfilt", bounds=(0, M)),
        "impdar_adaptive": by_impdar(x, "hfilt", "adaptive", window_size=10),
        "impdar_winavg": by_impdar(x, "winavg_hfilt", 9),
        "impdar_rangegain": by_impdar(x, "rangegain", 1000.0),
        "readgssi_bgr": readgssi.bgr(x.copy(), {}, 0),
        "readgssi_bgr_11": readgssi.bgr(x.copy(), {}, 11),
        "gprpy_dewow": g.dewow(matrix, 14),
        "gprpy_mean_trace": g.remMeanTrace(matrix, M),
        "gprpy_mean_trace_10": g.remMeanTrace(matrix, 10),
        "gprpy_power": g.tpowGain(matrix, time_ns, 1.5),
        "gprpy_agc": g.agcGain(matrix, 14),
        # And what we do not share:
        "impdar_fir": by_impdar(x, "vertical_band_pass", 300, 2000, order=20, filttype="fir"),
        "impdar_agc": by_impdar(x, "agc", window=15),
        "readgssi_dewow": readgssi.dewow(x.copy()),
        "gprpy_align": g.alignTraces(matrix - matrix.mean(axis=0)),
    }
    np.save(HERE / "peers_input.npy", np.ascontiguousarray(x.T, dtype=np.float32))
    np.save(HERE / "peers.npy", np.array([np.asarray(y).T.ravel() for y in cases.values()]).astype(np.float32))

    t = DT * np.arange(200)
    smooth = sum(a * ricker(t - at, 1.5e8) for a, at in ((100, 5e-9), (-60, 9e-9), (80, 14e-9)))[:, None]
    moved = by_impdar(np.repeat(smooth, 2, axis=1), "nmo", 0.3, uice=1e8)[:, 0]
    row = np.full(200, np.nan)
    row[: min(200, len(moved))] = moved[:200]
    np.save(HERE / "peers_nmo.npy", np.array([smooth[:, 0], row]))

    time = DT * np.arange(64)[:, None]
    pulse = np.zeros((64, 40))
    pulse[:, 4:5] = ricker(time - 4e-9, 1e9)
    wrap = [migrated(pulse, method, vel=1e8, htaper=4, vtaper=4) for method in ("stolt", "phsh")]
    np.save(HERE / "peers_wrap.npy", np.ascontiguousarray(wrap, dtype=np.float32))
    point = ricker(time - 2 * np.hypot(DX * (np.arange(40) - 20), 0.1) / 1e8, 1e9)
    images = [migrated(point, method, vel=1e8, htaper=4, vtaper=4) for method in ("stolt", "phsh")]
    images.append(migrated(point, "kirch", vel=1e8))
    np.save(HERE / "peers_point.npy", np.ascontiguousarray(images, dtype=np.float32))


if __name__ == "__main__":
    main()
