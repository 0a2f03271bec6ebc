// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil_array.hpp>
#include <surefoot/emi/dipole_model.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

/// A metal detector's array as the core sees it, and a polarizability in any direction.
namespace surefoot::test {

/// Owns what an ArrayView looks at.
class ArrayOf {
 public:
  explicit ArrayOf(CoilArray array) : array_(std::move(array)) {
    for (const Winding& w : array_.transmitters) transmitters_.emplace_back(w.coils);
    for (const Winding& w : array_.receivers) receivers_.emplace_back(w.coils);
  }
  ArrayOf(const ArrayOf&) = delete;
  ArrayOf& operator=(const ArrayOf&) = delete;
  [[nodiscard]] emi::ArrayView view() const { return {transmitters_, receivers_, array_.channels}; }
  [[nodiscard]] const CoilArray& array() const { return array_; }

 private:
  CoilArray array_;
  std::vector<std::span<const Coil>> transmitters_;
  std::vector<std::span<const Coil>> receivers_;
};

/// An object built in an arena of just the bytes that it needs.
template <class T>
class InArena {
 public:
  template <class... Args>
  explicit InArena(const Args&... args) : memory_(bytes(args...)) {
    Arena arena(memory_);
    object_ = arena.emplace<T>(args..., arena);
    fits_ = arena.ok();
  }
  T* operator->() const { return object_; }
  T& operator*() const { return *object_; }
  [[nodiscard]] bool fits() const { return fits_; }

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
  bool fits_ = false;
};

/// A random rotation, by rows, from three numbers in [0, 1) (Shoemake 1992).
inline physics::Matrix3 rotation_of(double u, double v, double w) {
  constexpr double turn = 6.283185307179586;
  const double x = std::sqrt(1.0 - u) * std::sin(turn * v);
  const double y = std::sqrt(1.0 - u) * std::cos(turn * v);
  const double z = std::sqrt(u) * std::sin(turn * w);
  const double s = std::sqrt(u) * std::cos(turn * w);
  return {1 - 2 * (y * y + z * z), 2 * (x * y - s * z),     2 * (x * z + s * y),
          2 * (x * y + s * z),     1 - 2 * (x * x + z * z), 2 * (y * z - s * x),
          2 * (x * z - s * y),     2 * (y * z + s * x),     1 - 2 * (x * x + y * y)};
}

/// sum_i L_i a_i a_i^T with the columns of r as axes: xx, xy, xz, yy, yz, zz.
inline physics::Symmetric3 turned(const physics::Matrix3& r, const Vector3& l) {
  physics::Symmetric3 q{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = i; j < 3; ++j, ++at)
      for (std::size_t k = 0; k < 3; ++k) q[at] += l[k] * r[3 * i + k] * r[3 * j + k];
  return q;
}

/// Data of one dipole: channels x columns, channel by channel, added to what is there.
inline void add_dipole(const emi::ArrayView& array, const Vector3& place, std::span<const physics::Symmetric3> q,
                       std::vector<double>& values) {
  InArena<emi::DipoleModel> model(array);
  const Index n = model->n_channels();
  std::vector<double> g(to_size(6 * n));
  model->at(place, {g.data(), n, 6});
  values.resize(to_size(n) * q.size());
  for (Index i = 0; i < n; ++i)
    for (std::size_t c = 0; c < q.size(); ++c)
      for (Index j = 0; j < 6; ++j) values[to_size(i) * q.size() + c] += g[to_size(j * n + i)] * q[c][to_size(j)];
}

}  // namespace surefoot::test
