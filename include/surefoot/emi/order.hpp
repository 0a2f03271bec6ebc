// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/state.hpp>

#include <cstdint>

namespace surefoot::emi {

/// Where a trace stands in its stream, by its number.
enum class Place : std::uint8_t {
  next,  ///< its number is above all before
  late,  ///< it comes again, or after a later one
  anew,  ///< late as well, but so were those before it, and in order: the stream counts from another number now
};

/// Tells the traces of a stream that go on from those that come again or too late.
///
/// Edges     a source that was started anew, or one wild number, would make all that follows late for ever: after `patience`
///           late traces in a row, each above the one before, the stream goes on from there.
/// @source   our own
class Order {
 public:
  static constexpr Index patience = 64;
  static constexpr std::int64_t far = std::int64_t{1} << 62U;

  /// Take in the number of the next trace; beyond `most` of either sign it cannot be counted on from and is late.
  [[nodiscard]] Place operator()(std::int64_t index, std::int64_t most = far) noexcept {
    if (index < -most || index > most) return Place::late;
    if (!begun_ || index > last_) {
      begun_ = true;
      last_ = index;
      late_ = 0;
      return Place::next;
    }
    late_ = late_ > 0 && index > last_late_ ? late_ + 1 : 1;
    last_late_ = index;
    if (late_ < patience) return Place::late;
    last_ = index;
    late_ = 0;
    return Place::anew;
  }
  /// The number from which the stream goes on, 0 before the first.
  [[nodiscard]] std::int64_t last() const noexcept { return last_; }
  void clear() noexcept { *this = {}; }
  void state(StateArchive& archive) noexcept {
    archive(begun_);
    archive(last_);
    archive(last_late_);
    archive.index(late_, patience);
  }

 private:
  bool begun_ = false;
  std::int64_t last_ = 0;
  std::int64_t last_late_ = 0;
  Index late_ = 0;  // in a row
};

}  // namespace surefoot::emi
