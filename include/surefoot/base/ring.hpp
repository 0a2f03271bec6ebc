// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/finite.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/tag.hpp>

#include <algorithm>

namespace surefoot {

/// A fixed-capacity first-in, first-out ring of tagged columns.
///
/// Shape     capacity columns of n_samples samples; column 0 is the oldest.
/// Edges     push() on a full ring drops the oldest column.
/// Cost      one copy of a trace a push; no allocation after construction.
class ColumnRing {
 public:
  ColumnRing(Index n_samples, Index capacity, Arena& arena) noexcept
      : n_samples_(n_samples),
        capacity_(capacity),
        samples_(arena.take<Sample>(n_samples * capacity)),
        tags_(arena.take<TraceTag>(capacity)) {}

  [[nodiscard]] Index size() const noexcept { return size_; }
  [[nodiscard]] Index capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] bool full() const noexcept { return size_ == capacity_; }

  /// Column i from the oldest on.
  [[nodiscard]] TraceRef column(Index i) noexcept { return samples_.subspan(offset(i), to_size(n_samples_)); }
  [[nodiscard]] ConstTraceRef column(Index i) const noexcept {
    return std::span<const Sample>(samples_).subspan(offset(i), to_size(n_samples_));
  }
  [[nodiscard]] TraceTag& tag(Index i) noexcept { return tags_[to_size(slot(i))]; }
  [[nodiscard]] const TraceTag& tag(Index i) const noexcept { return tags_[to_size(slot(i))]; }

  /// Make room for one more column and return it; its old content is left for the caller to overwrite.
  TraceRef push(const TraceTag& tag) noexcept {
    if (full()) pop();
    ++size_;
    this->tag(size_ - 1) = tag;
    return column(size_ - 1);
  }
  void push(ConstTraceRef trace, const TraceTag& tag) noexcept {
    const TraceRef to = push(tag);
    std::copy(trace.begin(), trace.end(), to.begin());
  }
  /// Forget the oldest column.
  void pop() noexcept {
    if (size_ == 0) return;
    first_ = first_ + 1 == capacity_ ? 0 : first_ + 1;
    --size_;
  }
  void clear() noexcept { first_ = size_ = 0; }

  /// Of columns that all_finite() has passed: a usable column of a forged state must be such a one too.
  void state(StateArchive& archive) noexcept {
    state_of_results(archive);
    for (Index i = 0; archive.loading() && archive.ok() && i < size_; ++i)
      if (!unusable(tag(i).quality) && !all_finite(column(i))) archive.fail();
  }
  /// Of columns that nobody has looked at yet.
  void state_of_results(StateArchive& archive) noexcept {
    archive.index(first_, std::max<Index>(capacity_, 1));
    archive.index(size_, capacity_ + 1);
    archive.any(samples_);
    archive(tags_);
  }

 private:
  [[nodiscard]] Index slot(Index i) const noexcept {
    const Index s = first_ + i;
    return s < capacity_ ? s : s - capacity_;
  }
  [[nodiscard]] std::size_t offset(Index i) const noexcept { return to_size(slot(i) * n_samples_); }

  Index n_samples_;
  Index capacity_;
  Index first_ = 0;
  Index size_ = 0;
  std::span<Sample> samples_;
  std::span<TraceTag> tags_;
};

}  // namespace surefoot
