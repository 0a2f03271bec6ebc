// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/state.hpp>
#include <surefoot/dsp/fractional_delay.hpp>

#include <array>

namespace surefoot::gpr {

/// Where the tracker looks and what it accepts; positions and lengths in samples of the trace.
struct BounceTrackerSettings {
  double first = 0.0;          ///< earliest place of the bounce
  double last = 0.0;           ///< latest place
  double direct = 0.0;         ///< place of the direct wave, if there is one
  double period = 0.0;         ///< of the wave; 0: measured on the trace on which the search begins
  double min_amplitude = 0.3;  ///< share of the usual strength below which the bounce counts as lost
  double threshold = 1.0;  ///< the place on the wave that counts: 1 its peak, else the share of it on its first flank
  Index relock_traces = 200;  ///< lost ones in a row after which everything is learned anew
};

/// Follows one echo, the ground bounce, from trace to trace: the first arrival that fits, not the strongest one.
///
/// Model of a trace around the bounce, on a grid of D samples (16 to 32 points a period where the trace has as many):
///
///   x(t) = c(t) + a w(t - p) + b w(t - p - d) + noise,   d >= an eighth of a period
///
/// c the part that stays the same from trace to trace (direct wave), w the wave of the bounce, p its place, a its strength, b
/// and d a second echo that may be there or not. Cost of a place p, over the data from the start of the search to the end of
/// the window [p - 0.8, p + 0.7] periods (up to [p - 1.4, p + 1.4] where the wave that was learned is longer):
///
///   J(p) = sum (x^2/s^2 - 1) from the start of the search to the window
///          + min over a, b, d of  sum (x - model)^2/s^2 + ((a - A) / (0.4 A))^2 + max(0, A/a - 1)^2 + 12 [b != 0]
///          - number of samples in the window  +  q / (1 + q/12),   q = (p - predicted)^2 / spread^2
///
/// What comes after the window is free: it may hold any echoes. So energy that a later p leaves unexplained in front of it
/// speaks against p, and a strong echo behind the bounce is a second wave, not a reason to move. The smallest J wins; its place
/// is refined by parabolas. predicted is the one of three guesses (last place, slow mean, last place and speed) that was best of
/// late, spread its error. A (usual strength), w, c, s and the spreads are learned from accepted traces, w only where no second
/// echo was needed.
///
/// Variance  s^2 is that of the noise and 2 % of the energy of the usual bounce, which no model explains; 32 % at first, while w
///           is a guess.
/// Still     c learns from each trace what the echoes leave, at most 3 s. Without a direct wave at the beginning it hardly learns
///           where the bounce is: a bounce that moves little would end there.
/// Begin     the period from the first zero of the autocorrelation, or a multiple (0.5, 0.7, 1.4) of it that explains more; w a
///           Ricker wave of that period, or the arrival itself where it is unlike one. The strongest arrival in the gate is the
///           first guess, unless one in front of it has at least 0.35 of its strength; it must have 4.5 times the strength that
///           the wave finds in the noise, or 3.5 times in two traces at the same place. What is strong in front of the gate, or
///           up to 0.15 periods behind the place of the direct wave, is the direct wave. The lane should begin without a target.
/// Peak      the largest lobe of the wave that was learned is its peak; while it is young the place may jump to it.
/// Found     a at least max(min_amplitude A, 2.5 of its standard errors), and J(p) cheaper by 5 than no echo at all; after lost
///           traces, 3.5 errors and 11. If nothing is found within 5 spreads of the prediction, the whole gate is searched in
///           the same trace.
/// Again     after relock_traces lost ones; 8 while the wave is young; a young wave that was hardly above the noise also when it
///           is found in less than half of the traces, or when something 2.5 times as strong comes.
/// Not       able to part two echoes that lie closer than about an eighth of a period, nor a bounce from a standing wave when
///           the standoff never changes and the direct wave overlaps it.
/// Cost      O(gate * window^2) on the coarse grid: 10 to 60 us a trace; no allocation after construction; the same bits
///           everywhere.
/// @source   our own; the parts are least squares with a prior (Van Trees, 1968), arrival as a change point (Akaike criterion as
///           in Maeda, Zisin 38, 1985), and the choice between motion models of target tracking (Bar-Shalom, 2001)
class BounceTracker {
 public:
  struct Bounce {
    double at = 0.0;  ///< place of the wave's peak (or flank), in samples of the trace
    double amplitude = 0.0;
    bool found = false;
  };

  BounceTracker(const BounceTrackerSettings& settings, Index n_samples, Arena& arena) noexcept;

  /// The bounce in the next trace, which must be finite. still: what is known to stay the same, used when the search begins.
  [[nodiscard]] Bounce track(ConstTraceRef trace, ConstTraceRef still) noexcept;
  [[nodiscard]] bool locked() const noexcept { return locked_; }
  [[nodiscard]] Index lost_in_a_row() const noexcept { return lost_in_a_row_; }
  /// Energy of the last trace, up to a sample, that is explained by what stays the same and by the bounce.
  [[nodiscard]] double explained(double end) const noexcept;
  /// Where the wave of the last bounce ends, in samples.
  [[nodiscard]] double end() const noexcept {
    return (last_ + static_cast<double>(window_ - before_)) * samples_a_point();
  }
  /// True if a second echo was needed or all but needed for the last trace.
  [[nodiscard]] bool crowded() const noexcept { return crowded_; }
  /// True if what is followed stays where the direct wave would be.
  [[nodiscard]] bool doubtful() const noexcept;
  /// Energy of the usual bounce.
  [[nodiscard]] double energy() const noexcept { return locked_ ? usual_ * usual_ * samples_a_point() : 0.0; }
  /// True once the wave has been learned from at least ten traces.
  [[nodiscard]] bool settled() const noexcept { return locked_ && n_learned_ >= 10; }
  void forget() noexcept;
  void remember(StateArchive& archive) noexcept;

 private:
  static constexpr Index most_window = 96;      // points of the wave
  static constexpr Index most_finer = 4;        // points a sample
  static constexpr Index most_count = 1000;     // counters stop here
  static constexpr double front_periods = 0.8;  // of the wave in front of its peak, at first and at least
  static constexpr double back_periods = 0.7;   // and behind it
  static constexpr double most_periods = 1.4;   // of the wave on either side, at most
  using Window = std::array<double, most_window>;

  struct Arrival {
    Index place = -1;  // on the grid; -1: none
    double strength = 0.0;
  };

  // What one place costs, alone or with a second echo, and the strengths that go with it.
  struct Fit {
    double cost = 0.0;
    double single = 0.0;
    double pair = 0.0;
    double amplitude = 0.0;  // of the cheaper of the two
    double error = 0.0;      // its standard error
    double gain = 0.0;       // of a second echo, in units of the squared noise
    double shift = 0.0;      // of the place, in points
    double rest = 0.0;       // sum of squares left under the window
    double energy = 0.0;     // sum of squares under the window
    double second = 0.0;     // strength of the second echo, if there is one,
    Index delay = 0;         // and its delay in points
    bool is_pair = false;
  };

  [[nodiscard]] bool begin(ConstTraceRef trace, ConstTraceRef still) noexcept;
  [[nodiscard]] double measured_period(ConstTraceRef trace) const noexcept;
  void unlock() noexcept;
  void set_wave(double period) noexcept;
  void set_gate() noexcept;
  [[nodiscard]] bool is_period(double samples) const noexcept;
  void coarsen(ConstTraceRef trace, std::span<double> to) noexcept;
  void take_still() noexcept;
  [[nodiscard]] bool prepare(double period, ConstTraceRef trace, ConstTraceRef still) noexcept;
  [[nodiscard]] Arrival strongest(Index low, Index high, double least) const noexcept;
  [[nodiscard]] double alone(Index place, double& strength) const noexcept;
  void subtract(Index place, double strength, std::span<double> from) const noexcept;
  [[nodiscard]] double direct_place() const noexcept;
  [[nodiscard]] bool first_guess() noexcept;
  [[nodiscard]] double white_noise() const noexcept;
  [[nodiscard]] double usual_noise() noexcept;
  [[nodiscard]] double samples_a_point() const noexcept {
    return static_cast<double>(step_) / static_cast<double>(finer_);
  }
  [[nodiscard]] double weakness(double amplitude, double error) const noexcept;
  [[nodiscard]] std::size_t lost() const noexcept { return to_size(lost_in_a_row_ < 2 ? lost_in_a_row_ : 2); }
  [[nodiscard]] bool is_weak() const noexcept;
  [[nodiscard]] double variance_of_points() const noexcept;
  void tabulate() noexcept;
  void sum_energy(Index from) noexcept;
  [[nodiscard]] Fit fit(Index place, Index from, double predicted, double spread) const noexcept;
  [[nodiscard]] Bounce search(Index low, Index high, double predicted, double spread) noexcept;
  [[nodiscard]] double predict(double& spread) const noexcept;
  void account(double place, double strength) noexcept;
  void move(double place) noexcept;
  void learn(double place, double strength, const Fit& best) noexcept;
  void learn_still(double place, double strength, const Fit& best) noexcept;
  void take_wave() noexcept;
  void cut_wave() noexcept;
  void trim() noexcept;
  void centre() noexcept;
  void find_feature() noexcept;

  BounceTrackerSettings settings_;
  Index n_samples_;
  std::span<double> coarse_;   // the trace on the grid, without what stays the same
  std::span<double> still_;    // what stays the same
  std::span<double> squares_;  // running sum of coarse^2 / s^2 - 1
  std::span<Sample> for_delay_;
  dsp::FractionalDelay between_;  // on the trace
  dsp::FractionalDelay delay_;    // on the grid

  bool crowded_ = false;  // of the last trace only

  // State.
  bool locked_ = false;
  bool has_direct_ = false;  // something that stays the same was there when the search began
  double seen_ = 0.0;        // where the last trace before had an arrival, in samples, and its strength; 0: none
  double seen_strength_ = 0.0;
  Index step_ = 1;   // samples a point, or
  Index finer_ = 1;  // points a sample
  Index long_before_ = 0;
  Index long_window_ = 0;
  Index before_ = 0;
  Index window_ = 0;
  Index n_coarse_ = 0;
  Index low_ = 0;  // the gate on the grid
  Index high_ = 0;
  double samples_a_period_ = 0.0;
  double period_ = 0.0;        // points of the grid
  std::span<double> learned_;  // average of the bounces over their usual strength, from long_before_ before the peak
  std::span<double> wave_;     // the part of it that counts, with unit energy
  double feature_ = 0.0;       // from the start of the wave, in points
  double usual_ = 0.0;         // A
  double noise_ = 0.0;         // s^2
  Index n_learned_ = 0;
  Index n_still_ = 0;
  Index n_moves_ = 0;
  double found_share_ = 0.0;  // of the last ten traces or so
  Index lost_in_a_row_ = 0;
  Index crowded_in_a_row_ = 0;
  double last_ = 0.0;
  double mean_ = 0.0;
  double speed_ = 0.0;
  double wander_ = 0.0;            // mean distance of the place from its slow mean
  std::array<double, 3> error_{};  // mean square error of the three guesses

  // Made from the wave by tabulate().
  std::span<double> reversed_;  // the wave back to front, then zeros
  std::span<double> slope_;     // difference of the wave
  double steep_ = 0.0;          // its sum of squares
  std::span<double> tilt_;      // sum w'[k] w[k - d]
  std::span<double> overlap_;   // sum w[k] w[k - d]
  std::span<double> front_;     // sum w[k]^2 over the part that a shift by d leaves in the window
};

}  // namespace surefoot::gpr
