// SPDX-License-Identifier: MIT
#pragma once

#include "kernels.hpp"

#include <surefoot/base/ring.hpp>
#include <surefoot/base/spec.hpp>
#include <surefoot/dsp/real_fft.hpp>
#include <surefoot/gpr/time_reference.hpp>

#include <complex>
#include <cstddef>
#include <span>

namespace surefoot::gpr::imaging {

/// Where a trace was taken.
struct Place {
  double x_m = 0.0;
  double y_m = 0.0;
  double height_m = 0.0;  // of the surface under the antennas
  double along_x = 1.0;   // direction from transmitter to receiver, a unit vector
  double along_y = 0.0;
  double standoff_m = 0.0;  // of the antennas above the surface
  double width_m = 0.0;     // length of line that the trace stands for
  bool counts = false;      // usable and of known place
};

/// Where a column of the image stands.
struct Column {
  double x_m = 0.0;
  double y_m = 0.0;
  double height_m = 0.0;
};

enum class Weighting : std::uint8_t {
  kirchhoff,  ///< obliquity, spreading, half derivative; sum
  mean,       ///< delay and sum, divided by the weights
};

struct DelaySumOptions {
  Weighting weighting = Weighting::mean;
  bool envelope = false;
  bool coherence = false;
  double velocity_m_per_s = 1e8;
  double antenna_offset_m = 0.0;
  TimeReference time_zero = TimeReference::emission;
  double aperture_deg = 60.0;
  double aperture_m = 2.0;
  double taper = 0.3;
  double alias_hz = 0.0;
  double depth_step_m = 0.005;
  Index n_depths = 0;
  Index most_columns = 0;
};

/// The summation behind gpr.kirchhoff, gpr.back_projection and gpr.volume.
///
/// Each trace is filtered and four times oversampled by FFT; between those samples it is interpolated linearly. Evenly
/// spaced traces over flat ground with one standoff take the even path: for one depth and one distance all columns share the
/// delay and the weight, and the sum runs over neighbouring columns. All else takes pairs of a trace and a column.
class DelaySum {
 public:
  DelaySum(const DelaySumOptions& options, const StreamSpec& in, Arena& arena) noexcept;
  ~DelaySum();
  DelaySum(const DelaySum&) = delete;
  DelaySum& operator=(const DelaySum&) = delete;

  /// Fill the columns of `made`, which have their tags already: places[m] belongs to trace m of the line, columns[c] to
  /// column c of made; without columns, one stands under each trace. Places that do not count are taken as absent.
  void run(const ColumnRing& line, std::span<const Place> places, std::span<const Column> columns,
           ColumnRing& made) noexcept;

  [[nodiscard]] bool even() const noexcept { return even_; }
  /// Pairs of a trace and a pixel that the last run went through.
  [[nodiscard]] double updates() const noexcept { return updates_; }
  /// Standoffs that had a table of their own.
  [[nodiscard]] Index standoffs() const noexcept { return standoffs_; }

 private:
  static constexpr Index oversampling = 4;
  static constexpr Index most_offsets = 4096;  // distances that the even path can hold

  struct Worker {
    dsp::RealFft* forward = nullptr;
    dsp::RealFft* inverse = nullptr;
    std::span<std::complex<float>> spectrum;
    std::span<std::complex<float>> filtered;
    std::span<float> fine;    // for each channel `lanes` oversampled traces
    std::span<float> planes;  // n_planes_ columns over depth
    std::span<float> tiles;   // the same for a tile of columns, depth by depth
    std::span<float> tangent;
    std::span<std::int32_t> row;
    std::span<float> first;
    std::span<float> second;
    std::span<float> inverse_aperture;
    double updates = 0.0;

    [[nodiscard]] Taps taps() const noexcept { return {row.data(), first.data(), second.data()}; }
  };

  [[nodiscard]] Index even_offsets(std::span<const Place> places) const noexcept;
  void limit_dip(std::span<const Place> places) noexcept;
  void load(ConstTraceRef trace, Worker& w, Index slot) const noexcept;
  void load_even(const ColumnRing& line, std::span<const Place> places) noexcept;
  void load_pairs(const ColumnRing& line, std::span<const Place> places) noexcept;
  void run_even(std::span<const Place> places, Index n_offsets, ColumnRing& made) noexcept;
  void run_pairs(std::span<const Place> places, std::span<const Column> columns, ColumnRing& made) noexcept;
  void add_pairs(std::span<const Place> places, std::span<const Index> members, std::span<const Column> columns,
                 double standoff) noexcept;
  void prepare(double standoff) noexcept;
  [[nodiscard]] Index pair_taps(double dx, double dy, const Place& place, double rise, double standoff,
                                Worker& w) const noexcept;
  void finish(const float* planes, TraceRef out) const noexcept;

  DelaySumOptions options_;
  const Kernels& kernels_;
  Index n_fine_;    // oversampled samples of a trace
  Index fine_row_;  // and their room
  Index n_fft_;
  Index n_channels_;  // the trace; its Hilbert transform; its power
  Index n_planes_;    // channels, and for the mean the sum of the weights
  Index n_workers_;
  Index n_depths_;  // a multiple of lanes
  Index n_offsets_room_;
  Index even_stride_;  // from one sample to the next in the even layout
  Index n_table_rows_;
  double table_step_m_;
  double start_s_;  // of the traces
  double fine_s_;   // from one oversampled sample to the next
  Law law_;
  bool ok_ = false;
  bool even_ = false;
  double updates_ = 0.0;
  Index standoffs_ = 0;

  std::span<float> depth_;
  std::span<std::complex<float>> response_;  // of the half derivative
  std::span<float> data_;                    // all channels, in the layout of the path taken
  std::span<float> usable_;                  // even layout: 1 for a trace that counts
  std::span<Tap> even_taps_;                 // for each depth n_offsets_room_
  std::span<Index> even_reach_;              // for each depth: distances inside the aperture
  std::span<float> sums_;                    // pairs: the planes of all columns
  std::span<Index> order_;                   // pairs: traces by standoff
  std::span<float> table_;                   // one-way times: rows over distance, columns over depth
  std::span<float> aperture_;                // for the present standoff
  std::span<Worker> workers_;
  std::span<std::byte> transforms_;  // room for two a worker
};

}  // namespace surefoot::gpr::imaging
