// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/progress.hpp>
#include <surefoot/dsp/standstill.hpp>

#include <algorithm>
#include <cstdint>

namespace surefoot::dsp {

/// The option of every stage with a GroundWatch.
template <class V, class Options>
void hover_fields(V& v, Options& o) {
  v(o.hover_limit_s, "hover_limit_s", Unit::second, between(0.0, 1e6),
    "Where the time is known and the distance is not: for so long in a row, at most, a head that seems to stand still "
    "by its traces teaches nothing; 0: it always does.");
}

/// Over which ground each trace of a stream was: the one rule of all stages that learn from traces. Ground::fresh teaches;
/// Ground::same, that of a head which stands or has just been there, is judged and teaches nothing.
///
///   by the distance (Progress);  where it is not known, or is no more than the number of the trace times the spacing, and time is known,
///   by the traces (Standstill), for hover_limit_s at most
/// Traces with neither are a table, not a head on its way, and each is over fresh ground: how long a stand lasts is a question of time.
///
/// What a stage learns counts over the ground, not over time: a trace over the same ground takes the place of the last one over fresh
/// ground, and what lay around that lies around it.
///
/// Shape     arrive() for each trace that comes, answer() for each that goes, at most `ahead` later.
/// Quality   standing on what is answered while the traces alone say that the head stands.
/// Cost      that of Standstill where it is asked; no allocation after construction.
/// @source   our own
class GroundWatch {
 public:
  /// So many traces have taught a stage, at least, before it leaves out ground that the head has just been over.
  static constexpr Index fewest_taught = 10;

  GroundWatch(const StreamSpec& in, double hover_limit_s, Index ahead, Arena& arena) noexcept
      : progress_(in),
        standstill_(in, hover_limit_s, arena),
        spacing_m_(in.trace_spacing_m),
        has_clock_(in.trace_interval_s > 0.0),
        queue_(arena.take<unsigned char>(ahead + 1)) {}

  /// The ground of the trace that comes next. stands_out: whether something did in the last one that was judged.
  /// While the stage warms up all ground is fresh: it learns from whatever comes, so that a broken wheel does not leave it deaf.
  Ground arrive(ConstTraceRef x, const TraceTag& tag, bool stands_out, bool warming_up) noexcept {
    Ground ground = progress_(tag);
    const bool counted = ground != Ground::same && counts(tag, ground);
    guessed_ = false;
    if (!has_clock_ && !(tag.time_s == tag.time_s)) {
      if (ground == Ground::unsure) ground = Ground::fresh;
    } else if (ground == Ground::unsure || counted) {
      const Doubt doubt = counted ? Doubt::most : stands_out ? Doubt::least : Doubt::usual;
      ground = standstill_(x, tag, doubt) ? Ground::same : Ground::fresh;
      guessed_ = standstill_.told();
    }
    if (warming_up) {
      ground = Ground::fresh;
      guessed_ = false;
    }
    put(ground);
    return ground;
  }
  /// A trace that carries nothing has come: it lies where the last one did.
  Ground arrive_unusable() noexcept {
    put(newest_);
    return newest_;
  }
  /// The ground of the oldest trace that has not been answered.
  Ground answer() noexcept {
    if (waiting_ == 0) return Ground::fresh;
    const auto n = static_cast<Index>(queue_.size());
    const Index at = next_ - waiting_--;
    return queue_[to_size(at < 0 ? at + n : at)] != 0 ? Ground::same : Ground::fresh;
  }
  void flag(TraceTag& tag) const noexcept {
    if (guessed_) tag.quality |= Quality::standing;
  }

  void clear() noexcept {
    progress_.clear();
    standstill_.clear();
    std::fill(queue_.begin(), queue_.end(), static_cast<unsigned char>(0));
    next_ = waiting_ = 0;
    guessed_ = false;
    newest_ = Ground::fresh;
  }
  void state(StateArchive& archive) noexcept {
    progress_.state(archive);
    standstill_.state(archive);
    archive(queue_);
    archive.index(next_, static_cast<Index>(queue_.size()));
    archive.index(waiting_, static_cast<Index>(queue_.size()) + 1);
    archive(guessed_);
    archive.choice(newest_, 2);
  }

 private:
  // Traces at equal distances, as far as anyone said; nobody measured them.
  [[nodiscard]] bool counts(const TraceTag& tag, Ground ground) const noexcept {
    if (!(spacing_m_ > 0.0) || ground == Ground::unsure) return spacing_m_ > 0.0;
    // In halves: a Cortex-M7 has no conversion from 64 bits.
    const double number = static_cast<double>(static_cast<std::int32_t>(tag.index >> 32)) * 0x1p32 +
                          static_cast<double>(static_cast<std::uint32_t>(tag.index));
    const double off = tag.distance_m - spacing_m_ * number;
    return (off < 0.0 ? -off : off) < 1e-6 * spacing_m_;
  }
  void put(Ground ground) noexcept {
    const auto n = static_cast<Index>(queue_.size());
    newest_ = ground;
    queue_[to_size(next_)] = ground == Ground::same ? 1 : 0;
    next_ = next_ + 1 == n ? 0 : next_ + 1;
    waiting_ = std::min(waiting_ + 1, n);
  }

  Progress progress_;
  Standstill standstill_;
  double spacing_m_;
  bool has_clock_;
  bool guessed_ = false;            // the newest was told by the traces alone
  Ground newest_ = Ground::fresh;   // fresh or same
  std::span<unsigned char> queue_;  // ring
  Index next_ = 0;
  Index waiting_ = 0;
};

}  // namespace surefoot::dsp
