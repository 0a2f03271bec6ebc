// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene.hpp>

#include <surefoot/sim/scene_model.hpp>

#include "radar_receiver.hpp"
#include "scene_checks.hpp"
#include "simulated_head.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

void add(const Arrival& arrival, const Scene& scene, std::vector<double>& samples) {
  constexpr double negligible = 1e-9;  // of a field of 1/m
  if (std::abs(arrival.amplitude) < negligible) return;
  const LineOptions& line = scene.line;
  const double reach = wavelet_half_length_s(scene.antenna.centre_frequency_hz);
  const double last = static_cast<double>(line.n_samples) - 1.0;
  const double from = std::ceil((arrival.time_s - reach - line.axis_start_s) / line.sample_interval_s);
  const double to = std::floor((arrival.time_s + reach - line.axis_start_s) / line.sample_interval_s);
  if (!(from <= last) || !(to >= 0.0)) return;
  const auto a = static_cast<Index>(std::max(0.0, from));
  const auto b = static_cast<Index>(std::min(last, to));
  for (Index i = a; i <= b; ++i) {
    const double t = line.axis_start_s + line.sample_interval_s * static_cast<double>(i) - arrival.time_s;
    samples[to_size(i)] += arrival.amplitude * wavelet(scene.antenna.wavelet, t, scene.antenna.centre_frequency_hz);
  }
}

}  // namespace

void validate(const Scene& scene) {
  check_name(scene.name);
  check(scene.line, "line");
  check(scene.antenna, "antenna");
  check(scene.ground, "ground");
  check(scene.clutter, "clutter");
  check(scene.receiver, "receiver");
  if (scene.origin) check(*scene.origin, "origin");

  constexpr double most_samples = 1 << 28;
  require(static_cast<double>(scene.line.n_traces) * static_cast<double>(scene.line.n_samples) <= most_samples,
          "line.n_traces", "n_traces * n_samples must not exceed 2^28");
  constexpr double fewest_samples_a_period = 4.0;
  const double longest = 1.0 / (fewest_samples_a_period * scene.antenna.centre_frequency_hz);
  require(scene.line.sample_interval_s <= longest, "line.sample_interval_s",
          "must give at least 4 samples a period of antenna.centre_frequency_hz");
  require(scene.clutter.bottom_m >= scene.clutter.top_m, "clutter.bottom_m", "must not lie above clutter.top_m");

  const double length = scene.line.trace_spacing_m * static_cast<double>(scene.line.n_traces - 1);
  constexpr double most_scatterers = 1e6;
  require(
      (length + 1.0) * scene.clutter.density_per_m2 * (scene.clutter.bottom_m - scene.clutter.top_m) <= most_scatterers,
      "clutter.density_per_m2", "makes more than a million scatterers");
  require((length + 1.0) * scene.ground.scatterers_per_m <= most_scatterers, "ground.scatterers_per_m",
          "makes more than a million scatterers");

  require(!scene.layers.empty(), "layer", "a scene needs at least one [[layer]]");
  for (std::size_t k = 0; k < scene.layers.size(); ++k) {
    const std::string path = "layer[" + std::to_string(k) + "]";
    check(scene.layers[k], path);
    if (k == 0) require(scene.layers[0].top_m == 0.0, path + ".top_m", "the first layer begins at 0");
    else require(scene.layers[k].top_m > scene.layers[k - 1].top_m, path + ".top_m", "must lie below the layer before");
  }
  for (std::size_t k = 0; k < scene.targets.size(); ++k) {
    const std::string path = "target[" + std::to_string(k) + "]";
    const SceneTarget& target = scene.targets[k];
    check(target.options, path);
    check_words(target.name, target.kind, target.metal, path);
    require(target.options.x_m <= length, path + ".x_m", "lies beyond the end of the line");
  }
}

SimulatedLine simulate(const Scene& scene) {
  const SceneModel model(scene);
  const LineOptions& options = scene.line;
  RadarReceiver receiver(scene.receiver, {options.n_samples, options.axis_start_s, options.sample_interval_s},
                         static_cast<std::uint64_t>(scene.seed));

  SimulatedLine out;
  out.count_value = receiver.count_value();
  Line& line = out.line;
  line.samples.resize(options.n_samples, options.n_traces);
  line.axis = {AxisKind::two_way_time, options.axis_start_s, options.sample_interval_s};
  set_head(scene, options.trace_spacing_m, options.trace_interval_s, line);
  const Heading heading(scene.origin);

  std::vector<double> samples(to_size(options.n_samples));
  for (Index k = 0; k < options.n_traces; ++k) {
    const double x = model.place_m(k);
    std::fill(samples.begin(), samples.end(), 0.0);
    for (const Arrival& arrival : model.arrivals(k)) add(arrival, scene, samples);
    receiver.receive(samples, x);

    TraceTag tag;
    tag.index = k;
    tag.time_s = options.trace_interval_s * static_cast<double>(k);
    tag.distance_m = x;
    tag.position_m = heading.place(x);
    if (receiver.convert(samples, line.samples.col(k))) tag.quality |= Quality::saturated;
    line.tags.push_back(tag);
  }
  for (const SceneTarget& target : scene.targets) out.truth.push_back(known_target(scene.name, target));
  return out;
}

}  // namespace surefoot::sim
