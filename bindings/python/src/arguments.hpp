// SPDX-License-Identifier: MIT
#pragma once

#include <pybind11/complex.h>
#include <pybind11/numpy.h>

#include <surefoot/base/arena.hpp>
#include <surefoot/base/coil.hpp>
#include <surefoot/base/error.hpp>
#include <surefoot/base/fields.hpp>
#include <surefoot/pipeline/description.hpp>

#include <complex>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Arguments of functions that are no stages. These are few numbers: lists and any numbers are taken, and results are new arrays.
namespace surefoot::python {

namespace py = pybind11;

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Complexes = py::array_t<std::complex<double>, py::array::c_style | py::array::forcecast>;

/// @throws ConfigError naming the argument, unless it has one dimension.
template <class T>
std::span<const T> span_of(const py::array_t<T, py::array::c_style | py::array::forcecast>& a, const char* name) {
  if (a.ndim() != 1) throw ConfigError(name, "must have 1 dimension, not " + std::to_string(a.ndim()));
  return {a.data(), static_cast<std::size_t>(a.size())};
}

/// All numbers of an array whose shape was looked at.
template <class Array>
auto all_of(const Array& a) {
  return std::span{a.data(), static_cast<std::size_t>(a.size())};
}

inline void require(const Problem& problem) {
  if (problem) throw ConfigError(problem.field, to_text(problem));
}
inline void require(bool ok, const char* name, const std::string& what) {
  if (!ok) throw ConfigError(name, what);
}

/// The shape of an array without its last `n` axes.
inline std::vector<py::ssize_t> leading(const py::array& a, py::ssize_t n) {
  return {a.shape(), a.shape() + (a.ndim() - n)};
}
inline std::vector<py::ssize_t> operator+(std::vector<py::ssize_t> shape, std::initializer_list<py::ssize_t> more) {
  shape.insert(shape.end(), more);
  return shape;
}

/// x, y, z along the last axis. @throws ConfigError
inline void require_places(const Doubles& a, const char* name) {
  require(a.ndim() >= 1 && a.shape(a.ndim() - 1) == 3, name, "needs x, y and z along its last axis");
}
inline Vector3 place_of(const double* p) { return {p[0], p[1], p[2]}; }

/// An object built in an arena of just the bytes that it needs.
template <class T>
class InArena {
 public:
  template <class... Args>
  explicit InArena(const Args&... args) : memory_(bytes(args...)) {
    Arena arena(memory_);
    object_ = arena.emplace<T>(args..., arena);
    if (!arena.ok()) throw Error("there was no memory for the work");
  }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }

 private:
  template <class... Args>
  static std::size_t bytes(const Args&... args) {
    std::vector<std::byte> scratch(sizeof(T) + 2 * Arena::alignment);
    Arena counting = Arena::counting(scratch);
    (void)counting.emplace<T>(args..., counting);
    return counting.needed();
  }
  std::vector<std::byte> memory_;
  T* object_ = nullptr;
};

}  // namespace surefoot::python
