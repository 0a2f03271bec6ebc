// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/whole_line.hpp>
#include <surefoot/detect/curve_options.hpp>

namespace surefoot::detect {

struct ImageContrastOptions {
  double start_s = 0.0;
  double end_s = 10e-9;
  double segment_s = 0.2e-9;
  Index top_segments = 1;
  bool coherence = true;
  double background_m = 0.0;
  double guard_m = 0.15;
  double quantile = 0.5;
  double floor_db = -32.0;
  CurveOptions curves{.widths_m = {0.0}};
};

template <class V>
void fields(V& v, ImageContrastOptions& o) {
  v(o.start_s, "start_s", Unit::second, finite(), "Two-way time at which the image begins.");
  v(o.end_s, "end_s", Unit::second, finite(), "Two-way time at which it ends; the trace's end at the latest.");
  v(o.segment_s, "segment_s", Unit::second, above(0.0),
    "Height of a pixel: the strongest apex in it counts; at least one sample is taken.");
  v(o.top_segments, "top_segments", Unit::segments, between(1, 64),
    "The score is the mean contrast of so many strongest pixels of a column.");
  v(o.coherence, "coherence", "Weigh the focused energy by the semblance of the traces that it comes from.");
  v(o.background_m, "background_m", Unit::metre, between(0.0, 1e6),
    "Line to either side from which the level of a depth is taken; 0: the whole line.");
  v(o.guard_m, "guard_m", Unit::metre, between(0.0, 1e6),
    "Line to either side that is left out of it, where background_m is not 0: half the length of a target.");
  v(o.quantile, "quantile", Unit::none, between(0.0, 1.0),
    "The level is this quantile of the pixels: 0.5 is the median, less where targets crowd.");
  v(o.floor_db, "floor_db", Unit::decibel, between(-200.0, 0.0),
    "Added to pixel and level: this much below the median, over the columns that are not silent, of their strongest "
    "pixel.");
  fields(v, o.curves);
}

[[nodiscard]] Problem validate(const ImageContrastOptions& options, const StreamSpec& in) noexcept;

/// Score each trace of a line by how far the image of the ground under it stands out from what lies beside it at that depth.
///
///   I(d, n)  = the largest over velocities and flat tops of dsp::HyperbolaBank's energy times semblance (or energy) with an apex
///              in pixel d under trace n: back-projection with refraction at the surface, a coherence factor and a blind velocity
///   c(d, n)  = ln((I + P) / (V + P)),  V(d, n) = quantile of I(d, .) over the background,  P = the floor
///   score(n) = mean of the top_segments largest c(., n)
///
/// Axis      across traces; a pixel is as high as a depth segment and as long as a trace.
/// Shape     (n_samples, n_traces) in; the same out, unchanged: only the tags are written.
/// Units     the score is a natural logarithm of powers: 2.3 is 10 dB over the ground beside. It is not divided by a spread: on
///           short lines with several targets the spread is theirs. Input units do not matter.
/// Tag       score time, depth, and the evidence as detect.hyperbola, at the best pixel; the profile is c.
/// Edges     at the ends of the line the half that is there is used. Unusable traces get no score and count for nothing; so do all
///           where fewer than three are usable, or all is silent: score 0. With a background too short for a trace, the whole line's
///           level is taken.
/// Notes     templates; velocity_m_per_s: median over the traces that no other within half an aperture exceeds, with at least half
///           the line's largest score; a warning at an end of the scan, where it is a bound only.
/// Defaults  no flat tops: they smear the image along the line (partial area to one false alarm a metre 0.70 with, 0.75 without, on
///           own simulated lanes); floor_db from the same lanes.
/// Cost      whole line; two looks of the bank a trace, each as detect.hyperbola, and a selection among the line (or the background)
///           for each pixel; n_traces values a pixel row of memory.
/// Not       live: detect.hyperbola with score = "product" is its causal form. Stones and debris focus as mines do: this sees
///           that something is there, not what. Not for uneven traces, nor before the background is removed.
/// @throws ConfigError  if no whole pixel fits between start_s and end_s; as detect.hyperbola.
/// @source   delay and sum with coherence factor: Hollman, Rigby and O'Donnell, IEEE Ultrasonics Symposium, 1999; the contrast is
///           our own
class ImageContrast final : public WholeLine {
 public:
  ImageContrast(const ImageContrastOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void process(ColumnRing& line) noexcept override;

  template <class Look>
  void for_each_trace(const ColumnRing& line, Look&& look) noexcept;
  [[nodiscard]] double level(const ColumnRing& line, Index segment, Index first, Index last, Index guard,
                             Index centre) noexcept;
  [[nodiscard]] float& pixel(Index segment, Index trace) noexcept;
  void contrast(const ColumnRing& line) noexcept;
  void find_velocity(const ColumnRing& line) noexcept;

  ImageContrastOptions options_;
  StreamSpec in_;
  DepthSegments segments_;
  Index half_;
  dsp::HyperbolaBank bank_;
  std::span<float> image_;  // segments, then traces; I, and once the levels are known c
  std::span<float> row_;
  std::span<double> levels_;  // beside each trace, of one row of pixels
  std::span<double> column_;
  std::span<double> sorted_;
  double velocity_ = unknown;
};

}  // namespace surefoot::detect
