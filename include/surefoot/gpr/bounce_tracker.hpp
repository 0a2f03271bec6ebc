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
/// the window [p - 0.8, p + 0.7] periods:
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
/// Begin     the period from the first zero of the autocorrelation, or a multiple (0.5, 0.7, 1.4) of it that explains more; w a
///           Ricker wave of that period, or the arrival itself where it is unlike one. The strongest arrival in the gate is the
///           first guess, unless one in front of it has at least 0.35 of its strength; what is strong in front of the gate is
///           the direct wave. The lane should begin without a target.
/// Found     a at least max(min_amplitude A, 3 of its standard errors), and J(p) cheaper by 8 than no echo at all. If nothing is
///           found within 5 spreads of the prediction, the whole gate is searched in the same trace.
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

  /// The bounce in the next trace, which must be finite.
  [[nodiscard]] Bounce track(ConstTraceRef trace) noexcept;
  /// True once the wave has been learned from at least ten traces.
  [[nodiscard]] bool settled() const noexcept { return locked_ && n_learned_ >= 10; }
  void forget() noexcept;
  void remember(StateArchive& archive) noexcept;

 private:
  static constexpr Index most_window = 64;  // points of the wave
  static constexpr Index most_finer = 4;    // points a sample
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

  [[nodiscard]] bool begin(ConstTraceRef trace) noexcept;
  [[nodiscard]] double measured_period(ConstTraceRef trace) const noexcept;
  void set_wave(double period) noexcept;
  void set_gate() noexcept;
  [[nodiscard]] bool is_period(double samples) const noexcept;
  void coarsen(ConstTraceRef trace) noexcept;
  [[nodiscard]] bool prepare(double period, ConstTraceRef trace) noexcept;
  [[nodiscard]] Arrival strongest(Index low, Index high, double least) const noexcept;
  [[nodiscard]] double alone(Index place, double& strength) const noexcept;
  void subtract(Index place, double strength, std::span<double> from) const noexcept;
  [[nodiscard]] bool first_guess() noexcept;
  [[nodiscard]] double white_noise() const noexcept;
  [[nodiscard]] double samples_a_point() const noexcept {
    return static_cast<double>(step_) / static_cast<double>(finer_);
  }
  [[nodiscard]] double weakness(double amplitude, double error) const noexcept;
  [[nodiscard]] double variance_of_points() const noexcept;
  void tabulate() noexcept;
  void sum_energy(Index from) noexcept;
  [[nodiscard]] Fit fit(Index place, Index from, double predicted, double spread) const noexcept;
  [[nodiscard]] Bounce search(Index low, Index high, double predicted, double spread) noexcept;
  [[nodiscard]] double predict(double& spread) const noexcept;
  void move(double place) noexcept;
  void learn(double place, double strength, const Fit& best) noexcept;
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

  // State.
  bool locked_ = false;
  Index step_ = 1;   // samples a point, or
  Index finer_ = 1;  // points a sample
  Index before_ = 0;
  Index window_ = 0;
  Index n_coarse_ = 0;
  Index low_ = 0;  // the gate on the grid
  Index high_ = 0;
  double samples_a_period_ = 0.0;
  double period_ = 0.0;   // points of the grid
  Window wave_{};         // unit energy
  double feature_ = 0.0;  // from the start of the wave, in points
  double usual_ = 0.0;    // A
  double noise_ = 0.0;    // s^2
  Index n_learned_ = 0;
  Index n_still_ = 0;
  Index n_moves_ = 0;
  Index lost_in_a_row_ = 0;
  double last_ = 0.0;
  double mean_ = 0.0;
  double speed_ = 0.0;
  std::array<double, 3> error_{};  // mean square error of the three guesses

  // Made from the wave by tabulate().
  std::array<double, 2 * most_window> reversed_{};  // the wave back to front, then zeros
  Window slope_{};                                  // difference of the wave
  double steep_ = 0.0;                              // its sum of squares
  Window tilt_{};                                   // sum w'[k] w[k - d]
  Window overlap_{};                                // sum w[k] w[k - d]
  Window front_{};                                  // sum w[k]^2 over the part that a shift by d leaves in the window
};

}  // namespace surefoot::gpr
