// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/spec.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/base/tag.hpp>

#include <array>
#include <cstdint>

namespace surefoot::dsp {

/// How much it takes to believe that a head stands still.
enum class Doubt : std::uint8_t {
  least,  ///< something stands out, and nobody says where the head is: to stop learning is the safe side
  usual,  ///< nobody says where the head is
  most    ///< a distance says that it moves, but only counts traces
};

/// Tells from the traces alone whether a head stands still: a head that moves does not come back to what it saw, one that
/// stands, however it sways, does. What "come back" is, the ground says on which it moved before.
///
///   each stride traces a look:  d_k = sum of (x - h)^2 over segment k,  h the look from 4 to 16 looks before with the least
///                               sum over k of d_k / M_k (M_k a power of two there);   t = mean over k of ln d_k - ln M_k, each cut to [-6, 3]
///   r += (min(t, 1.5) - r) / 3
///   stands  from r < -0.7, -1.2 or -2.0 (Doubt::least, usual, most) until r > -0.4
///   may     stand for 12 looks after something began to stand out (Doubt::least): it takes so long to tell
///   ln M_k  follows ln d_k at a tenth a look, by 0.1 at most; while the head may be standing (r < -0.5) by a fiftieth of that
///
/// x and h are 64 samples, spread evenly over the trace, in 8 segments. stride is a tenth of a second, 2 to 64 traces; 3 where the time
/// between traces is not known: the head then looks back over a quarter of a metre to one, at two centimetres a trace.
///
/// Limit     it stands for at most limit_s in a row, by the time stamps; where there are none, where they do not go on for two seconds,
///           and over a jump of them by the traces, and where their interval is not known either by 50 traces a second. After
///           that M learns the place, until the head has moved. 0: never.
/// Edges     nothing is told in the first 14 looks. Segments that have always been the same have no part in it. M learns nothing
///           from a segment without any change: a recording that stopped says nothing about the ground.
/// Scale     any: a constant factor on all traces changes nothing, down to squares of 1e-300.
/// Blind     where ground varies less from place to place than the receiver's noise, and where the hand rises and falls by more
///           than the ground does, it says that the head moves; over ground that has become 5 dB smoother, at times, and of a head
///           that creeps after it walked, that it stands.
/// Cost      a look 16 times 64 differences, side by side: 0.4 us; 90 ns a trace at 50 traces a second. No allocation after construction.
/// @source   our own; figures: src/decisions/0029-standing.md
class Standstill {
 public:
  static constexpr Index segments = 8;
  static constexpr Index samples = 64;
  static constexpr Index oldest = 16;
  static constexpr Index newest = 4;
  static constexpr Index patience = 12;

  Standstill(const StreamSpec& in, double limit_s, Arena& arena) noexcept;

  [[nodiscard]] bool used() const noexcept { return limit_s_ > 0.0; }
  /// True if the traces say it of the last one: not while it only may.
  [[nodiscard]] bool told() const noexcept { return standing_ && !tired_; }
  /// Take in the next usable trace; true if the head stands still, or may.
  [[nodiscard]] bool operator()(ConstTraceRef x, const TraceTag& tag, Doubt doubt) noexcept;

  void clear() noexcept;
  void state(StateArchive& archive) noexcept;

 private:
  using Levels = std::array<double, to_size(segments)>;

  [[nodiscard]] double passed(double time_s) noexcept;
  void look(ConstTraceRef x, Doubt doubt) noexcept;
  [[nodiscard]] bool nearest(const float* x, Levels& change) const noexcept;
  void compare(const Levels& change) noexcept;

  Index n_samples_;
  double limit_s_;
  double interval_s_;
  Index stride_;
  std::span<float> looks_;  // ring; the samples of a look segment by segment within each place
  Levels level_{};          // ln M
  double run_ = 0.0;        // r
  Index since_ = 0;         // traces since the last look
  Index next_ = 0;
  Index kept_ = 0;
  Index compared_ = 0;  // up to enough
  Index waited_ = 0;    // looks since something stands out, up to patience
  bool standing_ = false;
  bool tired_ = false;  // it stood for longer than the limit
  double stood_s_ = 0.0;
  double time_s_ = unknown;  // of the last trace
  double stopped_s_ = 0.0;   // since the clock went on, by the traces
};

}  // namespace surefoot::dsp
