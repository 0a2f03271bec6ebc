// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// Mean and covariance of a set of cells of p features that come and go: exact, whatever came and went before.
///
///   features are whole numbers of quanta 2^-16; sums of them and of their products are 64-bit integers, so that taking a cell
///   out undoes putting it in to the last bit: no drift after any number of traces, and no cell leaves a rest behind.
///
/// Shape     a cell is p numbers, |number| <= most_quanta (512 units); at most most_cells cells.
/// Units     mean and covariance are in those of the features (quanta times 2^-16).
/// Accuracy  of a rounding to 2^-17 a feature; then 1e-16 of the mean square, not of the variance: subtract an offset first.
/// Cost      p^2 / 2 integer products a cell; the covariance p^2 / 2 conversions. No allocation after construction. The same
///           bits everywhere.
/// @source   our own
class CellSums {
 public:
  static constexpr std::int32_t most_quanta = 1 << 25;
  static constexpr Index most_cells = 4096;

  CellSums(Index features, Arena& arena) noexcept
      : features_(features), sum_(arena.take<std::uint64_t>(features)), products_(arena.take<std::uint64_t>(pairs())) {}

  /// A number in quanta, rounded to the nearest, cut to what fits; NaN gives 0.
  [[nodiscard]] static std::int32_t quanta(double x) noexcept;
  [[nodiscard]] static double value(std::int32_t quanta) noexcept { return static_cast<double>(quanta) * 0x1p-16; }

  void add(std::span<const std::int32_t> cell) noexcept { change<1>(cell); }
  void remove(std::span<const std::int32_t> cell) noexcept { change<-1>(cell); }
  /// The same cells as another one of the same shape.
  void copy(const CellSums& other) noexcept;

  [[nodiscard]] Index cells() const noexcept { return cells_; }
  void mean(std::span<double> out) const noexcept;
  /// The lower triangle of p rows of p, divided by cells() - 1.
  void covariance(std::span<double> out) const noexcept;

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  [[nodiscard]] Index pairs() const noexcept { return features_ * (features_ + 1) / 2; }
  template <int Sign>
  void change(std::span<const std::int32_t> cell) noexcept;

  Index features_;
  Index cells_ = 0;
  std::span<std::uint64_t> sum_;       // two's complement: a forged state may wrap, but does no harm
  std::span<std::uint64_t> products_;  // row by row, the lower triangle
};

}  // namespace surefoot::dsp
