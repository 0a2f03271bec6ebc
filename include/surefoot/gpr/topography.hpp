// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/stage_kinds.hpp>
#include <surefoot/base/whole_line.hpp>
#include <surefoot/dsp/fractional_delay.hpp>

#include <array>

namespace surefoot::gpr {

enum class TopographyReference : std::uint8_t { datum, highest };
inline constexpr std::array<const char*, 2> topography_references{"datum", "highest"};

struct TopographyOptions {
  TopographyReference reference = TopographyReference::datum;
  double datum_m = 0.0;
  double relief_m = 2.0;
  double velocity_m_per_s = 1e8;
};

template <class V>
void fields(V& v, TopographyOptions& o) {
  v(o.reference, "reference", Words(topography_references),
    "What lies at the old time zero afterwards: the elevation datum_m (works live), or the highest trace of the line.");
  v(o.datum_m, "datum_m", Unit::metre, between(-1e5, 1e5),
    "datum: elevation of the new zero; no trace may lie above it.");
  v(o.relief_m, "relief_m", Unit::metre, above_to(0.0, 1e4),
    "How far below the reference the lowest trace may lie: the output is so much longer.");
  v(o.velocity_m_per_s, "velocity_m_per_s", Unit::metre_per_second, above_to(0.0, 299792458.0),
    "On an axis of time: velocity of what fills the shift; that of the ground, or of air for an airborne antenna.");
}

/// The problem with these options on this input, if any.
[[nodiscard]] Problem validate(const TopographyOptions& options, const StreamSpec& in) noexcept;
/// The stage that options.reference asks for.
[[nodiscard]] Stage* make_topography(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept;

/// What both kinds share: the shift of one trace.
class StaticShift {
 public:
  StaticShift(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept;

  /// Write the trace, moved down by the elevation in its tag below `reference_m`; flags it if that cannot be.
  void apply(ConstTraceRef in, double reference_m, TraceRef out, TraceTag& tag) noexcept;
  void forget() noexcept { last_shift_ = deepest_ = 0.0; }
  void remember(StateArchive& archive) noexcept;
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept;

 private:
  double relief_m_;
  double samples_a_metre_;
  double last_shift_ = 0.0;  // samples
  double deepest_ = 0.0;     // metres below the reference, of the lowest trace so far
  dsp::FractionalDelay delay_;
};

/// Move each trace down by what it lies below a reference elevation: static correction, the surface as it is.
///
///   y[i] = x(i - d),  d = 2 (z_ref - z) / velocity / step  on an axis of two-way time
///                     d = (z_ref - z) / step               on an axis of depth
///   z = position_m[2] of the tag
///
/// Axis      along time or depth. The axis keeps start and step; it gets ceil of the shift of relief_m more samples, so that
///           nothing is cut. Shifts are exact to the sub-sample: dsp::FractionalDelay.
/// Edges     above and below the moved trace there are zeros.
/// Lost      an elevation that is not known, lies above the reference or more than relief_m below it: the last good shift is kept
///           (before any: none), flagged time_zero_lost. A note says how deep the lowest trace lay.
/// Tags      unchanged.
/// Cost      12 multiplications a sample; latency 0 with reference = datum, the whole line with highest.
/// Not       a migration, and only right for nearly vertical paths: on slopes of more than a few degrees migrate from the
///           surface (gpr.kirchhoff, gpr.back_projection). One velocity for the whole shift.
/// @throws ConfigError  (from the pipeline) if the axis is neither time nor depth, or the output would have more than 1048576
///                      samples.
/// @source   practice, e.g. Yilmaz, Seismic Data Analysis (2001), 3.3; GPRPy topoCorrect shifts whole samples, ours do not
class LiveTopography final : public CausalStage {
 public:
  LiveTopography(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  [[nodiscard]] Index notes(std::span<Note> out) const noexcept override { return shift_.notes(out); }

 private:
  void step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept override { shift_.apply(in, datum_m_, out, tag); }
  void forget() noexcept override { shift_.forget(); }
  void remember(StateArchive& archive) noexcept override { shift_.remember(archive); }

  double datum_m_;
  StaticShift shift_;
};

/// The same with the highest usable trace of the line as the reference; a line without elevations stays as it is, flagged.
class LineTopography final : public WholeLineTo {
 public:
  LineTopography(const TopographyOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override { return shift_.notes(out); }
  void process(ColumnRing& line, ColumnRing& made) noexcept override;

  StaticShift shift_;
};

}  // namespace surefoot::gpr
