// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/spec.hpp>
#include <surefoot/base/state.hpp>

namespace surefoot::emi {

/// Traces in a time, rounded; at most 1e9. The time from trace to trace must be known.
[[nodiscard]] constexpr Index traces_in(double seconds, const StreamSpec& in) noexcept {
  const double n = seconds / in.trace_interval_s + 0.5;
  return n < 1e9 ? static_cast<Index>(n) : Index{1000000000};
}

/// Decides whether what is learnt slowly stands still: while something moves and `hold` traces beyond, at most `limit` in a row.
///
/// Edges     after `limit` traces the learning goes on until nothing moves any more; only then can it be stopped again.
/// @source   our own
class Stop {
 public:
  Stop(Index hold, Index limit) noexcept : hold_(hold), limit_(limit) {}

  /// Take in the next trace; true if nothing must be learnt from it.
  [[nodiscard]] bool operator()(bool moves) noexcept {
    if (moves) holding_ = hold_ + 1;
    if (holding_ == 0) {
      in_a_row_ = 0;
      return false;
    }
    --holding_;
    if (in_a_row_ >= limit_) return false;
    ++in_a_row_;
    return true;
  }
  void clear() noexcept { holding_ = in_a_row_ = 0; }
  void state(StateArchive& archive) noexcept {
    archive.index(holding_, hold_ + 2);
    archive.index(in_a_row_, limit_ + 1);
  }

 private:
  Index hold_;
  Index limit_;
  Index holding_ = 0;   // traces until the learning may go on
  Index in_a_row_ = 0;  // traces that it was stopped
};

}  // namespace surefoot::emi
