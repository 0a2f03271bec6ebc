// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/axis.hpp>
#include <surefoot/physics/relaxation.hpp>
#include <surefoot/physics/sensing.hpp>
#include <surefoot/physics/vector3.hpp>
#include <surefoot/sim/metal_scene.hpp>

#include <span>
#include <vector>

namespace surefoot::sim {

/// Where a head is over ground at z = 0.
struct HeadPose {
  double height_m = 0.0;        ///< of its origin
  physics::Matrix3 rotation{};  ///< columns: its axes in the world
};

/// Where a head is at one trace, and the surface that it feels there: what a scene draws, or what another sensor dictates.
struct HeadPlace {
  double x_m = 0.0;
  double height_m = 0.0;  ///< of its origin over the mean ground; raised where it would touch the surface
  double roll_rad = 0.0;
  double pitch_rad = 0.0;
  double surface_m = 0.0;  ///< over the mean ground
};

/// A metal scene with its random parts drawn: where the head is, what soil lies under it, and the voltages of both.
///
/// A piece of metal is a dipole at its middle (reciprocity), h_t and h_r the fields per ampere of transmitter and receiver:
///
///   tones   V = -i w mu0 I h_r^T M(w) h_t
///   gates   V = mean over the gate of -mu0 h_r^T d/dt(M * I) h_t behind the receiver's pole, all earlier pulses included
///
/// M: sphere exactly (sphere_chi, modes); spheroid as physics::spheroid; ring -mu0 A^2/L i w tau/(1 + i w tau), tau = L/R,
/// L = mu0 r (ln(8 r/b) - 2), R = 2 r/(sigma b^2), A = pi r^2.
///
/// The ground is heard through the image of the transmitter in it, with M(z) the mutual inductance of the receiver and the
/// image of the transmitter for a height z, h that of the head:
///
///   tones   V = -i w I [ R(w) M(h) - i w mu0 sigma K ],  R = chi/(2 + chi),  K = integral of s M(h + s) ds over s from 0
///           chi(w) = chi0 - kappa ln[(1 + i w slowest)/(1 + i w fastest)]
///   gates   the same kappa as relaxations spread evenly in ln tau, each with the factor 2/(2 + chi0)^2, behind waveform and pole;
///           conducting soil with the field that it has late,  mu0^(5/2) sigma^(3/2) m_t m_r / (20 pi^(3/2) t^(5/2))
///
/// K is exact to the first order in w mu0 sigma L^2, for windings of any form and tilt.
///
/// Frames    x along the line, y to the left, z up, z = 0 the mean ground; the head's origin at (x, offset, height).
/// Units     volts; tones: real and imaginary part in turn.
/// Exact     tones: pieces 1e-14; ground 1e-12 (line integrals). Gates 1e-12 but for spheroids, which are approximations.
/// Not       the field of the soil's magnetisation on the metal, or of metal on metal; a large piece near the head is no dipole
///           (wrong by about (size/distance)^2). A soil that changes faster than the head is wide: it is taken as a half-space
///           of what lies under the head's middle. Late field of conducting soil: not for t < 10 mu0 sigma L^2, and not behind
///           the receiver's pole.
/// @source   image: Das, Inverse Problems in Science and Engineering 14, 2006; viscous soil: Mullins and Tite, JGR 78, 1973; ring: Grover,
///           Inductance Calculations, 1946; late field: Nabighian and Macnae, in Electromagnetic Methods II, 1991; K: our own
class MetalModel {
 public:
  /// @throws ConfigError  as validate()
  explicit MetalModel(const MetalScene& scene);
  /// The same carried along this track, one place for each trace, instead of what line and head say of it.
  MetalModel(const MetalScene& scene, std::span<const HeadPlace> track);

  [[nodiscard]] const TraceAxis& axis() const noexcept { return axis_; }
  [[nodiscard]] Index n_channels() const noexcept { return static_cast<Index>(channels_.size()); }
  /// Values of a channel: two for each tone, one for each gate.
  [[nodiscard]] Index channel_values() const noexcept { return channel_values_; }
  [[nodiscard]] Index n_values() const noexcept { return channel_values_ * n_channels(); }

  [[nodiscard]] double place_m(Index trace) const noexcept;
  /// Height of the head over the mean ground, over the surface under it, and its tilt.
  [[nodiscard]] double standoff_m(Index trace) const noexcept;
  [[nodiscard]] double clearance_m(Index trace) const noexcept;

  /// Add the voltages of all targets, of the ground, and of a mutual inductance in henry, to volts (n_values).
  void add_targets(Index trace, std::span<double> volts) const;
  void add_soil(Index trace, std::span<double> volts) const;
  void add_mutual(double mutual_h, std::span<double> volts) const;

  /// From volts to what the head puts out.
  void to_output(std::span<double> volts) const noexcept;
  /// Noise of a value against that of the first: 1, or for gates the root of the widths' ratio.
  [[nodiscard]] double noise_share(Index value) const noexcept;

 private:
  struct Piece {
    Vector3 place_m{};
    // Tones: M(w), real and imaginary; gates: what follows from M and the waveform.
    std::vector<std::array<physics::Symmetric3, 2>> tones;
    std::vector<physics::Symmetric3> gates;
  };
  struct Ground {
    double chi0 = 0.0;
    double kappa = 0.0;
    double conductivity = 0.0;
  };

  void set_axis();
  void set_waveform();
  [[nodiscard]] std::vector<HeadPlace> draw_track() const;
  void set_track(std::span<const HeadPlace> track);
  void add_piece(const MetalTargetOptions& target, const PartOptions& part);
  void set_tones(Piece& piece, const PartOptions& part, const Vector3& axis) const;
  void set_gates(Piece& piece, const PartOptions& part, const Vector3& axis) const;
  void fill_gates(double still, std::span<const physics::Mode> modes, std::vector<double>& out) const;
  [[nodiscard]] physics::Sounding sounding() const noexcept;
  [[nodiscard]] double omega(Index tone) const noexcept;
  [[nodiscard]] double current(Index tone) const noexcept;
  [[nodiscard]] Ground ground_at(Index trace) const noexcept;

  MetalScene scene_;
  std::vector<CoilChannel> channels_;
  TraceAxis axis_;
  Index channel_values_ = 0;
  std::vector<physics::Knot> knots_;
  physics::Repeat repeat_ = physics::Repeat::once;
  double repeat_s_ = 0.0;
  std::vector<double> places_m_;
  std::vector<HeadPose> poses_;
  std::vector<double> surface_m_;
  std::vector<Ground> ground_;
  std::vector<Piece> pieces_;
  std::vector<double> gate_slope_;    ///< mean of -dI/dt of each gate
  std::vector<double> gate_viscous_;  ///< mean of -d(kappa's part)/dt of each gate for kappa = 1
  std::vector<double> gate_late_;     ///< mean of the late field's t^(-5/2) after this waveform
};

}  // namespace surefoot::sim
