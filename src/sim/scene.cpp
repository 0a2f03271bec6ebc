// SPDX-License-Identifier: MIT
#include <surefoot/sim/scene.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/sim/scene_model.hpp>

#include "scene_checks.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace surefoot::sim {
namespace {

// A hump that starts at 0, reaches 1 at `peak_s` and dies away.
double hump(double t_s, double peak_s) { return t_s <= 0.0 ? 0.0 : t_s / peak_s * dsp::exp(1.0 - t_s / peak_s); }

// Numbers of the random streams of the receiver; those of the model are smaller.
enum Stream : std::uint64_t { gain_stream = 50, wow_stream, drift_stream, noise_stream };

class Receiver {
 public:
  Receiver(const Scene& scene, std::uint64_t seed)
      : options_(scene.receiver), line_(scene.line), noise_(seed, noise_stream) {
    Random gain_random(seed, gain_stream);
    Random wow_random(seed, wow_stream);
    Random drift_random(seed, drift_stream);
    gain_ = std::make_unique<RandomProfile>(options_.gain_drift, options_.drift_length_m, gain_random);
    wow_ = std::make_unique<RandomProfile>(wow_share, options_.drift_length_m, wow_random);
    drift_ = std::make_unique<RandomProfile>(options_.drift, options_.drift_length_m, drift_random);
    for (Index i = 0; i < line_.n_samples; ++i) {
      const double t = time_s(i);
      ringing_.push_back(options_.ringing * hump(t, options_.ringing_decay_s) *
                         dsp::sin(2.0 * dsp::pi * options_.ringing_frequency_hz * t));
      swing_.push_back(options_.wow * hump(t, options_.wow_decay_s));
    }
  }

  // From the field to what the receiver puts out, before the rails.
  void receive(std::vector<double>& samples, double x_m) {
    const double gain = options_.gain * (1.0 + gain_->at(x_m));
    const double ring = 1.0 + gain_->at(x_m);
    const double swing = 1.0 + wow_->at(x_m);
    const double zero = drift_->at(x_m);
    const double fresh = std::sqrt(1.0 - options_.colour * options_.colour);
    double memory = noise_.normal();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      memory = options_.colour * memory + fresh * noise_.normal();
      samples[i] = gain * samples[i] + ring * ringing_[i] + swing * swing_[i] + zero +
                   options_.noise * noise_.normal() + options_.coloured_noise * memory;
    }
  }

  [[nodiscard]] double count_value() const noexcept {
    return options_.bits == 0 ? 0.0 : options_.full_scale / static_cast<double>(Index{1} << (options_.bits - 1));
  }

  // Rails and rounding; true if a sample stood at a rail.
  bool convert(const std::vector<double>& samples, TraceRef out) const noexcept {
    const double count = count_value();
    bool saturated = false;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (count == 0.0) {
        out[i] = static_cast<Sample>(samples[i]);
        continue;
      }
      const double high = options_.full_scale / count - 1.0;
      const double n = std::clamp(std::floor(samples[i] / count + 0.5), -high - 1.0, high);
      saturated = saturated || n == high || n == -high - 1.0;
      out[i] = static_cast<Sample>(n * count);
    }
    return saturated;
  }

  [[nodiscard]] double time_s(Index sample) const noexcept {
    return line_.axis_start_s + line_.sample_interval_s * static_cast<double>(sample);
  }

 private:
  static constexpr double wow_share = 0.1;  // rms change of the wow along the line

  ReceiverOptions options_;
  LineOptions line_;
  Random noise_;
  std::unique_ptr<RandomProfile> gain_, wow_, drift_;
  std::vector<double> ringing_, swing_;
};

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
  Receiver receiver(scene, static_cast<std::uint64_t>(scene.seed));
  const LineOptions& options = scene.line;

  SimulatedLine out;
  out.count_value = receiver.count_value();
  Line& line = out.line;
  line.samples.resize(options.n_samples, options.n_traces);
  line.axis = {AxisKind::two_way_time, options.axis_start_s, options.sample_interval_s};
  line.trace_interval_s = options.trace_interval_s;
  line.trace_spacing_m = options.trace_spacing_m;
  line.provenance = {scene.name, "simulated", scene.instrument};
  constexpr double degree = dsp::pi / 180.0;
  double east = 0.0;
  double north = 0.0;
  if (scene.origin) {
    line.origin = GeoOrigin{scene.origin->latitude_deg, scene.origin->longitude_deg, scene.origin->height_m};
    east = dsp::sin(scene.origin->azimuth_deg * degree);
    north = dsp::cos(scene.origin->azimuth_deg * degree);
  }

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
    if (scene.origin) tag.position_m = {x * east, x * north, 0.0};
    if (receiver.convert(samples, line.samples.col(k))) tag.quality |= Quality::saturated;
    line.tags.push_back(tag);
  }
  for (const SceneTarget& target : scene.targets)
    out.truth.push_back({scene.name, target.options.x_m, target.options.depth_m, target.kind, target.name,
                         target.options.width_m, target.options.height_m, target.metal});
  return out;
}

}  // namespace surefoot::sim
