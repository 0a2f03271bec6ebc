// SPDX-License-Identifier: MIT
#include "module.hpp"
#include "numpy.hpp"

#include <surefoot/base/error.hpp>
#include <surefoot/pipeline/volume.hpp>

#include <pybind11/stl.h>

#include <algorithm>

namespace surefoot::python {
namespace {

SliceMeasure measure_of(const std::string& word) {
  const auto* const it = std::find(slice_measures.begin(), slice_measures.end(), word);
  if (it == slice_measures.end()) {
    std::string known;
    for (const char* w : slice_measures) known += (known.empty() ? "" : ", ") + std::string(w);
    throw ConfigError("slice.measure", "unknown measure '" + word + "'; one of " + known);
  }
  return static_cast<SliceMeasure>(it - slice_measures.begin());
}

py::object grid_as_dict(const Line& line) {
  const std::optional<GridShape> grid = grid_of(line);
  if (!grid) return py::none();
  py::dict out;
  out["n_x"] = grid->n_x;
  out["n_y"] = grid->n_y;
  out["x_start_m"] = grid->x_start_m;
  out["y_start_m"] = grid->y_start_m;
  out["step_x_m"] = grid->step_x_m;
  out["step_y_m"] = grid->step_y_m;
  return out;
}

py::array sliced(const Line& line, double start, double end, const std::string& measure) {
  const SliceMeasure which = measure_of(measure);
  std::vector<float> values;
  std::optional<GridShape> grid;
  {
    const py::gil_scoped_release released;
    values = slice(line, start, end, which);
    grid = grid_of(line);
  }
  py::array flat = array_of(std::move(values));
  if (!grid) return flat;
  return flat.reshape({grid->n_y, grid->n_x});
}

py::array volume_of(const py::object& self) {
  auto& line = self.cast<Line&>();
  const std::optional<GridShape> grid = grid_of(line);
  if (!grid) throw Error("the traces of this line do not stand on a grid; surefoot.gpr.grid puts lines on one");
  return samples_view(line, self).reshape({grid->n_y, grid->n_x, line.n_samples()});
}

std::shared_ptr<Line> joined(const std::vector<std::shared_ptr<Line>>& lines, const std::vector<double>& y_m) {
  std::vector<const Line*> all;
  for (const auto& line : lines) all.push_back(line.get());
  const py::gil_scoped_release released;
  return std::make_shared<Line>(join(all, y_m));
}

}  // namespace

void bind_volume(py::module_& m) {
  m.def("grid_of", &grid_as_dict, py::arg("line"),
        "The grid on which the traces of a line stand, x fastest: a dict of n_x, n_y, x_start_m, y_start_m, step_x_m "
        "and\n"
        "step_y_m (a step is 0 where there is one place only), or None if they do not stand on one.");
  m.def("volume", &volume_of, py::arg("line"),
        "The samples of a line whose traces stand on a grid (surefoot.gpr.grid), float32 (n_y, n_x, n_samples): a "
        "view, not\n"
        "a copy. Raises Error if they do not.");
  m.def("slice", &sliced, py::arg("line"), py::arg("start"), py::arg("end"), py::kw_only(),
        py::arg("measure") = "energy",
        "One number for each trace: what lies between two times (s) or depths (m) of its axis, borders included.\n\n"
        "measure: energy (mean of squares), magnitude (mean of absolute values), mean, or peak (with its sign).\n"
        "float32 (n_y, n_x) if the traces stand on a grid, else (n_traces). NaN where a trace carries nothing.");
  m.def("join", &joined, py::arg("lines"), py::kw_only(), py::arg("y_m") = std::vector<double>{},
        "Several lines with the same axis as one, trace after trace, index counted anew.\n\n"
        "y_m: one offset for each line, in metres: line k is then taken for a straight one along x, and its traces get "
        "the\n"
        "position (distance_m, y_m[k]). Empty: they keep their positions.");
}

}  // namespace surefoot::python
