// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/gpr/bounce_tracker.hpp>

#include <array>

namespace surefoot::gpr {

/// Two bounce trackers: one leads, and from time to time another begins afresh and takes over if it explains the data better.
///
/// The first trace cannot tell a direct wave or noise from the bounce; later ones can. So a challenger begins, in turn, with the
/// mean of the traces so far as what stays the same, and with nothing. With E the energy of a trace, up to the end of the
/// challenger's wave, that a tracker explains by what stays the same and by its bounce, A the usual strength of a bounce:
///
///   S <- S + d - 0.2 within [0, 8],  d = (E_challenger - E_leader) / max(A_challenger, min_amplitude A_leader)^2 within [-1, 1]
///
/// S above 4 makes the challenger the leader. Traces with a second echo say nothing, and a challenger behind the leader counts
/// only if it explains what the leader follows without it: or a strong target would win. A challenger weaker than min_amplitude
/// A_leader cannot win. All this is waived for a leader that stays where the direct wave would be.
/// Shape    traces of n_samples samples, in their order; amplitudes in the unit of the input, which cancels.
/// Edges    a trace must be finite; before a bounce was ever found track() says so, and settled() is false.
/// Times    a challenge lasts 24 traces; the pauses grow from 6 to 96 traces, and stay at 6 while the leader is in doubt.
/// Cost     that of one tracker, of a second one during a challenge, and the mean: 1.4 to 2 times that of one tracker.
/// @source  our own; S is the cumulative sum test (Page, Biometrika 41, 1954, 100-115)
class BounceRace {
 public:
  BounceRace(const BounceTrackerSettings& settings, Index n_samples, Arena& arena) noexcept;

  /// The bounce in the next trace, which must be finite.
  [[nodiscard]] BounceTracker::Bounce track(ConstTraceRef trace) noexcept;
  [[nodiscard]] bool settled() const noexcept { return leader().settled(); }
  void forget() noexcept;
  void remember(StateArchive& archive) noexcept;

 private:
  [[nodiscard]] BounceTracker& leader() noexcept { return trackers_[second_leads_ ? 1 : 0]; }
  [[nodiscard]] const BounceTracker& leader() const noexcept { return trackers_[second_leads_ ? 1 : 0]; }
  [[nodiscard]] BounceTracker& challenger() noexcept { return trackers_[second_leads_ ? 0 : 1]; }
  [[nodiscard]] double evidence(bool leader_found, bool challenger_found) noexcept;
  void end_challenge() noexcept;
  void average(ConstTraceRef trace) noexcept;

  std::array<BounceTracker, 2> trackers_;
  std::span<Sample> mean_;  // of the traces so far
  std::span<Sample> zero_;  // nothing that stays the same
  double min_amplitude_;

  bool second_leads_ = false;
  Index n_traces_ = 0;
  Index age_ = 0;          // of the challenge
  Index pause_ = 0;        // traces until the next one
  bool with_mean_ = true;  // the challenger begins with the mean
  Index longest_ = 0;      // the pause before it
  double evidence_ = 0.0;
};

}  // namespace surefoot::gpr
