// SPDX-License-Identifier: MIT
#pragma once

#include "delay_sum.hpp"

#include <surefoot/base/fields.hpp>
#include <surefoot/base/note.hpp>
#include <surefoot/gpr/imaging.hpp>

namespace surefoot::gpr::imaging {

/// The problem with an input that is to be imaged, if any: it must be a line of two-way times, with spacing if that is asked.
[[nodiscard]] Problem check_input(TracePlaces places, const StreamSpec& in) noexcept;

/// The options' depths, or what 0 stands for.
[[nodiscard]] double depth_step(double asked, double velocity_m_per_s, const StreamSpec& in) noexcept;
[[nodiscard]] Index n_depths(Index asked, const StreamSpec& in) noexcept;

/// An image of depth in place of the input's times.
template <class Options>
[[nodiscard]] StreamSpec image_spec(const Options& o, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::depth, 0.0, depth_step(o.depth_step_m, o.velocity_m_per_s, in)};
  out.n_samples = n_depths(o.n_depths, in);
  return out;
}
/// What the options of all three stages say of the sum.
template <class Options>
[[nodiscard]] DelaySumOptions sum_options(const Options& o, const StreamSpec& in, Index most_columns) noexcept {
  return {.velocity_m_per_s = o.velocity_m_per_s,
          .antenna_offset_m = o.antenna_offset_m,
          .time_zero = o.time_zero,
          .aperture_deg = o.aperture_deg,
          .aperture_m = o.aperture_m,
          .taper = o.taper,
          .depth_step_m = depth_step(o.depth_step_m, o.velocity_m_per_s, in),
          .n_depths = n_depths(o.n_depths, in),
          .most_columns = most_columns};
}
/// The same of antennas above the ground.
template <class Options>
[[nodiscard]] DelaySumOptions focusing_options(const Options& o, const StreamSpec& in, Index most_columns) noexcept {
  DelaySumOptions sum = sum_options(o, in, most_columns);
  sum.envelope = o.output == decltype(o.output)::envelope;
  sum.coherence = o.coherence;
  return sum;
}

/// Places along the line, as one coordinate (x); height from the positions where asked. Traces of unknown place do not count
/// and are flagged in their tags; their number is returned.
Index along_the_line(ColumnRing& line, TracePlaces from, double spacing_m, bool topography,
                     std::span<Place> places) noexcept;

/// Places on the ground, as x and y, with the antennas' direction and standoff (the tag's, else the given one).
Index on_the_ground(ColumnRing& line, TracePlaces from, double spacing_m, double standoff_m,
                    std::span<Place> places) noexcept;

/// What the three stages have to say.
Index notes_of(const DelaySum& sum, Index unknown_places, std::span<Note> out) noexcept;

}  // namespace surefoot::gpr::imaging
