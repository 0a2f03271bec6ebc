// SPDX-License-Identifier: MIT
#include <surefoot/sim/metal_scene.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/sim/metal_model.hpp>
#include <surefoot/sim/random.hpp>

#include "metal_checks.hpp"
#include "scene_checks.hpp"
#include "simulated_head.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

constexpr double most_samples = 1 << 28;

void check_soil(double chi0, double kappa, const MetalSoilOptions& soil, const std::string& path) {
  const double fall = kappa * dsp::log(soil.slowest_s / soil.fastest_s);
  require(chi0 >= fall, path + ".chi0",
          "must be at least kappa ln(slowest_s / fastest_s), here " + text::plain_number(fall) +
              ": the susceptibility of the fastest field would fall below 0");
}

void check_part(const PartOptions& part, const std::string& path) {
  check(part, path);
  const bool modes = part.shape == PartShape::modes;
  if (part.shape == PartShape::ring)
    require(part.along_m <= 0.2 * part.across_m, path + ".along_m", "of a ring must be at most a fifth of its radius");
  if (part.shape == PartShape::ring)
    require(part.conductivity_s_per_m > 0.0, path + ".conductivity_s_per_m", "of a ring must be above 0");
  require(modes || part.tau_s.empty(), path + ".tau_s", "belongs to shape = \"modes\"");
  for (const auto& [list, name] : {std::pair{&part.along_m3, ".along_m3"}, std::pair{&part.across_m3, ".across_m3"}})
    require(list->empty() || list->count == part.tau_s.count, path + name, "must have as many numbers as tau_s");
}

// Numbers of the random streams of the receiver; those of the model are smaller.
enum Stream : std::uint64_t { noise_stream = 50, gain_stream, imbalance_stream, hum_stream, zero_stream };

class MetalReceiver {
 public:
  MetalReceiver(const MetalScene& scene, const MetalModel& model)
      : options_(scene.receiver),
        interval_s_(scene.line.trace_interval_s),
        noise_(static_cast<std::uint64_t>(scene.seed), noise_stream),
        gain_(profile(scene, options_.gain_drift, gain_stream)),
        imbalance_(profile(scene, options_.imbalance_drift_h, imbalance_stream)) {
    Random hum(static_cast<std::uint64_t>(scene.seed), hum_stream);
    Random zeros(static_cast<std::uint64_t>(scene.seed), zero_stream);
    for (Index i = 0; i < model.n_values(); ++i) {
      hum_phase_.push_back(hum.uniform(0.0, 2.0 * dsp::pi));
      zero_.emplace_back(options_.drift_v, options_.drift_time_s, zeros);
      noise_v_.push_back(options_.noise_v * model.noise_share(i));
    }
    if (scene.head.integration_s > 0.0) rate_ = 1.0 - dsp::exp(-interval_s_ / scene.head.integration_s);
  }

  // From what the coils hear to what the converter sees.
  void receive(std::vector<double>& volts, Index trace, const MetalModel& model) {
    if (heard_.empty()) heard_ = volts;
    for (std::size_t i = 0; i < volts.size(); ++i) heard_[i] += rate_ * (volts[i] - heard_[i]);
    const double t = interval_s_ * static_cast<double>(trace);
    const double gain = 1.0 + gain_.at(t);
    for (std::size_t i = 0; i < volts.size(); ++i) volts[i] = gain * heard_[i];
    model.add_mutual(options_.imbalance_h + imbalance_.at(t), volts);
    const double warm = options_.warm_up_v * dsp::exp(-t / options_.warm_up_s);
    const double hum = 2.0 * dsp::pi * (options_.hum_hz * t - std::floor(options_.hum_hz * t));
    for (std::size_t i = 0; i < volts.size(); ++i) {
      volts[i] += zero_[i].at(t) + warm + noise_v_[i] * noise_.normal();
      if (options_.hum_v > 0.0) volts[i] += options_.hum_v * dsp::cos(hum + hum_phase_[i]);
    }
  }

  [[nodiscard]] double count_value() const noexcept { return steps() > 0.0 ? options_.full_scale_v / steps() : 0.0; }

  // Rails and rounding; true if a value stood at a rail.
  bool convert(std::vector<double>& volts) const noexcept {
    const double count = count_value();
    if (count == 0.0) return false;
    const double high = steps() - 1.0;
    bool saturated = false;
    for (double& v : volts) {
      const double n = std::clamp(std::floor(v / count + 0.5), -high - 1.0, high);
      saturated = saturated || n == high || n == -high - 1.0;
      v = n * count;
    }
    return saturated;
  }

 private:
  // From zero to a rail; 0 where there is no converter.
  [[nodiscard]] double steps() const noexcept {
    return options_.bits < 1 ? 0.0 : static_cast<double>(Index{1} << (options_.bits - 1));
  }
  static RandomProfile profile(const MetalScene& scene, double rms, std::uint64_t stream) {
    Random random(static_cast<std::uint64_t>(scene.seed), stream);
    return {rms, scene.receiver.drift_time_s, random};
  }

  MetalReceiverOptions options_;
  double interval_s_;
  double rate_ = 1.0;
  Random noise_;
  RandomProfile gain_;
  RandomProfile imbalance_;
  std::vector<double> hum_phase_;
  std::vector<RandomProfile> zero_;
  std::vector<double> noise_v_;
  std::vector<double> heard_;
};

}  // namespace

CoilArray driven_array(const MetalScene& scene) {
  CoilArray array = scene.array;
  const auto replace = [](const NumberList& own, std::vector<double>& list) {
    if (!own.empty()) list.assign(own.view().begin(), own.view().end());
  };
  if (!scene.head.tones_hz.empty()) array.frequency.current_a.clear();
  replace(scene.head.tones_hz, array.frequency.tones_hz);
  replace(scene.head.gate_edges_s, array.time.gate_edges_s);
  return array;
}

void check_without_array(const MetalScene& scene) {
  check_name(scene.name);
  check(scene.line, "line");
  check(scene.head, "head");
  check(scene.soil, "soil");
  check(scene.receiver, "receiver");
  if (scene.origin) check(*scene.origin, "origin");
  const bool tones = scene.head.mode == HeadMode::tones;
  require(tones || scene.head.tones_hz.empty(), "head.tones_hz", "belongs to mode = \"tones\"");
  require(!tones || scene.head.gate_edges_s.empty(), "head.gate_edges_s", "belongs to mode = \"gates\"");
  require(scene.receiver.bits != 1, "receiver.bits", "must be 0 or at least 2");
  require(scene.soil.fastest_s < scene.soil.slowest_s, "soil.fastest_s", "must be below soil.slowest_s");
  check_soil(scene.soil.chi0, scene.soil.kappa, scene.soil, "soil");
  for (std::size_t k = 0; k < scene.patches.size(); ++k) {
    const std::string path = "patch[" + std::to_string(k) + "]";
    check(scene.patches[k], path);
    check_soil(scene.patches[k].chi0, scene.patches[k].kappa, scene.soil, path);
  }
  for (std::size_t k = 0; k < scene.targets.size(); ++k) {
    const std::string path = "target[" + std::to_string(k) + "]";
    const MetalTarget& target = scene.targets[k];
    check(target.options, path);
    check_words(target.name, target.kind, target.metal, path);
    require(!target.parts.empty() || target.metal == "none", path + ".part", "what has metal needs at least one part");
    for (std::size_t i = 0; i < target.parts.size(); ++i)
      check_part(target.parts[i], path + ".part[" + std::to_string(i) + "]");
  }
}

void validate(const MetalScene& scene) {
  check_without_array(scene);
  const CoilArray array = driven_array(scene);
  try {
    surefoot::validate(array);
  } catch (const ConfigError& e) {
    throw ConfigError("head.array", e.what());
  }
  const bool tones = scene.head.mode == HeadMode::tones;
  const std::vector<double>& places = tones ? array.frequency.tones_hz : array.time.gate_edges_s;
  require(places.size() >= (tones ? 1U : 2U), tones ? "head.tones_hz" : "head.gate_edges_s",
          std::string("the array ") + array.name + " lists none: give them here");
  require(places.size() <= to_size(NumberList::capacity), tones ? "head.tones_hz" : "head.gate_edges_s",
          "a trace has at most 32 tones or edges of gates");
  const double values = static_cast<double>(places.size() * 2 * array.all_channels().size());
  require(static_cast<double>(scene.line.n_traces) * values <= most_samples, "line.n_traces",
          "traces times values of a trace must not exceed 2^28");
}

SimulatedLine simulate(const MetalScene& scene) { return simulate(scene, MetalModel(scene)); }

SimulatedLine simulate(const MetalScene& scene, const MetalModel& model) {
  MetalReceiver receiver(scene, model);
  const MetalLineOptions& options = scene.line;

  SimulatedLine out;
  // Counts can be stored as such where the values are volts and 16 bits hold them.
  const bool in_volts = scene.head.mode == HeadMode::gates || scene.head.response == HeadResponse::voltage;
  out.count_value = in_volts && scene.receiver.bits <= 16 ? receiver.count_value() : 0.0;
  Line& line = out.line;
  line.samples.resize(model.n_values(), options.n_traces);
  line.axis = model.axis();
  line.n_channels = model.n_channels();
  set_head(scene, options.trace_spacing_m, options.trace_interval_s, line);
  const Heading heading(scene.origin);

  std::vector<double> volts(to_size(model.n_values()));
  for (Index k = 0; k < options.n_traces; ++k) {
    std::fill(volts.begin(), volts.end(), 0.0);
    model.add_targets(k, volts);
    model.add_soil(k, volts);
    receiver.receive(volts, k, model);

    TraceTag tag;
    tag.index = k;
    tag.time_s = options.trace_interval_s * static_cast<double>(k);
    tag.distance_m = model.place_m(k);
    tag.position_m = heading.place(tag.distance_m, options.offset_m);
    if (receiver.convert(volts)) tag.quality |= Quality::saturated;
    model.to_output(volts);
    for (std::size_t i = 0; i < volts.size(); ++i)
      line.samples(static_cast<Index>(i), k) = static_cast<Sample>(volts[i]);
    line.tags.push_back(tag);
  }
  for (const MetalTarget& target : scene.targets) out.truth.push_back(known_target(scene.name, target));
  return out;
}

}  // namespace surefoot::sim
