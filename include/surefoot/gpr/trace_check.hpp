// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>

#include <array>

namespace surefoot::gpr {

enum class TraceRepair : std::uint8_t { none, interpolate };
inline constexpr std::array<const char*, 2> trace_repairs{"none", "interpolate"};

struct TraceCheckOptions {
  double rail = 0.0;
  Index min_run_samples = 4;
  bool declip = false;
  Index window_traces = 5;
  double bad_z = 10.0;
  double min_correlation = 0.0;
  TraceRepair repair = TraceRepair::none;
};

template <class V>
void fields(V& v, TraceCheckOptions& o) {
  v(o.rail, "rail", Unit::none, at_least(0.0),
    "Magnitude at which the converter clips, in units of the samples (32767 for raw 16 bit); 0 looks for flat tops.");
  v(o.min_run_samples, "min_run_samples", Unit::samples, between(2, 1000),
    "rail = 0: so many equal samples in a row, at the largest or smallest value of the trace, are clipped.");
  v(o.declip, "declip", "Put a cubic through the samples beside each clipped stretch in its place, flagged repaired.");
  v(o.window_traces, "window_traces", Unit::traces, between(1, 1000),
    "Traces on each side that a trace is compared with; so many is the latency.");
  v(o.bad_z, "bad_z", Unit::none, above_to(0.0, 1e6),
    "A trace whose log energy is farther than this from the median of its neighbours, in robust standard deviations, "
    "is "
    "bad.");
  v(o.min_correlation, "min_correlation", Unit::none, between(-1.0, 1.0),
    "A trace that correlates less than this with the mean of its neighbours is bad; -1 never. Raw traces are alike: "
    "0.5 "
    "is safe there; after a background removal take -1.");
  v(o.repair, "repair", Words(trace_repairs),
    "none only flags; interpolate puts a straight line between the nearest good neighbours in the place of a bad "
    "trace.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const TraceCheckOptions& options, const StreamSpec& in) noexcept;

/// Flag clipped samples and bad traces, and repair them if asked to.
///
///   saturated  rail > 0: some |x[i]| >= rail.  rail = 0: min_run_samples equal samples in a row at max x or min x, where that is
///              not 0 and the trace not constant
///   bad_trace  dead: all samples equal.  Burst: |e - m| / max(1.4826 d, 0.1) > bad_z, e = log sum (x - mean x)^2,
///              m = the median of the e of the neighbours, d their median distance from it.
///              Unlike: correlation coefficient with the mean of the neighbours < min_correlation, each of them first brought
///              to the same energy, so that one burst does not count for all
///   declip     Lagrange cubic through the two samples before and the two after the stretch, never inside the rail
///   repair     y = x_a + (n-a)/(b-a) (x_b - x_a), a and b the nearest good traces in the window; one of them alone is copied
///
/// Axis      saturated along time, bad_trace across traces. Shape and axis stay.
/// Flags     saturated, bad_trace; with repaired where samples were changed. Neighbours that are dead do not count; burst and
///           unlike need three that do, else the trace is flagged warming_up instead. A trace that came dropped or non_finite
///           stays zero: nobody may clear that flag (gpr.fill_gaps fills what is missing).
/// Edges     the window shrinks at both ends. A clipped stretch without two samples on each side is flagged and left.
/// Limits    a strong target raises the energy of single traces: with the defaults it must be e = 1 (a factor 2.7 in energy)
///           and ten deviations off at least. Smooth, slowly sampled or coarsely quantised peaks can have flat tops: give the
///           rail if it is known. A declipped sample is a guess; a repaired trace has no information of its own.
/// Cost      about ten passes over a trace; latency window_traces.
/// Not       a noise filter; not for a stretch of bad traces longer than the window.
/// @source   flat tops: practice (RGPR clip); robust z: Hampel (1974); flags instead of removal: our own
class TraceCheck final : public WindowStage {
 public:
  TraceCheck(const TraceCheckOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  // What is remembered of a trace in the window.
  struct Mark {
    double log_energy = 0.0;
    std::int32_t known = 0;  // 0: not looked at or unusable; 1: dead; 2: it counts
    std::int32_t unused = 0;
  };

  void look(const TraceWindow& window, TraceRef out, TraceTag& tag) noexcept override;
  void forget() noexcept override;
  void remember(StateArchive& archive) noexcept override;

  [[nodiscard]] Mark& mark(Index k) noexcept;
  void measure(const TraceWindow& window, Index k) noexcept;
  [[nodiscard]] bool good(const TraceWindow& window, Index k, double middle, double spread) noexcept;
  [[nodiscard]] double likeness(const TraceWindow& window) noexcept;
  void repair(const TraceWindow& window, double middle, double spread, TraceRef out, TraceTag& tag) noexcept;
  [[nodiscard]] bool clipped(ConstTraceRef in, TraceRef out, bool& changed) const noexcept;

  TraceCheckOptions options_;
  Index looks_ = 0;      // traces answered, modulo the window
  bool primed_ = false;  // the later neighbours of the first trace are measured
  std::span<Mark> marks_;
  std::span<double> sorted_;
  std::span<double> mean_;
};

}  // namespace surefoot::gpr
