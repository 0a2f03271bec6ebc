// SPDX-License-Identifier: MIT
#include <surefoot/dsp/window_sum.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

// About half the square root: the sum of the other segments is then needed only in one step of four, at the price of twice
// the memory. At least two, because one is being filled while the next is prepared, unless there is a single slot.
Index segments_for(Index length) noexcept {
  const auto half_root = static_cast<Index>(0.5 * std::sqrt(static_cast<double>(length)));
  return std::min(length, std::max<Index>(half_root, 2));
}

// Plain loops: what they are dispatched for is the width at which the compiler makes vectors of them.
struct AddSamples {
  template <int>
  [[gnu::always_inline]] static inline void run(double* to, const double* from, const Sample* x,
                                                std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) to[i] = from[i] + static_cast<double>(x[i]);
  }
};
struct AddRow {
  template <int>
  [[gnu::always_inline]] static inline void run(double* to, const double* x, std::size_t n) noexcept {
    for (std::size_t i = 0; i < n; ++i) to[i] += x[i];
  }
};

// a = b + x, where an empty x adds nothing; a and b may be the same row.
void add(std::span<double> a, std::span<const double> b, ConstTraceRef x) noexcept {
  if (x.empty()) {
    if (a.data() != b.data()) std::copy(b.begin(), b.end(), a.begin());
    return;
  }
  dispatch<AddSamples, double*, const double*, const Sample*, std::size_t>(a.data(), b.data(), x.data(), a.size());
}

void add(std::span<double> a, std::span<const double> b) noexcept {
  dispatch<AddRow, double*, const double*, std::size_t>(a.data(), b.data(), a.size());
}

void zero(std::span<double> a) noexcept { std::fill(a.begin(), a.end(), 0.0); }

}  // namespace

WindowSum::WindowSum(Index n_samples, Index length, Arena& arena) noexcept
    : n_samples_(n_samples),
      length_(length),
      n_segments_(segments_for(length)),
      most_((length + n_segments_ - 1) / n_segments_),
      zeros_(arena.take<double>(n_samples)),
      prefix_(arena.take<double>(n_samples)),
      others_(arena.take<double>(n_samples)),
      next_others_(arena.take<double>(n_samples)),
      segments_(arena.take<double>(n_samples * n_segments_)),
      suffixes_(arena.take<double>(n_samples * 2 * (most_ + 1))),
      suffix_(zeros_),
      present_(arena.take<unsigned char>(length)) {}

// The suffix sums of the next segment are made from its end on: at offset o of this segment its slot  size - 1 - o  joins.
Index WindowSum::prepared_age() const noexcept {
  const Index slot_in_next = size_of(next()) - 1 - offset_;
  if (n_segments_ == 1 || slot_in_next < 1) return -1;
  const Index now = begin_of(segment_) + offset_;
  const Index then = begin_of(next()) + slot_in_next;
  return now > then ? now - then : now - then + length_;
}

void WindowSum::advance(ConstTraceRef newest, ConstTraceRef prepared) noexcept {
  // Slot o of a segment of s slots has its suffix in row  most_ - s + o  of a half; the last row stays zero.
  const Index half = most_ + 1;
  const Index row_of_now = (swapped_ ? half : 0) + most_ - size_of(segment_) + offset_;
  add(prefix_, offset_ == 0 ? zeros_ : prefix_, newest);
  suffix_ = row(suffixes_, row_of_now + 1);
  if (n_segments_ > 1 && offset_ + 1 < size_of(next())) {
    const Index to = (swapped_ ? 0 : half) + most_ - 1 - offset_;
    add(row(suffixes_, to), row(suffixes_, to + 1), prepared);
  }
  if (offset_ < n_segments_ - 2) {
    const std::span<const double> joins = row(segments_, (segment_ + 2 + offset_) % n_segments_);
    if (offset_ == 0) std::copy(joins.begin(), joins.end(), next_others_.begin());
    else add(next_others_, joins);
  }
  unsigned char& present = present_[to_size(begin_of(segment_) + offset_)];
  count_ += (newest.empty() ? 0 : 1) - present;
  present = newest.empty() ? 0 : 1;
  ++offset_;
}

// The current segment is full: the next one takes its place.
void WindowSum::turn() noexcept {
  offset_ = 0;
  if (n_segments_ == 1) return;
  std::copy(prefix_.begin(), prefix_.end(), row(segments_, segment_).begin());
  if (n_segments_ == 2) std::copy(prefix_.begin(), prefix_.end(), next_others_.begin());
  else add(next_others_, prefix_);
  std::swap(others_, next_others_);
  swapped_ = !swapped_;
  segment_ = next();
}

void WindowSum::clear() noexcept {
  segment_ = offset_ = count_ = 0;
  swapped_ = false;
  suffix_ = zeros_;
  for (const std::span<double> rows : {prefix_, others_, next_others_, segments_, suffixes_}) zero(rows);
  std::fill(present_.begin(), present_.end(), static_cast<unsigned char>(0));
}

void WindowSum::state(StateArchive& archive) noexcept {
  archive.index(segment_, n_segments_);
  archive.index(offset_, size_of(segment_) + 1);
  archive(swapped_);
  for (const std::span<double> rows : {prefix_, others_, next_others_, segments_, suffixes_}) archive(rows);
  archive(present_);
  if (!archive.loading()) return;
  if (offset_ > 0) suffix_ = row(suffixes_, (swapped_ ? most_ + 1 : 0) + most_ - size_of(segment_) + offset_);
  else suffix_ = zeros_;
  count_ = 0;
  for (unsigned char& present : present_) {
    if (present > 1) archive.fail();
    present = present != 0 ? 1 : 0;
    count_ += present;
  }
}

}  // namespace surefoot::dsp
