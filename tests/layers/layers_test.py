#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The layer check must name each planted breach and pass what is right."""
import pathlib
import tempfile
import unittest

import layers

BREACHES = {
    "include/surefoot/base/types.hpp": "#include <surefoot/dsp/reduce.hpp>",
    "include/surefoot/dsp/window.hpp": "#include <surefoot/gpr/dewow.hpp>",
    "include/surefoot/gpr/gain.hpp": "#include <surefoot/detect/nlms.hpp>",
    "include/surefoot/gpr/other.hpp": "#include <surefoot/pipeline/pipeline.hpp>",
    "include/surefoot/gpr/dense.hpp": "#include <Eigen/Dense>",
    "include/surefoot/io/reader.hpp": "#include <surefoot/dsp/reduce.hpp>",
    "include/surefoot/io/private.hpp": '#include "../../../src/text/document.hpp"',
    "include/surefoot/dsp/math.hpp": "  #  include <vector>",
    "src/gpr/gain.cpp": "#include <iostream>",
    "src/gpr/noisy.cpp": "#include <surefoot/base/error.hpp>",
    "src/detect/nlms.cpp": "#include <mutex>",
    "src/detect/text.cpp": '#include "../text/document.hpp"',
    "src/sim/scene.cpp": "#include <surefoot/gpr/dewow.hpp>",
    "src/io/card.cpp": "#include <toml++/toml.h>",
    "src/dsp/window.cpp": "#include <fftw3.h>",
    "src/pipeline/pipeline.cpp": "#include <surefoot/gpr/dewow.hpp>",
    "src/pipeline/read.cpp": "#include <hdf5.h>",
    "bindings/c/c_api.cpp": '#include "../../src/text/document.hpp"',
    "bindings/c/python.cpp": "#include <pybind11/pybind11.h>",
    "include/surefoot/c/surefoot.h": "#include <stdio.h>",
    "src/sim/face.cpp": "#include <surefoot/c/surefoot.h>",
}
RIGHT = {
    "include/surefoot/base/line.hpp": "#include <vector>",
    "include/surefoot/base/arena.hpp": "#include <memory>",
    "include/surefoot/dsp/biquad.hpp": "#include <surefoot/base/types.hpp>\n#include <span>\n#include <Eigen/Core>",
    "src/gpr/dewow.cpp": "#include <surefoot/dsp/reduce.hpp>\n#include <algorithm>\n#include <cmath>",
    "src/dsp/fft/fftw.cpp": "#include <fftw3.h>\n#include <mutex>",
    "src/text/document.cpp": '#include "document.hpp"\n#include <toml++/toml.h>',
    "src/text/document.hpp": "#include <surefoot/base/error.hpp>",
    "src/io/npy.cpp": '#include "../text/document.hpp"\n#include <fstream>',
    "src/io/gprmax.cpp": "#include <hdf5.h>",
    "src/sim/scene_text.cpp": '#include "../text/document.hpp"\n#include <surefoot/dsp/math.hpp>',
    "src/pipeline/registry.cpp": "#include <surefoot/gpr/dewow.hpp>\n#include <surefoot/detect/nlms.hpp>",
    "bindings/python/src/module.cpp": "#include <pybind11/pybind11.h>\n#include <surefoot/gpr/dewow.hpp>",
    "include/surefoot/c/status.h": "#include <stdint.h>",
}


class Layers(unittest.TestCase):
    def breaches(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for top in ("include", "src", "bindings"):
                (root / top).mkdir()
            for path, text in files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text("// a comment\n" + text + "\n", encoding="utf-8")
            n_files, found = layers.breaches(root)
            self.assertEqual(n_files, len(files))
            return found

    def test_each_planted_breach_is_named_with_its_line(self):
        for path, line in BREACHES.items():
            with self.subTest(path):
                found = self.breaches({**RIGHT, path: line})
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(f"{path}:2: "), found)

    def test_what_is_right_passes(self):
        self.assertEqual(self.breaches(RIGHT), [])


if __name__ == "__main__":
    unittest.main()
