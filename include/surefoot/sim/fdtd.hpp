// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <array>
#include <span>
#include <vector>

namespace surefoot::sim {

/// What a place is made of. With a Debye drop, epsilon(w) = permittivity + debye_drop / (1 + i w relaxation).
struct Medium {
  double permittivity = 1.0;  ///< relative, of the fastest fields
  double conductivity_s_m = 0.0;
  double debye_drop = 0.0;
  bool conductor = false;  ///< perfect: its electric field is 0
};

/// Square cells in a plane, and the step in time.
struct GridOptions {
  Index rows = 0;     ///< nodes along x
  Index columns = 0;  ///< nodes along z, downwards, with the absorbing border
  double cell_m = 0.005;
  double time_step_s = 0.0;        ///< 0: 0.99 of longest_time_step_s()
  double relaxation_s = 9.23e-12;  ///< of every medium with a Debye drop; water's at 20 degrees
  Index border = 10;               ///< cells of the absorbing border on each side
};

/// Beyond this step the scheme is unstable: cell / (c sqrt(2)).
[[nodiscard]] double longest_time_step_s(double cell_m) noexcept;

/// The section under a line: one medium for each node, as the factors that the time step needs.
///
/// Cost      8 bytes a node, 12 with a Debye drop anywhere.
class FdtdMedia {
 public:
  /// Air everywhere. @throws ConfigError  naming the option: no cells, an unstable step, a border that fills the grid
  explicit FdtdMedia(const GridOptions& options);

  void set(Index row, Index column, const Medium& medium) noexcept;

  [[nodiscard]] const GridOptions& options() const noexcept { return options_; }
  [[nodiscard]] double time_step_s() const noexcept { return options_.time_step_s; }
  [[nodiscard]] bool dispersive() const noexcept { return !relaxing_.empty(); }

 private:
  friend class Fdtd;
  [[nodiscard]] std::size_t at(Index row, Index column) const noexcept { return to_size(row * stride_ + column + 1); }

  GridOptions options_;
  Index stride_ = 0;
  std::vector<float> keep_;      // of the field from step to step
  std::vector<float> drive_;     // from curl to field
  std::vector<float> relaxing_;  // from change of field to polarization current; empty where nothing relaxes
};

/// A place on the grid in cells; between nodes it is shared among four by four of them (cubic).
struct GridPoint {
  double row = 0.0;
  double column = 0.0;
};

/// Two-dimensional finite differences in time: a current across the plane, and the electric field across the plane.
///
///   mu0 dHx/dt = dE/dz,  mu0 dHz/dt = -dE/dx,  eps0 eps dE/dt + sigma E + dP/dt = dHx/dz - dHz/dx - J
///
/// Yee's scheme, a polarization current for Debye media by the trapezoid rule, and convolutional perfectly matched layers on all
/// four sides, into which the media of the innermost cells of the border are continued.
///
/// Units     metres, seconds, ampere, volt a metre.
/// Exact     of second order in cell/wavelength; the speed of a wave along the axes follows
///           sin^2(w dt/2)/(c dt)^2 = sin^2(k cell/2)/cell^2. The border sends back less than 3e-5 of a wave (tests).
/// Same bits on every compiler and processor: each node's arithmetic has one order, in float32.
/// Cost      about 1e9 nodes a second on one core of 2.3 GHz with AVX-512, 0.8e9 with a Debye medium (bench/sim/fdtd_bench.cpp).
/// Not       three-dimensional: all things reach endlessly across the line, and fields fall with the root of distance.
/// @source   Yee (1966), IEEE Trans. AP 14; Roden and Gedney (2000), Microwave Opt. Tech. Lett. 27 (CPML); Taflove and Hagness,
///           Computational Electrodynamics, 3rd ed., 9.4.1 (Debye by a polarization current)
class Fdtd {
 public:
  /// A window of `rows` rows of the media, which must outlive it.
  /// @throws ConfigError  if the window is narrower than its borders or wider than the media
  Fdtd(const FdtdMedia& media, Index rows);

  /// Fields from zero; the window begins at `first` (clamped to the media). A current of current[n] ampere flows at time
  /// (n + 1/2) steps; out[n] is the field at (n + 1) steps. Places count from the media's first row and column.
  /// Edges     a current or a receiver within two nodes of the window's edge is moved inside.
  void run(Index first, GridPoint source, std::span<const double> current, GridPoint receiver,
           std::span<double> out) noexcept;

 private:
  // One border: what is kept of the convolution at each of its nodes, and what is added. Border 0 begins at the edge.
  struct Border {
    Index first = 0;  // in memory
    Index layers = 0;
    std::vector<float> electric_keep, electric_add, magnetic_keep, magnetic_add;
  };
  struct Tap {
    std::size_t field = 0;
    std::size_t medium = 0;
    double weight = 0.0;
  };

  [[nodiscard]] Border border_of(Index nodes, bool at_end, Index copies) const;
  [[nodiscard]] std::size_t media_row(Index first, Index row) const noexcept;
  [[nodiscard]] std::array<Tap, 16> taps(Index first, GridPoint place) const noexcept;
  void magnetic_step(Index row) noexcept;
  void electric_step(Index first, Index row) noexcept;

  const FdtdMedia* media_;
  Index rows_;
  Index stride_;
  Index border_stride_ = 0;
  float relax_keep_ = 0.0F;
  float relax_share_ = 0.0F;
  std::array<Border, 2> row_borders_;
  std::array<Border, 2> column_borders_;
  // One guard row before the first and one after the last, one guard column before the first: fields 0, as a conductor's.
  std::vector<float> e_, hx_, hz_, j_;
  std::vector<float> psi_hz_, psi_ez_;  // of borders of rows
  std::vector<float> psi_hx_, psi_ex_;  // of borders of columns: both for each row
};

}  // namespace surefoot::sim
