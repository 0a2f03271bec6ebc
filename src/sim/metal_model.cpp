// SPDX-License-Identifier: MIT
#include <surefoot/sim/metal_model.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/physics/soil.hpp>
#include <surefoot/physics/sphere.hpp>
#include <surefoot/physics/spheroid.hpp>
#include <surefoot/sim/random.hpp>

#include "metal_checks.hpp"
#include "scene_checks.hpp"
#include "soil_coupling.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

using physics::Matrix3;
using physics::Mode;
using physics::Symmetric3;
using physics::times;
using physics::vacuum_permeability;
// The check does not see that operators are used.  NOLINTBEGIN(misc-unused-using-decls)
using physics::operator+;
using physics::operator-;
using physics::operator*;
// NOLINTEND(misc-unused-using-decls)

enum Stream : std::uint64_t {
  height_stream = 1,
  jitter_stream,
  roll_stream,
  pitch_stream,
  soil_stream,
  loss_stream,
  rough_stream
};

constexpr double degree = dsp::pi / 180.0;
constexpr double smallest_gap_m = 0.002;  // between the lowest wire and the ground

Matrix3 product(const Matrix3& a, const Matrix3& b) {
  Matrix3 out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 3; ++k) out[3 * i + j] += a[3 * i + k] * b[3 * k + j];
  return out;
}
Matrix3 about_x(double angle) {
  const double c = dsp::cos(angle);
  const double s = dsp::sin(angle);
  return {1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c};
}
Matrix3 about_y(double angle) {
  const double c = dsp::cos(angle);
  const double s = dsp::sin(angle);
  return {c, 0.0, s, 0.0, 1.0, 0.0, -s, 0.0, c};
}
Matrix3 about_z(double angle) {
  const double c = dsp::cos(angle);
  const double s = dsp::sin(angle);
  return {c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0};
}
Vector3 back(const Matrix3& rotation, const Vector3& v) {
  Vector3 out{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t k = 0; k < 3; ++k) out[i] += rotation[3 * k + i] * v[k];
  return out;
}

Vector3 field_of(const Winding& winding, const Vector3& place) {
  Vector3 h{};
  for (const Coil& coil : winding.coils) h = h + physics::field_of(coil, place);
  return h;
}

// A closed round wire as one relaxation about its axis.
Mode ring_mode(const PartOptions& part) {
  const double r = part.across_m;
  const double wire = part.along_m;
  const double inductance = vacuum_permeability * r * (dsp::log(8.0 * r / wire) - 2.0);
  const double resistance = 2.0 * r / (part.conductivity_s_per_m * wire * wire);
  const double area = dsp::pi * r * r;
  return {vacuum_permeability * area * area / inductance, inductance / resistance};
}

std::vector<Mode> listed_modes(const NumberList& amplitude, const NumberList& tau) {
  std::vector<Mode> modes;
  for (Index k = 0; k < amplitude.count; ++k) modes.push_back({amplitude[k], tau[k]});
  return modes;
}

// So many modes that those left out have died away long before the first gate.
std::size_t modes_before(double first_s, double diffusion_s) {
  constexpr double share = 0.02;  // of the first gate's time
  const double n = std::sqrt(diffusion_s / (share * first_s)) / dsp::pi;
  return static_cast<std::size_t>(std::clamp(n, 4.0, 4000.0)) + 2;
}

}  // namespace

MetalModel::MetalModel(const MetalScene& scene) : MetalModel(scene, {}) {}

MetalModel::MetalModel(const MetalScene& scene, std::span<const HeadPlace> track) : scene_(scene) {
  validate(scene);
  scene_.array = driven_array(scene);
  channels_ = scene_.array.all_channels();
  set_axis();
  if (track.empty()) set_track(draw_track());
  else set_track(track);
  if (scene_.head.mode == HeadMode::gates) set_waveform();
  for (const MetalTarget& target : scene_.targets)
    for (const PartOptions& part : target.parts) add_piece(target.options, part);
}

void MetalModel::set_axis() {
  const bool tones = scene_.head.mode == HeadMode::tones;
  axis_ = {tones ? AxisKind::sweep : AxisKind::gates, 0.0, 0.0, {}};
  for (const double place : tones ? scene_.array.frequency.tones_hz : scene_.array.time.gate_edges_s)
    axis_.places.values[to_size(axis_.places.count++)] = place;
  channel_values_ = tones ? 2 * axis_.places.count : axis_.places.count - 1;
}

std::vector<HeadPlace> MetalModel::draw_track() const {
  const auto seed = static_cast<std::uint64_t>(scene_.seed);
  const HeadOptions& head = scene_.head;
  const MetalSoilOptions& soil = scene_.soil;
  Random height_random(seed, height_stream);
  Random jitter_random(seed, jitter_stream);
  Random roll_random(seed, roll_stream);
  Random pitch_random(seed, pitch_stream);
  Random rough_random(seed, rough_stream);
  const RandomProfile hand(head.wander_m, head.wander_length_m, height_random);
  const RandomProfile roll(head.tilt_deg * degree, head.wander_length_m, roll_random);
  const RandomProfile pitch(head.tilt_deg * degree, head.wander_length_m, pitch_random);
  const RandomProfile rough(soil.roughness_m, soil.roughness_length_m, rough_random);
  std::vector<HeadPlace> track;
  for (Index k = 0; k < scene_.line.n_traces; ++k) {
    const double x = scene_.line.trace_spacing_m * static_cast<double>(k);
    const double height = head.standoff_m + hand.at(x) + head.jitter_m * jitter_random.normal();
    track.push_back({x, height, roll.at(x), pitch.at(x), rough.at(x)});
  }
  return track;
}

void MetalModel::set_track(std::span<const HeadPlace> track) {
  const auto seed = static_cast<std::uint64_t>(scene_.seed);
  const MetalSoilOptions& soil = scene_.soil;
  Random soil_random(seed, soil_stream);
  Random loss_random(seed, loss_stream);
  const RandomProfile all(soil.variation, soil.variation_length_m, soil_random);
  const RandomProfile loss(soil.loss_variation, soil.variation_length_m, loss_random);
  const double decades = dsp::log(soil.slowest_s / soil.fastest_s);
  require(track.size() == to_size(scene_.line.n_traces), "line.n_traces", "must be the number of places of the track");
  for (const HeadPlace& place : track) {
    const double x = place.x_m;
    HeadPose pose;
    pose.rotation = product(about_y(place.pitch_rad), about_x(place.roll_rad));
    const double reach = reach_m(scene_.array, pose.rotation);
    pose.height_m = std::max(place.height_m, place.surface_m + reach + smallest_gap_m);
    places_m_.push_back(x);
    poses_.push_back(pose);
    surface_m_.push_back(place.surface_m);

    Ground ground{soil.chi0, soil.kappa, soil.conductivity_s_per_m};
    for (const SoilPatchOptions& patch : scene_.patches) {
      const double inside = (0.5 * patch.length_m - std::abs(x - patch.x_m)) / patch.edge_m + 0.5;
      const double u = std::clamp(inside, 0.0, 1.0);
      const double weight = u * u * (3.0 - 2.0 * u);
      ground.chi0 += weight * (patch.chi0 - ground.chi0);
      ground.kappa += weight * (patch.kappa - ground.kappa);
      ground.conductivity += weight * (patch.conductivity_s_per_m - ground.conductivity);
    }
    const double share = std::max(0.0, 1.0 + all.at(x));
    ground.chi0 *= share;
    ground.conductivity *= share;
    ground.kappa = std::min(ground.kappa * share * std::max(0.0, 1.0 + loss.at(x)), ground.chi0 / decades);
    ground_.push_back(ground);
  }
}

void MetalModel::set_waveform() {
  const PulseDrive& drive = scene_.array.time;
  for (const WaveformPoint& point : drive.waveform) knots_.push_back({point.time_s, point.current_a});
  if (drive.period_s > 0.0) {
    repeat_ = drive.bipolar ? physics::Repeat::opposite : physics::Repeat::same;
    repeat_s_ = drive.bipolar ? 0.5 * drive.period_s : drive.period_s;
  }
  const physics::Sounding now = sounding();
  for (Index g = 0; g < channel_values_; ++g)
    gate_slope_.push_back(-physics::field_slope_mean(now, {axis_.at(g), axis_.at(g + 1)}));

  // Relaxations spread evenly in ln tau: the middle rule, whose error falls with e^(-pi^2 / step).
  constexpr double per_unit = 8.0;
  const double low = dsp::log(scene_.soil.fastest_s);
  const double high = dsp::log(scene_.soil.slowest_s);
  const double n = std::ceil(per_unit * (high - low));
  std::vector<Mode> modes;
  for (double i = 0.5; i < n; i += 1.0) modes.push_back({(high - low) / n, dsp::exp(low + (high - low) * i / n)});
  gate_viscous_.resize(to_size(channel_values_));
  physics::voltage_gates(0.0, modes, now, axis_.places.view(), gate_viscous_);

  constexpr int periods = 400;
  for (Index g = 0; g < channel_values_; ++g) {
    double sum = 0.0;
    for (int period = 0; period < (repeat_ == physics::Repeat::once ? 1 : periods); ++period) {
      const double later = period * repeat_s_;
      const double sign = repeat_ == physics::Repeat::opposite && period % 2 == 1 ? -1.0 : 1.0;
      for (std::size_t k = 0; k + 1 < knots_.size(); ++k) {
        const physics::Knot& a = knots_[k];
        const physics::Knot& b = knots_[k + 1];
        const double slope = (b.value - a.value) / (b.t_s - a.t_s);
        const auto twice = [&](double t) {  // t^(-5/2) integrated over the ramp, then over time
          return -4.0 / 3.0 * (1.0 / std::sqrt(t - b.t_s) - 1.0 / std::sqrt(t - a.t_s));
        };
        sum -= sign * slope * (twice(axis_.at(g + 1) + later) - twice(axis_.at(g) + later));
      }
    }
    gate_late_.push_back(sum / (axis_.at(g + 1) - axis_.at(g)));
  }
}

void MetalModel::add_piece(const MetalTargetOptions& target, const PartOptions& part) {
  const Matrix3 turned = product(about_z(target.azimuth_deg * degree), about_y(target.tilt_deg * degree));
  const double dip = part.dip_deg * degree;
  const double azimuth = part.azimuth_deg * degree;
  const Vector3 own{dsp::cos(dip) * dsp::cos(azimuth), dsp::cos(dip) * dsp::sin(azimuth), -dsp::sin(dip)};
  Piece piece;
  piece.place_m =
      Vector3{target.x_m, target.y_m, -target.depth_m} + times(turned, {part.forward_m, part.left_m, -part.down_m});
  const Vector3 axis = times(turned, own);
  if (scene_.head.mode == HeadMode::tones) set_tones(piece, part, axis);
  else set_gates(piece, part, axis);
  pieces_.push_back(std::move(piece));
}

void MetalModel::set_tones(Piece& piece, const PartOptions& part, const Vector3& axis) const {
  for (Index k = 0; k < axis_.places.count; ++k) {
    const double w = omega(k);
    std::complex<double> along;
    std::complex<double> across;
    if (part.shape == PartShape::sphere) {
      const physics::Sphere sphere{part.across_m, part.conductivity_s_per_m, part.mu_r};
      along = across = physics::volume_m3(sphere) * physics::sphere_chi(sphere, w);
    } else if (part.shape == PartShape::spheroid) {
      const auto m =
          physics::spheroid_polarizability({part.across_m, part.along_m, part.conductivity_s_per_m, part.mu_r}, w);
      along = m[0];
      across = m[1];
    } else if (part.shape == PartShape::ring) {
      along = physics::response(0.0, std::array{ring_mode(part)}, w);
    } else {
      along = physics::response(part.still_along_m3, listed_modes(part.along_m3, part.tau_s), w);
      across = physics::response(part.still_across_m3, listed_modes(part.across_m3, part.tau_s), w);
    }
    piece.tones.push_back({physics::about_axis(along.real(), across.real(), axis),
                           physics::about_axis(along.imag(), across.imag(), axis)});
  }
}

void MetalModel::fill_gates(double still, std::span<const Mode> modes, std::vector<double>& out) const {
  double fast = still;
  for (const Mode& mode : modes) fast -= mode.amplitude;
  out.resize(to_size(channel_values_));
  physics::voltage_gates(fast, modes, sounding(), axis_.places.view(), out);
}

void MetalModel::set_gates(Piece& piece, const PartOptions& part, const Vector3& axis) const {
  const double first = axis_.at(0);
  std::vector<double> along(to_size(channel_values_));
  std::vector<double> across(to_size(channel_values_));
  if (part.shape == PartShape::sphere) {
    const physics::Sphere sphere{part.across_m, part.conductivity_s_per_m, part.mu_r};
    std::vector<Mode> modes(modes_before(first, physics::diffusion_time_s(sphere)));
    physics::sphere_modes(sphere, modes);
    for (Mode& mode : modes) mode.amplitude *= physics::volume_m3(sphere);
    fill_gates(physics::volume_m3(sphere) * physics::static_chi(sphere), modes, along);
    across = along;
  } else if (part.shape == PartShape::spheroid) {
    const physics::Spheroid spheroid{part.across_m, part.along_m, part.conductivity_s_per_m, part.mu_r};
    const physics::SpheroidAxes axes = physics::spheroid_axes(spheroid);
    const auto fill = [&](const physics::PrincipalAxis& one, std::vector<double>& out) {
      const double diffusion =
          vacuum_permeability * part.mu_r * part.conductivity_s_per_m * one.radius_m * one.radius_m;
      std::vector<Mode> modes(modes_before(first, diffusion));
      physics::spheroid_modes(spheroid, one, modes);
      fill_gates(one.still_m3, modes, out);
    };
    fill(axes.along, along);
    fill(axes.across, across);
  } else if (part.shape == PartShape::ring) {
    fill_gates(0.0, std::array{ring_mode(part)}, along);
  } else {
    fill_gates(part.still_along_m3, listed_modes(part.along_m3, part.tau_s), along);
    fill_gates(part.still_across_m3, listed_modes(part.across_m3, part.tau_s), across);
  }
  for (std::size_t g = 0; g < along.size(); ++g) piece.gates.push_back(physics::about_axis(along[g], across[g], axis));
}

physics::Sounding MetalModel::sounding() const noexcept {
  return {knots_, repeat_, repeat_s_, scene_.array.time.receiver_pole_s};
}
double MetalModel::omega(Index tone) const noexcept { return 2.0 * dsp::pi * axis_.at(tone); }
double MetalModel::current(Index tone) const noexcept {
  const std::vector<double>& listed = scene_.array.frequency.current_a;
  return listed.empty() ? 1.0 : listed[to_size(tone)];
}

double MetalModel::place_m(Index trace) const noexcept { return places_m_[to_size(trace)]; }
double MetalModel::standoff_m(Index trace) const noexcept { return poses_[to_size(trace)].height_m; }
double MetalModel::clearance_m(Index trace) const noexcept {
  return poses_[to_size(trace)].height_m - surface_m_[to_size(trace)];
}

void MetalModel::add_targets(Index trace, std::span<double> volts) const {
  const HeadPose& pose = poses_[to_size(trace)];
  const Vector3 head{place_m(trace), scene_.line.offset_m, pose.height_m};
  std::vector<Vector3> sent;
  std::vector<Vector3> heard;
  for (const Piece& piece : pieces_) {
    const Vector3 place = back(pose.rotation, piece.place_m - head);
    sent.clear();
    heard.clear();
    for (const Winding& w : scene_.array.transmitters) sent.push_back(times(pose.rotation, field_of(w, place)));
    for (const Winding& w : scene_.array.receivers) heard.push_back(times(pose.rotation, field_of(w, place)));
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const Vector3& t = sent[to_size(channels_[c].transmitter)];
      const Vector3& r = heard[to_size(channels_[c].receiver)];
      double* const out = volts.data() + c * to_size(channel_values_);
      for (std::size_t k = 0; k < piece.tones.size(); ++k) {
        const double scale = omega(static_cast<Index>(k)) * vacuum_permeability * current(static_cast<Index>(k));
        out[2 * k] += scale * physics::coupling(t, piece.tones[k][1], r);
        out[2 * k + 1] -= scale * physics::coupling(t, piece.tones[k][0], r);
      }
      for (std::size_t g = 0; g < piece.gates.size(); ++g)
        out[g] += vacuum_permeability * physics::coupling(t, piece.gates[g], r);
    }
  }
}

void MetalModel::add_soil(Index trace, std::span<double> volts) const {
  const Ground& ground = ground_[to_size(trace)];
  if (ground.chi0 == 0.0 && ground.conductivity == 0.0) return;
  const HeadPose over_surface{clearance_m(trace), poses_[to_size(trace)].rotation};
  const double sigma = ground.conductivity;
  const double range = dsp::log(scene_.soil.slowest_s / scene_.soil.fastest_s);
  const std::vector<double> image = image_mutual(scene_.array, channels_, over_surface);
  if (scene_.head.mode == HeadMode::tones) {
    const std::vector<double> conducting =
        sigma > 0.0 ? conducting_mutual(scene_.array, channels_, over_surface) : std::vector<double>(image.size());
    const physics::ViscousSoil soil{ground.chi0, ground.kappa * range, scene_.soil.fastest_s, scene_.soil.slowest_s};
    for (Index k = 0; k < axis_.places.count; ++k) {
      const std::complex<double> reflection = physics::image_strength(physics::viscous_chi(soil, omega(k)));
      const double scale = omega(k) * current(k);
      for (std::size_t c = 0; c < image.size(); ++c) {
        const double real = reflection.real() * image[c];
        const double imaginary = reflection.imag() * image[c] - omega(k) * vacuum_permeability * sigma * conducting[c];
        volts[c * to_size(channel_values_) + to_size(2 * k)] += scale * imaginary;
        volts[c * to_size(channel_values_) + to_size(2 * k + 1)] -= scale * real;
      }
    }
    return;
  }
  const double fast = ground.chi0 - ground.kappa * range;
  const double viscous = 2.0 * ground.kappa / ((2.0 + ground.chi0) * (2.0 + ground.chi0));
  const double mu_sigma = vacuum_permeability * sigma;
  const double late = vacuum_permeability * mu_sigma * std::sqrt(mu_sigma) / (20.0 * dsp::pi * std::sqrt(dsp::pi));
  const std::vector<double> moments = upward_moments(scene_.array, channels_, over_surface.rotation);
  for (std::size_t c = 0; c < image.size(); ++c)
    for (std::size_t g = 0; g < gate_slope_.size(); ++g)
      volts[c * to_size(channel_values_) + g] +=
          image[c] * (fast / (2.0 + fast) * gate_slope_[g] + viscous * gate_viscous_[g]) +
          late * moments[c] * gate_late_[g];
}

void MetalModel::add_mutual(double mutual_h, std::span<double> volts) const {
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    double* const out = volts.data() + c * to_size(channel_values_);
    if (scene_.head.mode == HeadMode::tones)
      for (Index k = 0; k < axis_.places.count; ++k) out[2 * k + 1] -= omega(k) * current(k) * mutual_h;
    else
      for (std::size_t g = 0; g < gate_slope_.size(); ++g) out[g] += mutual_h * gate_slope_[g];
  }
}

void MetalModel::to_output(std::span<double> volts) const noexcept {
  if (scene_.head.mode == HeadMode::gates || scene_.head.response == HeadResponse::voltage) return;
  for (std::size_t c = 0; c < channels_.size(); ++c)
    for (Index k = 0; k < axis_.places.count; ++k) {
      const double scale = 1.0 / (omega(k) * vacuum_permeability * current(k));
      double* const pair = volts.data() + c * to_size(channel_values_) + 2 * k;
      const double real = -pair[1] * scale;
      pair[1] = pair[0] * scale;
      pair[0] = real;
    }
}

double MetalModel::noise_share(Index value) const noexcept {
  if (scene_.head.mode == HeadMode::tones) return 1.0;
  const Index g = value % channel_values_;
  return std::sqrt((axis_.at(1) - axis_.at(0)) / (axis_.at(g + 1) - axis_.at(g)));
}

}  // namespace surefoot::sim
