// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstdint>

/// The inner loops of summation imaging: travel times to weights, weights to sums. Compiled for several vector widths.
///
/// Each depth (or each column of the even sum) is a lane of its own, with the same operations in the same order and no fused
/// multiply-add: all variants give the same bits. Arrays over depth hold a multiple of `lanes` values.
namespace surefoot::gpr::imaging {

inline constexpr Index lanes = 16;
inline constexpr Index tile = 4 * lanes;  // columns that the even sum treats at once

/// n rounded up to whole vectors.
[[nodiscard]] constexpr Index padded(Index n) noexcept { return (n + lanes - 1) / lanes * lanes; }

/// Per depth: the sample of the trace before the echo, and the weights of that sample and of the next one.
struct Taps {
  std::int32_t* row = nullptr;
  float* first = nullptr;
  float* second = nullptr;
};

/// The same as one value: what the even sum reads for one depth and one distance.
struct Tap {
  std::int32_t row = 0;
  float first = 0.0F;
  float second = 0.0F;
};

/// What all pairs of a trace and a column share. Times are counted in samples of the (oversampled) traces.
struct Law {
  Index n = 0;                     // depths, a multiple of lanes
  const float* depth_m = nullptr;  // below the column's surface
  float samples_per_m = 0.0F;      // along a straight path
  float origin = 0.0F;             // the sample at time zero, may be negative
  float last = 0.0F;               // the last sample
  float tangent = 1.0F;            // of the largest angle from the vertical
  float reach_m = 1.0F;            // largest distance across
  float full = 0.7F;               // share of the aperture with full weight
  float fall = 1.0F / 0.3F;        // 1 / share over which it falls to zero
  float spreading = 0.0F;          // Kirchhoff: pi v / 2; 0: the taper is the only weight
};

/// A trace seen from a column, antennas on the ground.
struct StraightPair {
  float source2_m2 = 0.0F;                  // squared distance across from the column to the transmitter
  float receiver2_m2 = 0.0F;                // and to the receiver
  float across_m = 0.0F;                    // to the point between them
  float rise_m = 0.0F;                      // height of the antennas above the column's surface
  float width_m = 0.0F;                     // length of line that the trace stands for (Kirchhoff)
  const float* inverse_aperture = nullptr;  // per depth, from Kernels::aperture at this rise
};

/// A trace seen from a column, antennas in the air: each leg lies between two rows of a table of one-way times.
struct RefractedPair {
  const float* source = nullptr;  // row at the next smaller distance
  const float* receiver = nullptr;
  Index next_row = 0;         // values from one row to the next
  float source_share = 0.0F;  // of the next row
  float receiver_share = 0.0F;
  float across_m = 0.0F;
  const float* inverse_aperture = nullptr;  // per depth, from Kernels::aperture at this standoff
};

/// A block of rows of such a table: distances across from first_m on, step_m apart.
struct TableRows {
  float first_m = 0.0F;
  float step_m = 0.0F;
  Index n_rows = 0;
  float standoff_m = 0.0F;
  float slowness_ratio = 0.0F;      // speed in the ground over speed in the air
  float samples_per_m_air = 0.0F;   // one way
  float samples_per_m_soil = 0.0F;  // one way
  float* time = nullptr;            // n_rows rows of Law::n values
  float* tangent = nullptr;         // scratch, Law::n values
};

/// One channel of evenly spaced traces: sample j of column x at rows[j * stride + x], zeros on both sides of the columns.
struct EvenRows {
  const float* rows = nullptr;
  Index stride = 0;
  Index n_columns = 0;
};

struct Kernels {
  /// inverse[i] = 1 / half the width of the aperture, for antennas at a height above the column's surface.
  void (*aperture)(const Law&, float height_m, float* inverse) noexcept;
  void (*straight)(const Law&, const StraightPair&, const Taps&) noexcept;
  void (*refracted)(const Law&, const RefractedPair&, const Taps&) noexcept;
  void (*table)(const Law&, const TableRows&) noexcept;
  /// sum[i] += first[i] * trace[row[i]] + second[i] * trace[row[i] + 1]
  void (*add)(const Law&, const Taps&, const float* trace, float* sum) noexcept;
  /// sum[i] += first[i] + second[i]
  void (*count)(const Law&, const Taps&, float* sum) noexcept;
  /// sum[l] = taps[0] at column x0 + l, and taps[k] at the columns k to both sides, for `tile` columns.
  void (*even)(const EvenRows&, const Tap* taps, Index n_taps, Index x0, float* sum) noexcept;
};

/// The widest variant that this processor runs.
[[nodiscard]] const Kernels& kernels() noexcept;
/// The one that runs everywhere: what the others are compared with.
[[nodiscard]] const Kernels& plain_kernels() noexcept;

}  // namespace surefoot::gpr::imaging
