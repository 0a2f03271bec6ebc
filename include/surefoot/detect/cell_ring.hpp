// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/types.hpp>

#include <algorithm>

namespace surefoot::detect {

/// What a score keeps of the traces around the one that it judges: a cell of some numbers each, near ones with a mark, and behind the
/// guard those that were kept.
///
///   near:   traces k = -guard ... after, k = 0 the one that is judged; what there was none of, or carried nothing, has mark 0.
///           Only traces over fresh ground have a place: one over the same ground is judged in the place of the last fresh one
///   behind: up to `behind` cells; one more drops the oldest. Cell 0 is the newest.
///
/// Cost      O(width) a trace; no allocation after construction.
/// @source   our own
template <class T>
class CellRing {
 public:
  struct Shape {
    Index width;
    Index behind;
    Index guard;
    Index after;
  };
  CellRing(const Shape& shape, Arena& arena) noexcept
      : shape_(shape),
        near_(arena.take<T>((shape.guard + 1 + shape.after) * shape.width)),
        marks_(arena.take<std::uint8_t>(shape.guard + 1 + shape.after)),
        behind_(arena.take<T>(shape.behind * shape.width)) {}

  [[nodiscard]] std::span<T> near(Index k) noexcept {
    return near_.subspan(slot(k) * to_size(shape_.width), to_size(shape_.width));
  }
  [[nodiscard]] std::uint8_t& mark(Index k) noexcept { return marks_[slot(k)]; }
  /// The place of the next trace that comes over fresh ground.
  [[nodiscard]] Index place() noexcept {
    return next_ < shape_.after ? next_++ : (next_ = shape_.after + 1, shape_.after);
  }
  [[nodiscard]] Index behind() const noexcept { return count_; }
  [[nodiscard]] std::span<const T> behind(Index i) const noexcept {
    const Index newest = count_ < shape_.behind ? count_ - 1 : oldest_ - 1;
    const Index at = newest - i;
    return cell(at < 0 ? at + shape_.behind : at);
  }

  /// Go on to the next trace; near(after) has then no mark. With `keep` the cell that the guard has passed goes
  /// behind: dropped(cell) is called with the one that makes room, joined(cell) with it.
  template <class Dropped, class Joined>
  void advance(bool keep, Dropped&& dropped, Joined&& joined) noexcept {
    if (keep && shape_.behind > 0) {
      const std::span<T> to = cell(count_ < shape_.behind ? count_ : oldest_);
      if (count_ < shape_.behind) ++count_;
      else {
        dropped(std::span<const T>(to));
        oldest_ = oldest_ + 1 == shape_.behind ? 0 : oldest_ + 1;
      }
      const std::span<T> from = near(-shape_.guard);
      std::copy(from.begin(), from.end(), to.begin());
      joined(std::span<const T>(to));
    }
    centre_ = static_cast<Index>(slot(1));
    if (next_ > 0) --next_;
    mark(shape_.after) = 0;
  }
  void advance(bool keep) noexcept {
    advance(
        keep, [](std::span<const T>) {}, [](std::span<const T>) {});
  }

  void clear() noexcept {
    std::fill(near_.begin(), near_.end(), T{});
    std::fill(marks_.begin(), marks_.end(), static_cast<std::uint8_t>(0));
    std::fill(behind_.begin(), behind_.end(), T{});
    centre_ = oldest_ = count_ = next_ = 0;
  }
  void state(StateArchive& archive) noexcept {
    archive(near_);
    archive(marks_);
    archive(behind_);
    archive.index(centre_, std::max<Index>(static_cast<Index>(marks_.size()), 1));
    archive.index(oldest_, std::max<Index>(shape_.behind, 1));
    archive.index(count_, shape_.behind + 1);
    archive.index(next_, shape_.after + 2);
  }

 private:
  [[nodiscard]] std::size_t slot(Index k) const noexcept {
    const auto n = static_cast<Index>(marks_.size());
    const Index at = centre_ + k;
    return to_size(at < 0 ? at + n : at >= n ? at - n : at);
  }
  [[nodiscard]] std::span<T> cell(Index i) const noexcept {
    return behind_.subspan(to_size(i * shape_.width), to_size(shape_.width));
  }

  Shape shape_;
  std::span<T> near_;
  std::span<std::uint8_t> marks_;
  std::span<T> behind_;
  Index centre_ = 0;
  Index oldest_ = 0;
  Index count_ = 0;
  Index next_ = 0;  // place of the next trace that comes
};

}  // namespace surefoot::detect
