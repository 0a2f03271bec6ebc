// SPDX-License-Identifier: MIT
#pragma once

#include <pybind11/pybind11.h>

#include <surefoot/base/spec.hpp>
#include <surefoot/base/tag.hpp>
#include <surefoot/pipeline/description.hpp>

#include <functional>
#include <string>

/// The parts of the module, one for each folder of headers. None of them computes with samples.
namespace surefoot::python {

namespace py = pybind11;

void bind_errors(py::module_& m);
void bind_base(py::module_& m);
void bind_tag(py::module_& m);    // of bind_base(), before lines
void bind_alarm(py::module_& m);  // of bind_base()
void bind_io(py::module_& m);
void bind_registry(py::module_& m);
void bind_pipeline(py::module_& m);
void bind_evidence(py::module_& m);
void bind_dual(py::module_& m);
void bind_volume(py::module_& m);
void bind_velocity(py::module_& m);
void bind_physics(py::module_& m);
void bind_arrays(py::module_& m);
void bind_thresholds(py::module_& m);
void bind_emi(py::module_& m);
void bind_inversion(py::module_& m);
void bind_identity(py::module_& m);
void bind_alarm_identity(py::module_& m);
void bind_scoring(py::module_& m);
void bind_intervals(py::module_& m);    // of bind_scoring()
void bind_lane_scores(py::module_& m);  // of bind_scoring()
void bind_comparison(py::module_& m);   // of bind_scoring()
void bind_merge(py::module_& m);

/// The tag of a trace of which nobody said more than its number: time and distance follow where the spec knows them.
[[nodiscard]] TraceTag next_tag(const StreamSpec& spec, std::int64_t index) noexcept;

/// A number as Python writes it.
[[nodiscard]] inline std::string text_of(double x) { return py::str(py::float_(x)); }

/// The text of a file that is given as a path object. @throws TypeError, ConfigError
[[nodiscard]] std::string text_of_path(const py::object& path);

/// A built-in name or a text or a path as str, or a path object. @throws ConfigError
[[nodiscard]] Description description_of(const py::object& name_path_or_text);

/// A description of one stage or one detector, from its name and keyword arguments. @throws ConfigError, TypeError
[[nodiscard]] Description description_of_one(const std::string& name, const py::dict& options);

/// Keyword arguments into options that `visit` names; `owner` stands in the errors. Ranges are not checked.
/// @throws ConfigError, TypeError
void read_options(const std::string& owner, const py::dict& values, const std::function<void(FieldVisitor&)>& visit);

/// The options that `visit` names for a docstring: name, type, default, range, sentence.
[[nodiscard]] std::string options_text(const std::function<void(FieldVisitor&)>& visit);

}  // namespace surefoot::python
