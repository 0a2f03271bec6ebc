// SPDX-License-Identifier: MIT
#include <surefoot/sim/section.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

constexpr double speed_of_light = 299792458.0;
constexpr int parts = 4;             // places a cell, in each direction
constexpr double spare_m = 0.1;      // of air over the antennas, and of lane beyond the reach
constexpr double finest_m = 0.01;    // of the ground's fractals: two cells of 5 mm
constexpr double most_wander = 4.0;  // deviations of the height that the grid has room for

// Numbers of the random streams of the ground.
enum Stream : std::uint64_t { surface_stream = 20, grain_stream };

GridOptions grid_of(const DualScene& scene) {
  const DualRadarOptions& radar = scene.radar;
  GridOptions grid;
  grid.cell_m = radar.cell_m;
  constexpr double stable = 0.995;
  grid.time_step_s =
      radar.sample_interval_s / std::ceil(radar.sample_interval_s / (stable * longest_time_step_s(radar.cell_m)));
  const auto cells = [&](double metres) { return static_cast<Index>(std::ceil(metres / radar.cell_m)); };
  grid.rows = 2 * cells(radar.reach_m + 0.5 * radar.offset_m + spare_m) + cells(scene.line.length_m) + 2 * grid.border;
  const double air = scene.head.standoff_m + most_wander * (scene.head.wander_m + scene.head.jitter_m) + spare_m;
  grid.columns = cells(air) + cells(radar.depth_m) + 2 * grid.border;
  return grid;
}

Random stream(const DualScene& scene, Stream number) { return Random(static_cast<std::uint64_t>(scene.seed), number); }

double octaves_power(double longest_m, double shortest_m, double hurst) {
  double power = 0.0;
  double share = 1.0;
  for (double length = longest_m; length >= shortest_m; length *= 0.5, share *= dsp::exp(-hurst * dsp::log(2.0)))
    power += share * share;
  return power;
}

bool inside(const BodyOptions& body, double forward_m, double down_m) {
  const double u = (forward_m - body.forward_m) / (0.5 * body.width_m);
  const double v = (down_m - body.down_m) / (0.5 * body.height_m) - 1.0;
  if (body.shape == BodyShape::ellipse) return u * u + v * v <= 1.0;
  return std::abs(u) <= 1.0 && std::abs(v) <= 1.0;
}

}  // namespace

FractalProfile::FractalProfile(double rms, double longest_m, double shortest_m, double hurst, Random& random) {
  const double power = octaves_power(longest_m, shortest_m, hurst);
  if (rms == 0.0 || power == 0.0) return;
  double share = rms / std::sqrt(power);
  for (double length = longest_m; length >= shortest_m; length *= 0.5, share *= dsp::exp(-hurst * dsp::log(2.0)))
    octaves_.emplace_back(share, length, random);
}

double FractalProfile::at(double x_m) const noexcept {
  double sum = 0.0;
  for (const RandomProfile& octave : octaves_) sum += octave.at(x_m);
  return sum;
}

FractalField::FractalField(double rms, double longest_m, double shortest_m, double hurst, Random& random) {
  const double power = octaves_power(longest_m, shortest_m, hurst);
  if (rms == 0.0 || power == 0.0) return;
  constexpr int waves_an_octave = 24;
  double share = rms / std::sqrt(power);
  for (double length = longest_m; length >= shortest_m; length *= 0.5, share *= dsp::exp(-hurst * dsp::log(2.0)))
    for (int i = 0; i < waves_an_octave; ++i) {
      // Both components normal: correlation exp(-(distance/length)^2), as RandomProfile has it.
      const double x = random.normal() * std::sqrt(2.0) / length;
      const double z = random.normal() * std::sqrt(2.0) / length;
      waves_.push_back({x, z, random.uniform(0.0, 2.0 * dsp::pi), share * std::sqrt(2.0 / waves_an_octave)});
    }
}

double FractalField::at(double x_m, double z_m) const noexcept {
  double sum = 0.0;
  for (const Wave& wave : waves_) sum += wave.strength * dsp::cos(wave.x * x_m + wave.z * z_m + wave.phase);
  return sum;
}

Section::Section(const DualScene& scene) : scene_(&scene), media_(grid_of(scene)) {
  const GridOptions& grid = media_.options();
  const double cell = grid.cell_m;
  const auto cells = [&](double metres) { return std::ceil(metres / cell); };
  x0_m_ =
      -cell * (cells(scene.radar.reach_m + 0.5 * scene.radar.offset_m + spare_m) + static_cast<double>(grid.border));
  z0_m_ = cell * static_cast<double>(-grid.columns + grid.border) + cell * cells(scene.radar.depth_m);

  const SectionOptions& ground = scene.ground;
  Random rough_random = stream(scene, surface_stream);
  Random grain_random = stream(scene, grain_stream);
  const FractalProfile rough(ground.roughness_m, ground.roughness_length_m, finest_m, ground.hurst, rough_random);
  const FractalField grains(ground.variation, ground.variation_m, finest_m, ground.hurst, grain_random);
  for (Index s = 0; s < parts * grid.rows; ++s)
    surface_.push_back(rough.at(x0_m_ + cell * ((static_cast<double>(s) + 0.5) / parts - 0.5)));

  std::vector<Mix> mixes(to_size(grid.rows * grid.columns));
  draw_ground(mixes, grains);
  for (std::size_t k = 0; k < scene.targets.size(); ++k) draw_target(k, mixes);
  constexpr double half = 0.5;
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = 0; k < grid.columns; ++k) {
      const Mix& mix = mixes[to_size(i * grid.columns + k)];
      media_.set(i, k, {mix.permittivity, mix.conductivity, mix.drop, mix.conductor >= half});
    }
}

GridPoint Section::place(double x_m, double z_m) const noexcept {
  return {(x_m - x0_m_) / media_.options().cell_m, (z_m - z0_m_) / media_.options().cell_m};
}

double Section::surface_m(double x_m) const noexcept {
  const double s = (place(x_m, 0.0).row + 0.5) * parts - 0.5;
  const double last = static_cast<double>(surface_.size()) - 1.0;
  return surface_[static_cast<std::size_t>(std::lround(std::clamp(s, 0.0, last)))];
}

double Section::surface_m(double x_m, double width_m) const noexcept {
  const double step = media_.options().cell_m / parts;
  const Index n = std::max(Index{1}, static_cast<Index>(std::lround(width_m / step)));
  double sum = 0.0;
  for (Index i = 0; i < n; ++i)
    sum += surface_m(x_m + width_m * ((static_cast<double>(i) + 0.5) / static_cast<double>(n) - 0.5));
  return sum / static_cast<double>(n);
}

double Section::top_m(std::size_t target) const noexcept {
  const MetalTargetOptions& options = scene_->targets[target].metal.options;
  const double raised =
      0.5 * options.width_m * std::abs(dsp::sin(options.tilt_deg * dsp::pi / 180.0));  // its higher edge
  return options.depth_m + raised - surface_m(options.x_m, options.width_m);
}

void Section::draw_ground(std::vector<Mix>& mixes, const FractalField& grains) const {
  const GridOptions& grid = media_.options();
  const SectionOptions& ground = scene_->ground;
  constexpr double least = 0.1;  // of the mean: soil never turns into less than nothing
  for (Index i = 0; i < grid.rows; ++i)
    for (Index k = 0; k < grid.columns; ++k) {
      const double x = x0_m_ + grid.cell_m * static_cast<double>(i);
      const double z = z0_m_ + grid.cell_m * static_cast<double>(k);
      int below = 0;
      for (Index s = 0; s < parts; ++s)
        for (int v = 0; v < parts; ++v)
          below += z + grid.cell_m * ((v + 0.5) / parts - 0.5) > -surface_[to_size(i * parts + s)] ? 1 : 0;
      if (below == 0) continue;
      const double share = static_cast<double>(below) / (parts * parts) * std::max(least, 1.0 + grains.at(x, z));
      mixes[to_size(i * grid.columns + k)] = {1.0 + share * (ground.permittivity - 1.0),
                                              share * ground.conductivity_s_m, share * ground.debye_drop, 0.0};
    }
}

double Section::strength(const BodyOptions& body, std::size_t target) const noexcept {
  const double wave = speed_of_light / (scene_->radar.centre_frequency_hz *
                                        std::sqrt(scene_->ground.permittivity + scene_->ground.debye_drop));
  const double path = scene_->head.standoff_m + std::max(0.0, scene_->targets[target].metal.options.depth_m);
  return body.across_m / std::sqrt(body.across_m * body.across_m + 2.0 * wave * path);
}

void Section::draw_target(std::size_t target, std::vector<Mix>& mixes) const {
  const DualTarget& object = scene_->targets[target];
  if (object.bodies.empty()) return;
  const GridOptions& grid = media_.options();
  const double cosine = dsp::cos(object.metal.options.tilt_deg * dsp::pi / 180.0);
  const double sine = dsp::sin(object.metal.options.tilt_deg * dsp::pi / 180.0);
  const double top = top_m(target);
  double whole = 0.0;
  double reach = 0.0;
  for (const BodyOptions& body : object.bodies) {
    whole = std::max(whole, strength(body, target));
    reach = std::max(reach, std::abs(body.forward_m) + body.width_m + body.down_m + body.height_m);
  }
  const GridPoint low = place(object.metal.options.x_m - reach, top - reach);
  const GridPoint high = place(object.metal.options.x_m + reach, top + reach);
  const auto first = [](double at) { return std::max(Index{0}, static_cast<Index>(at)); };
  const auto last = [](double at, Index nodes) { return std::min(nodes - 1, static_cast<Index>(at) + 1); };

  for (Index i = first(low.row); i <= last(high.row, grid.rows); ++i)
    for (Index k = first(low.column); k <= last(high.column, grid.columns); ++k) {
      Mix& soil = mixes[to_size(i * grid.columns + k)];
      Mix mix = soil;
      for (const BodyOptions& body : object.bodies) {
        int hits = 0;
        for (int u = 0; u < parts; ++u)
          for (int v = 0; v < parts; ++v) {
            const double x =
                x0_m_ + grid.cell_m * (static_cast<double>(i) + (u + 0.5) / parts - 0.5) - object.metal.options.x_m;
            const double z = z0_m_ + grid.cell_m * (static_cast<double>(k) + (v + 0.5) / parts - 0.5) - top;
            hits += inside(body, x * cosine + z * sine, z * cosine - x * sine) ? 1 : 0;
          }
        if (hits == 0) continue;
        const double filled = static_cast<double>(hits) / (parts * parts);
        if (body.conductor) {
          mix.conductor = std::max(mix.conductor, filled);
          continue;
        }
        const double share = filled * strength(body, target) / whole;
        mix.permittivity += share * (body.permittivity - mix.permittivity);
        mix.conductivity += share * (body.conductivity_s_m - mix.conductivity);
        mix.drop -= share * mix.drop;
      }
      soil.permittivity += whole * (mix.permittivity - soil.permittivity);
      soil.conductivity += whole * (mix.conductivity - soil.conductivity);
      soil.drop += whole * (mix.drop - soil.drop);
      soil.conductor = std::max(soil.conductor, mix.conductor);
    }
}

}  // namespace surefoot::sim
