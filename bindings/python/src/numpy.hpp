// SPDX-License-Identifier: MIT
#pragma once

#include <pybind11/numpy.h>

#include <surefoot/base/line.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The only conversion between NumPy arrays and our types. Nothing is copied here and no type is converted silently:
/// float32 (n_traces, n_samples) in C order is the same memory as a column-major (n_samples, n_traces) matrix.
namespace surefoot::python {

namespace py = pybind11;

/// @throws TypeError naming the fix, unless the array is float32, in C order and contiguous.
inline void require_samples(const py::array& a, const std::string& what) {
  if (!a.dtype().equal(py::dtype::of<Sample>()))
    throw py::type_error(what + " must be float32, not " + std::string(py::str(a.dtype())) + "; convert with " + what +
                         ".astype(numpy.float32)");
  if ((a.flags() & py::array::c_style) == 0)
    throw py::type_error(what +
                         " must be contiguous in C order (n_traces, n_samples); convert with numpy.ascontiguousarray(" +
                         what + ")");
  if ((a.flags() & py::detail::npy_api::NPY_ARRAY_ALIGNED_) == 0)
    throw py::type_error(what + " must be aligned; copy it with " + what + ".copy()");
}

using ConstTraces = Eigen::Map<const TraceMatrix>;

/// A 2-D array (n_traces, n_samples) seen as our matrix. The array must outlive the map.
inline ConstTraces traces_of(const py::array& a, const std::string& what) {
  require_samples(a, what);
  if (a.ndim() != 2)
    throw py::type_error(what + " must have 2 dimensions (n_traces, n_samples), not " + std::to_string(a.ndim()) +
                         "; one trace is " + what + "[None, :]");
  return {static_cast<const Sample*>(a.data()), a.shape(1), a.shape(0)};
}

/// A line's samples as a writable array (n_traces, n_samples) that keeps the line alive.
inline py::array samples_view(Line& line, const py::handle& owner) {
  const py::ssize_t n = line.n_samples();
  return py::array_t<Sample>({static_cast<py::ssize_t>(line.n_traces()), n},
                             {n * static_cast<py::ssize_t>(sizeof(Sample)), static_cast<py::ssize_t>(sizeof(Sample))},
                             line.samples.data(), owner);
}

/// A vector as an array that keeps its owner alive.
template <class T>
py::array vector_view(std::vector<T>& v, const py::handle& owner) {
  return py::array_t<T>(static_cast<py::ssize_t>(v.size()), v.data(), owner);
}

/// A vector as an array that owns it from now on.
template <class T>
py::array array_of(std::vector<T>&& v) {
  auto own = std::make_unique<std::vector<T>>(std::move(v));
  std::vector<T>* raw = own.get();
  const py::capsule owner(own.release(), [](void* p) noexcept { delete static_cast<std::vector<T>*>(p); });
  return py::array_t<T>(static_cast<py::ssize_t>(raw->size()), raw->data(), owner);
}

/// Tags from a structured array with the columns of TraceTag, or from one of its rows. @throws TypeError
inline py::array_t<TraceTag, py::array::c_style> tags_of(const py::object& given) {
  // A row of a structured array is a scalar, not an array; anything else fails the test of its columns below.
  const py::object tags =
      py::isinstance<py::array>(given) ? given : py::module_::import("numpy").attr("atleast_1d")(given);
  if (!py::reinterpret_borrow<py::array>(tags).dtype().equal(py::dtype::of<TraceTag>()))
    throw py::type_error("tags must be a Tag, or a structured array like Line.tags or a row of it");
  auto out = tags.cast<py::array_t<TraceTag, py::array::c_style>>();
  if (out.ndim() != 1) throw py::type_error("the tags of a block must have 1 dimension (n_traces)");
  return out;
}

}  // namespace surefoot::python
