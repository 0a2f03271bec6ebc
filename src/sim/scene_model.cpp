// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene_model.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/plane_wave.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::sim {

using dsp::Ray;
using dsp::reflection_te;
using dsp::Slab;
using dsp::soil_wave;
using dsp::SoilWave;
using dsp::speed_of_light_m_s;

namespace {

// Numbers of the random streams: adding an ingredient never moves the others.
enum Stream : std::uint64_t { wander = 1, jitter, roughness, surface, clutter, layers = 100 };

constexpr double smallest_gap_m = 0.002;  // a head never touches the surface, nor one border the next

double edge_weight(double frequency_hz, double delay_s) noexcept {
  const double u = 2.0 * std::sqrt(frequency_hz * std::max(0.0, delay_s));
  return (1.0 + 0.926 * u) / (2.0 + 1.792 * u + 3.104 * u * u);
}

Slab slab_of(double thickness_m, double permittivity, double conductivity_s_m, double frequency_hz) noexcept {
  const SoilWave wave = soil_wave(permittivity, conductivity_s_m, frequency_hz);
  return {thickness_m, wave.velocity_m_s, wave.attenuation_np_m, permittivity};
}

}  // namespace

SceneModel::SceneModel(const Scene& scene) : scene_(scene) {
  validate(scene_);
  const auto seed = static_cast<std::uint64_t>(scene_.seed);
  const GroundOptions& ground = scene_.ground;
  Random wander_random(seed, wander);
  Random jitter_random(seed, jitter);
  Random rough_random(seed, roughness);
  const RandomProfile hand(ground.wander_m, ground.wander_length_m, wander_random);
  const RandomProfile rough(ground.roughness_m, ground.roughness_length_m, rough_random);
  for (Index i = 0; i < scene_.line.n_traces; ++i) {
    const double x = place_m(i);
    const double height = ground.standoff_m + hand.at(x) + ground.jitter_m * jitter_random.normal();
    standoff_m_.push_back(std::max(smallest_gap_m, height));
    surface_m_.push_back(rough.at(x));
  }
  for (std::size_t k = 0; k < scene_.layers.size(); ++k) {
    Random random(seed, layers + k);
    layer_shape_.emplace_back(scene_.layers[k].roughness_m, scene_.layers[k].roughness_length_m, random);
  }
  Random surface_random(seed, surface);
  scatter(ground.scatterers_per_m, ground.scatterer_m, 0.0, 0.0, surface_random);
  Random clutter_random(seed, clutter);
  const ClutterOptions& soil = scene_.clutter;
  scatter(soil.density_per_m2 * (soil.bottom_m - soil.top_m), soil.scatterer_m, soil.top_m, soil.bottom_m,
          clutter_random);
}

void SceneModel::scatter(double density, double strength, double low_m, double high_m, Random& random) {
  constexpr double margin_m = 0.5;  // what lies beside the ends is heard too
  const double length = place_m(scene_.line.n_traces - 1);
  const auto n = static_cast<Index>(density * (length + 2.0 * margin_m));
  for (Index i = 0; i < n; ++i) {
    const double x = random.uniform(-margin_m, length + margin_m);
    const double depth = random.uniform(low_m, high_m);
    const double own = strength * random.normal();
    scatterers_.push_back({x, own, stack_to(depth, x)});
  }
}

double SceneModel::place_m(Index trace) const noexcept {
  return scene_.line.trace_spacing_m * static_cast<double>(trace);
}

double SceneModel::standoff_m(Index trace) const noexcept { return standoff_m_[to_size(trace)]; }

double SceneModel::layer_top_m(std::size_t layer, double x_m) const noexcept {
  if (layer == 0) return 0.0;
  const LayerOptions& options = scene_.layers[layer];
  const double middle = 0.5 * place_m(scene_.line.n_traces - 1);
  const double top = options.top_m + options.slope * (x_m - middle) + layer_shape_[layer].at(x_m);
  return std::max(top, layer_top_m(layer - 1, x_m) + smallest_gap_m);
}

SceneModel::Stack SceneModel::stack_to(double depth_m, double x_m) const {
  Stack stack{{0.0, speed_of_light_m_s, 0.0, 1.0}};
  for (std::size_t k = 0; k < scene_.layers.size(); ++k) {
    const double top = layer_top_m(k, x_m);
    if (top >= depth_m) break;
    const bool last = k + 1 == scene_.layers.size();
    const double bottom = last ? depth_m : std::min(depth_m, layer_top_m(k + 1, x_m));
    stack.push_back(slab_of(bottom - top, scene_.layers[k].permittivity, scene_.layers[k].conductivity_s_m,
                            scene_.antenna.centre_frequency_hz));
  }
  return stack;
}

double SceneModel::pattern(double sine) const noexcept {
  const double cosine = std::sqrt(std::max(0.0, 1.0 - sine * sine));
  double value = 1.0;
  for (Index i = 0; i < scene_.antenna.pattern_power; ++i) value *= cosine;
  return value;
}

double SceneModel::through(const Stack& stack, const Ray& ray, bool up) noexcept {
  double product = 1.0;
  for (std::size_t i = 0; i + 1 < stack.size(); ++i) {
    const double r = reflection_te(stack[i].permittivity, stack[i + 1].permittivity, ray.sine(stack[i].velocity_m_s));
    product *= up ? 1.0 - r : 1.0 + r;
  }
  return product;
}

Arrival SceneModel::point(const Stack& stack, double dx_m, double strength_m) const noexcept {
  const double half = 0.5 * scene_.antenna.offset_m;
  const Ray down = trace_ray(dx_m + half, stack);
  const Ray up = trace_ray(dx_m - half, stack);
  const double amplitude = strength_m * through(stack, down, false) * through(stack, up, true) *
                           dsp::exp(-down.attenuation_np - up.attenuation_np) * pattern(down.sine(speed_of_light_m_s)) *
                           pattern(up.sine(speed_of_light_m_s)) / (down.length_m * up.length_m);
  return {down.time_s + up.time_s, amplitude};
}

// The mirror at the foot of a stack; below is the permittivity under it, 0 for a conductor.
void SceneModel::add_mirror(const Stack& stack, double below, double strength, std::vector<Arrival>& out) const {
  const Ray leg = trace_ray(0.5 * scene_.antenna.offset_m, stack);
  const Slab& last = stack.back();
  const double r = below == 0.0 ? -1.0 : reflection_te(last.permittivity, below, leg.sine(last.velocity_m_s));
  const double air = pattern(leg.sine(speed_of_light_m_s));
  const double amplitude = strength * r * through(stack, leg, false) * through(stack, leg, true) *
                           dsp::exp(-2.0 * leg.attenuation_np) * air * air / (2.0 * leg.length_m);
  out.push_back({2.0 * leg.time_s, amplitude});
}

void SceneModel::add_plate_face(const Stack& stack, double below, double strength, double dx_m, double width_m,
                                std::vector<Arrival>& out) const {
  std::vector<Arrival> mirror;
  add_mirror(stack, below, strength, mirror);
  const double frequency = scene_.antenna.centre_frequency_hz;
  const double path = trace_ray(0.5 * scene_.antenna.offset_m, stack).length_m;
  const double wavelength = stack.back().velocity_m_s / frequency;
  const double across = width_m / std::sqrt(width_m * width_m + 2.0 * wavelength * path);
  mirror[0].amplitude *= across;
  const bool on_plate = std::abs(dx_m) < 0.5 * width_m;
  if (on_plate) out.push_back(mirror[0]);
  for (const double side : {-1.0, 1.0}) {
    const double edge_dx = dx_m + side * 0.5 * width_m;
    // An edge is a point whose strength makes it equal to the mirror when the head stands over it.
    Arrival edge = point(stack, edge_dx, 1.0);
    const Arrival over = point(stack, 0.0, 1.0);
    edge.amplitude *= mirror[0].amplitude / over.amplitude * edge_weight(frequency, edge.time_s - mirror[0].time_s);
    const bool outside_here = side * edge_dx <= 0.0;
    if (!outside_here) edge.amplitude = -edge.amplitude;
    out.push_back(edge);
  }
}

void SceneModel::add_round(const TargetOptions& target, Stack stack, double dx_m, std::vector<Arrival>& out) const {
  const double radius = 0.5 * target.width_m;
  const double half = 0.5 * scene_.antenna.offset_m;
  const Ray down = trace_ray(dx_m + half, stack);
  const Ray up = trace_ray(dx_m - half, stack);
  const Slab& last = stack.back();
  const double path = std::max(0.5 * (down.length_m + up.length_m) - radius, smallest_gap_m);
  const double bend = radius / (radius + path);
  const double spreading = (target.shape == TargetShape::sphere ? bend : std::sqrt(bend)) / (2.0 * path);
  const double r = target.conductor ? -1.0 : reflection_te(last.permittivity, target.permittivity, 0.0);
  const double common = through(stack, down, false) * through(stack, up, true) *
                        dsp::exp(-down.attenuation_np - up.attenuation_np + 2.0 * radius * last.attenuation_np_m) *
                        pattern(down.sine(speed_of_light_m_s)) * pattern(up.sine(speed_of_light_m_s)) * spreading;
  const double front = down.time_s + up.time_s - 2.0 * radius / last.velocity_m_s;
  out.push_back({front, r * common});
  if (target.conductor) return;
  // The back of a ball focuses only in part: half of what a flat back would give.
  const double inside = soil_wave(target.permittivity, 0.0, scene_.antenna.centre_frequency_hz).velocity_m_s;
  out.push_back({front + 2.0 * target.width_m / inside, -0.5 * r * (1.0 - r * r) * common});
}

std::vector<Arrival> SceneModel::target_arrivals(std::size_t index, Index trace) const {
  const TargetOptions& target = scene_.targets[index].options;
  const double dx = target.x_m - place_m(trace);
  const double air = standoff_m_[to_size(trace)];
  std::vector<Arrival> out;
  const auto stack_under_head = [&](double depth_m) {
    Stack stack = stack_to(depth_m, target.x_m);
    stack.front().thickness_m = air;
    return stack;
  };
  Stack stack = stack_under_head(target.depth_m);
  if (target.shape == TargetShape::point) {
    out.push_back(point(stack, dx, target.scatterer_m));
    return out;
  }
  if (target.shape == TargetShape::plate) {
    const double above = stack.back().permittivity;
    add_plate_face(stack, target.conductor ? 0.0 : target.permittivity, 1.0, dx, target.width_m, out);
    if (!target.conductor) {
      const Stack to_bottom = stack_under_head(target.depth_m + target.height_m);
      stack.push_back(slab_of(target.height_m, target.permittivity, 0.0, scene_.antenna.centre_frequency_hz));
      const double below = to_bottom.back().permittivity;
      if (above != target.permittivity) add_plate_face(stack, below, 1.0, dx, target.width_m, out);
    }
  } else {
    add_round(target, stack_under_head(target.depth_m + 0.5 * target.width_m), dx, out);
  }
  if (target.scatterer_m != 0.0)
    out.push_back(point(stack_under_head(target.depth_m + 0.5 * target.height_m), dx, target.scatterer_m));
  return out;
}

std::vector<Arrival> SceneModel::arrivals(Index trace) const {
  const double x = place_m(trace);
  const double air = standoff_m_[to_size(trace)];
  const double offset = scene_.antenna.offset_m;
  std::vector<Arrival> out;
  out.push_back({offset / speed_of_light_m_s, scene_.antenna.direct_wave / offset});

  const double first = scene_.layers.front().permittivity;
  Stack gap{{std::max(smallest_gap_m, air - surface_m_[to_size(trace)]), speed_of_light_m_s, 0.0, 1.0}};
  add_mirror(gap, first, 1.0, out);
  const double r = reflection_te(1.0, first, 0.0);
  gap.front().thickness_m *= 2.0;  // down, up, down, up
  add_mirror(gap, first, r * scene_.antenna.reflectivity, out);

  for (std::size_t k = 1; k < scene_.layers.size(); ++k) {
    Stack stack = stack_to(layer_top_m(k, x), x);
    stack.front().thickness_m = air;
    add_mirror(stack, scene_.layers[k].permittivity, 1.0, out);
  }
  Stack stack;
  for (const Scatterer& scatterer : scatterers_) {
    stack = scatterer.stack;
    stack.front().thickness_m = air;
    out.push_back(point(stack, scatterer.x_m - x, scatterer.strength_m));
  }
  for (std::size_t k = 0; k < scene_.targets.size(); ++k)
    for (const Arrival& arrival : target_arrivals(k, trace)) out.push_back(arrival);
  return out;
}

}  // namespace surefoot::sim
