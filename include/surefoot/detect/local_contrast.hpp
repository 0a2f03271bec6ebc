// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/detect/cell_ring.hpp>
#include <surefoot/detect/depth_score.hpp>
#include <surefoot/dsp/thresholds.hpp>

namespace surefoot::detect {

inline constexpr std::array cfar_words{"cell_average", "greatest", "smallest", "ordered"};

/// What a ratio is compared with.
enum class Calibration : std::uint8_t {
  past,     ///< its own past at that depth
  formula,  ///< the distribution that it has over Gaussian noise
};
inline constexpr std::array calibration_words{"past", "formula"};

struct LocalContrastOptions {
  dsp::Cfar kind = dsp::Cfar::cell_average;
  Index cells_across = 24;
  Index guard_traces = 8;
  bool two_sided = false;
  Index cells_along = 0;
  Index guard_segments = 1;
  double rank_share = 0.75;
  Calibration calibration = Calibration::past;
  double freedom = 0.0;
  DepthOptions depth;
};

template <class V>
void fields(V& v, LocalContrastOptions& o) {
  v(o.kind, "kind", Words(cfar_words),
    "Level of the cells around: their mean, the greater or smaller mean of their halves, or one of them by order.");
  v(o.cells_across, "cells_across", Unit::traces, between(0, 1024),
    "Cells at the same depth in other traces, an even number: all behind, or half of them ahead with two_sided.");
  v(o.guard_traces, "guard_traces", Unit::traces, between(0, 1000),
    "Traces left out on each side of the one that is scored: half the length of a target.");
  v(o.two_sided, "two_sided",
    "Half of the cells across lie ahead; the answer then comes so many traces and the guard later.");
  v(o.cells_along, "cells_along", Unit::segments, between(0, 1024),
    "Cells above and below in the same trace, an even number; near the ends one side gives what the other has not.");
  v(o.guard_segments, "guard_segments", Unit::segments, between(0, 1000),
    "Segments left out on each side of the one that is scored.");
  v(o.rank_share, "rank_share", Unit::none, between(0.0, 1.0),
    "With kind = \"ordered\": the share of the cells that lie at or below the one that is the level.");
  v(o.calibration, "calibration", Words(calibration_words),
    "z of a ratio against its own past at that depth, or from the false-alarm rate that Gaussian noise would have.");
  v(o.freedom, "freedom", Unit::none, between(0.0, 1e4),
    "Degrees of freedom of a cell for that rate, the effective number of its samples, 1 or more; 0 is their number.");
  fields(v, o.depth);
}

[[nodiscard]] Problem validate(const LocalContrastOptions& options, const StreamSpec& in) noexcept;

/// Score a trace by the contrast of its depth segments to the cells around them, across traces and along depth (CFAR).
///
///   E_k = mean square of segment k,  ratio_k = E_k / level of its cells (dsp::cfar_level)
///   calibration = "past":    z_k = normalised ln ratio_k (dsp::DepthNormalizer)
///   calibration = "formula": z_k with P(normal > z_k) = dsp::cfar_false_alarm(ratio_k)
///   score = z_k combined as in DepthScore
///
/// With "formula", z_k exceeds the normal quantile of a rate exactly where ratio_k exceeds dsp::cfar_factor() for that rate, for
/// cells of `freedom` independent Gaussian samples: window energies, so F and not the exponential law. It is read from a table,
/// to 0.01 in z where |z| < 3, between the rates 0.999 and 1e-100; beyond them z stays. Ground is not Gaussian: set
/// thresholds on ground without targets.
///
/// Axis      along time and across traces. Feed it traces whose background wave is removed.
/// Shape     (n_samples) in, of all channels; the same out, or (segments) with emit = "z", or "log_energy": ln ratio_k.
/// Units     the score is a z: larger is more anomalous. A constant factor on the input changes nothing.
/// Halves    of "greatest" and "smallest": behind and above; ahead and below. Without cells ahead the older and the newer ones.
/// Background a trace's cells count behind it once the guard has passed it, unless its score was above freeze_z (at most
///           freeze_limit_traces in a row); older ones stay in until then.
/// Standing  as in DepthScore: such a trace is judged in the place of the last one over fresh ground, and is no cell of others.
/// Edges     score 0 and warming_up until there are enough cells, and warming_up for warm_up_traces scores. Where traces ahead
///           carry nothing or the line ends, cells behind stand for them. A cell, or a level, of zero energy has z = 0.
/// Non-finite input: flagged, score 0; the trace is no cell of others.
/// Cost      O(n_samples + segments cells), about 4 us for 43 segments and 24 cells ("ordered" 18 us); latency 0, two-sided
///           cells_across / 2 + guard_traces; no allocation after construction.
/// Not       a shape detector. "cell_average" hides one of two targets in the other's cells, ahead where none was scored yet;
///           "ordered" does not, up to a quarter of the cells. "cell_average" and "smallest" alarm at edges of clutter.
/// @throws ConfigError  if cells are odd, none, or more than there are segments; if no whole segment fits.
/// @source   as dsp/thresholds.hpp; the F law for energies and the calibration by the past: our own
class LocalContrast final : public WindowStage {
 public:
  LocalContrast(const LocalContrastOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  static constexpr Index knots = 64;
  struct Piece {  // of a table: z at equal steps of ln ratio
    double start = 0.0;
    double step = 1.0;
    std::array<double, knots> z{};
  };

  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  [[nodiscard]] bool by_formula() const noexcept { return options_.calibration == Calibration::formula; }
  Ground arrive(const TraceWindow& window, Index k) noexcept;
  void take_in(const TraceWindow& window, Index k, Ground ground) noexcept;
  void energies(ConstTraceRef trace, std::span<double> cell) noexcept;
  bool choose_across() noexcept;
  void put_across(Index k, Index from, Index n, Index to) noexcept;
  void put_along(Index k) noexcept;
  [[nodiscard]] double contrast(Index k) noexcept;
  void tabulate(double freedom) noexcept;
  [[nodiscard]] double z_of(double log_ratio) const noexcept;
  void judge(const TraceTag& tag) noexcept;

  LocalContrastOptions options_;
  Index after_;
  DepthScore score_;
  dsp::CfarShape shape_;
  CellRing<double> ring_;
  std::span<const double*> across_;  // the rows of the cells across, oldest first
  std::span<double> cells_;
  std::span<double> work_;
  std::span<double> z_;
  std::span<double> aside_;          // energies of a trace over the same ground
  std::span<const double> current_;  // those of the trace that is judged
  std::array<Piece, 2> pieces_{};
  Index suspects_ = 0;  // in a row
  bool started_ = false;
};

}  // namespace surefoot::detect
