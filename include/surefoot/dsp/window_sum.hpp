// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/types.hpp>

namespace surefoot::dsp {

/// Sum of the last L columns of a stream, sample by sample, that nothing can spoil: it never subtracts.
///
/// The L slots of the ring of columns are cut into about sqrt(L) / 2 segments. At any time the window is the columns that came
/// into the current segment (a prefix), those of the last round that are still in it (a suffix) and all other segments;
///
///   sum = (prefix + other segments) + suffix
///
/// While one segment is being filled, the suffix sums of the next one and the sum of the segments beside it are prepared,
/// one addition of columns each per step. So each result is a fresh sum in double of exactly the columns in the window: no
/// drift however long it runs, and a huge sample that has left the window has left no trace.
///
/// Shape     columns of n_samples float32, L of them; n_samples sums in double.
/// Edges     columns that carry nothing are absent: not summed and not counted. Before L columns came, the window has fewer.
/// Cost      at most three additions of columns a step, however long the window; about 4.5 sqrt(L) n_samples doubles. The
///           columns themselves stay with the caller.
/// @source   our own; sums without subtraction after van Herk (1992) and Tangwongsan et al., DEBS 2017
class WindowSum {
 public:
  WindowSum(Index n_samples, Index length, Arena& arena) noexcept;

  /// Let one more column in and the oldest out. column(age) is the column that came `age` steps ago as a ConstTraceRef,
  /// 0 the new one, 0 <= age < L; an empty one is absent, as is every column from before the first step.
  template <class Column>
  void step(Column&& column) noexcept {
    if (offset_ == size_of(segment_)) turn();
    const ConstTraceRef newest = column(Index{0});
    const Index age = prepared_age();
    advance(newest, age < 0 ? ConstTraceRef{} : column(age));
  }
  /// The sum of sample i over the columns in the window; the sums of all samples are those of three rows.
  [[nodiscard]] double operator[](std::size_t i) const noexcept { return (prefix_[i] + others_[i]) + suffix_[i]; }
  struct Rows {
    const double* prefix;
    const double* others;
    const double* suffix;
    [[nodiscard]] double operator[](std::size_t i) const noexcept { return (prefix[i] + others[i]) + suffix[i]; }
  };
  /// The same for loops; valid until the next step.
  [[nodiscard]] Rows rows() const noexcept { return {prefix_.data(), others_.data(), suffix_.data()}; }
  /// How many columns in the window were not absent.
  [[nodiscard]] Index count() const noexcept { return count_; }

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  [[nodiscard]] Index begin_of(Index segment) const noexcept { return segment * length_ / n_segments_; }
  [[nodiscard]] Index size_of(Index segment) const noexcept { return begin_of(segment + 1) - begin_of(segment); }
  [[nodiscard]] Index next() const noexcept { return segment_ + 1 == n_segments_ ? 0 : segment_ + 1; }
  [[nodiscard]] Index prepared_age() const noexcept;
  [[nodiscard]] std::span<double> row(std::span<double> rows, Index i) const noexcept {
    return rows.subspan(to_size(i * n_samples_), to_size(n_samples_));
  }
  void turn() noexcept;
  void advance(ConstTraceRef newest, ConstTraceRef prepared) noexcept;

  Index n_samples_;
  Index length_;
  Index n_segments_;
  Index most_;         // slots in the largest segment
  Index segment_ = 0;  // being filled
  Index offset_ = 0;   // slot in it that the next column takes
  Index count_ = 0;
  bool swapped_ = false;  // which half of suffixes_ belongs to the current segment
  std::span<double> zeros_;
  std::span<double> prefix_;
  std::span<double> others_;        // sum of all segments but the current one
  std::span<double> next_others_;   // of all but the current and the next one, in the making
  std::span<double> segments_;      // sum of each segment, row by row
  std::span<double> suffixes_;      // two halves of most_ + 1 rows
  std::span<const double> suffix_;  // the row of suffixes_ that the last step needs
  std::span<unsigned char> present_;
};

}  // namespace surefoot::dsp
