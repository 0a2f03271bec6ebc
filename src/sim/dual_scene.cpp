// SPDX-License-Identifier: MIT
#include <surefoot/sim/dual_scene.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/sim/fdtd.hpp>
#include <surefoot/sim/metal_model.hpp>
#include <surefoot/sim/random.hpp>
#include <surefoot/sim/section.hpp>

#include "metal_checks.hpp"
#include "radar_receiver.hpp"
#include "scene_checks.hpp"
#include "simulated_head.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

constexpr double degree = dsp::pi / 180.0;
constexpr double speed_of_light = 299792458.0;
constexpr double smallest_gap_m = 0.01;  // between a sensor and the surface
constexpr double felt_width_m = 0.2;     // over which coils feel the surface

// Numbers of the random streams of the carriage; Section has others.
enum Stream : std::uint64_t {
  place_stream = 1,
  height_stream,
  roll_stream,
  pitch_stream,
  radar_jitter_stream,
  metal_jitter_stream
};

Index n_traces(double length_m, double spacing_m) {
  return std::max(Index{1}, static_cast<Index>(std::lround(length_m / spacing_m)));
}

// One hand that carries both sensors: functions of the place that an even speed would give.
class Carriage {
 public:
  explicit Carriage(const DualScene& scene)
      : head_(scene.head),
        place_(profile(scene, scene.line.place_jitter_m, scene.line.place_jitter_length_m, place_stream)),
        height_(profile(scene, scene.head.wander_m, scene.head.wander_length_m, height_stream)),
        roll_(profile(scene, scene.head.tilt_deg * degree, scene.head.wander_length_m, roll_stream)),
        pitch_(profile(scene, scene.head.tilt_deg * degree, scene.head.wander_length_m, pitch_stream)) {}

  [[nodiscard]] double place_m(double even_m) const noexcept { return even_m + place_.at(even_m); }
  [[nodiscard]] double height_m(double even_m, Random& jitter) const noexcept {
    return head_.standoff_m + height_.at(even_m) + head_.jitter_m * jitter.normal();
  }
  [[nodiscard]] double roll_rad(double even_m) const noexcept { return roll_.at(even_m); }
  [[nodiscard]] double pitch_rad(double even_m) const noexcept { return pitch_.at(even_m); }

 private:
  static RandomProfile profile(const DualScene& scene, double rms, double length_m, Stream number) {
    Random random(static_cast<std::uint64_t>(scene.seed), number);
    return {rms, length_m, random};
  }

  HeadOptions head_;
  RandomProfile place_, height_, roll_, pitch_;
};

MetalScene metal_scene_of(const DualScene& scene) {
  MetalScene metal;
  metal.name = scene.name;
  metal.instrument = scene.instrument;
  metal.licence = scene.licence;
  metal.source = scene.source;
  metal.seed = scene.seed;
  metal.array_name = scene.array_name;
  metal.array = scene.array;
  metal.line = {n_traces(scene.line.length_m, scene.line.metal_spacing_m), scene.line.metal_spacing_m,
                scene.line.metal_spacing_m / scene.line.speed_m_s, 0.0};
  metal.head = scene.head;
  metal.soil = scene.soil;
  metal.receiver = scene.metal_receiver;
  metal.origin = scene.origin;
  for (const DualTarget& target : scene.targets) metal.targets.push_back(target.metal);
  return metal;
}

// Where the simulation's steps lie against the samples: sample k is step first + k * stride, and the pulse's middle is time 0.
struct Timing {
  Index first = 0;
  Index stride = 1;
  Index steps = 0;
  double middle_s = 0.0;  // after the simulation's start
};

Timing timing_of(const DualRadarOptions& radar, double step_s) {
  Timing t;
  t.stride = static_cast<Index>(std::lround(radar.sample_interval_s / step_s));
  const double half = wavelet_half_length_s(radar.centre_frequency_hz);
  t.first = static_cast<Index>(std::ceil((half + radar.axis_start_s) / step_s)) - 1;
  t.middle_s = static_cast<double>(t.first + 1) * step_s - radar.axis_start_s;
  t.steps = std::max(Index{1}, t.first + (radar.n_samples - 1) * t.stride + 1);
  return t;
}

std::vector<double> current_of(const DualRadarOptions& radar, const Timing& timing, double step_s) {
  std::vector<double> current;
  const double end = timing.middle_s + wavelet_half_length_s(radar.centre_frequency_hz);
  for (Index n = 0; n < timing.steps; ++n) {
    const double t = (static_cast<double>(n) + 0.5) * step_s;
    if (t > end) break;
    current.push_back(wavelet(radar.wavelet, t - timing.middle_s, radar.centre_frequency_hz));
  }
  return current;
}

// The largest field of the direct wave in air: all of it, however short the traces are.
double direct_wave(const DualScene& scene, const GridOptions& lane, Index window, const Timing& of_traces) {
  GridOptions grid = lane;
  grid.rows = window;
  const FdtdMedia air(grid);
  const double end = of_traces.middle_s + wavelet_half_length_s(scene.radar.centre_frequency_hz) +
                     2.0 * scene.radar.offset_m / speed_of_light;
  Timing timing = of_traces;
  timing.steps = std::max(timing.steps, static_cast<Index>(std::ceil(end / grid.time_step_s)));
  const std::vector<double> current = current_of(scene.radar, timing, grid.time_step_s);
  std::vector<double> out(to_size(timing.steps));
  const double middle = 0.5 * static_cast<double>(grid.rows - 1);
  const double half = 0.5 * scene.radar.offset_m / grid.cell_m;
  const double depth = 0.5 * static_cast<double>(grid.columns - 1);
  Fdtd(air, window).run(0, {middle - half, depth}, current, {middle + half, depth}, out);
  double largest = 0.0;
  for (const double field : out) largest = std::max(largest, std::abs(field));
  return largest;
}

void place_tags(const DualScene& scene, double spacing_m, Line& line) {
  const Heading heading(scene.origin);
  for (std::size_t k = 0; k < line.tags.size(); ++k) {
    TraceTag& tag = line.tags[k];
    tag.distance_m = spacing_m * static_cast<double>(k);
    tag.time_s = spacing_m / scene.line.speed_m_s * static_cast<double>(k);
    tag.position_m = heading.place(tag.distance_m);
  }
}

SimulatedLine simulate_radar(const DualScene& scene, const Section& section, const Carriage& hand) {
  const DualRadarOptions& radar = scene.radar;
  const GridOptions& grid = section.media().options();
  const Timing timing = timing_of(radar, grid.time_step_s);
  const std::vector<double> current = current_of(radar, timing, grid.time_step_s);
  const Index window =
      2 * static_cast<Index>(std::ceil((radar.reach_m + 0.5 * radar.offset_m) / grid.cell_m)) + 1 + 2 * grid.border;
  const double scale = 1.0 / direct_wave(scene, grid, window, timing);

  const Index n = n_traces(scene.line.length_m, scene.line.radar_spacing_m);
  Random jitter(static_cast<std::uint64_t>(scene.seed), radar_jitter_stream);
  std::vector<double> place_m;
  std::vector<double> height_m;
  for (Index k = 0; k < n; ++k) {
    const double even = scene.line.radar_spacing_m * static_cast<double>(k);
    const double x = hand.place_m(even);
    const double highest = std::max(section.surface_m(x - 0.5 * radar.offset_m),
                                    section.surface_m(x + 0.5 * radar.offset_m));  // under either antenna
    place_m.push_back(x);
    height_m.push_back(std::max(hand.height_m(even, jitter), highest + smallest_gap_m));
  }

  SimulatedLine out;
  Line& line = out.line;
  line.samples.resize(radar.n_samples, n);
  line.axis = {AxisKind::two_way_time, radar.axis_start_s, radar.sample_interval_s};
  set_head(scene, scene.line.radar_spacing_m, scene.line.radar_spacing_m / scene.line.speed_m_s, line);

  // Fields first, from all threads; then the receiver, whose noise goes on from trace to trace.
  const Index workers = dsp::threads();
  std::vector<Fdtd> solvers(to_size(workers), Fdtd(section.media(), window));
  std::vector<std::vector<double>> fields(to_size(workers), std::vector<double>(to_size(timing.steps)));
  std::vector<double> samples(to_size(n * radar.n_samples));
  dsp::parallel_for(n, workers, [&](Index begin, Index end, Index worker) {
    std::vector<double>& field = fields[to_size(worker)];
    for (Index k = begin; k < end; ++k) {
      const double x = place_m[to_size(k)];
      const double z = -height_m[to_size(k)];
      const GridPoint middle = section.place(x, z);
      const Index first = static_cast<Index>(std::lround(middle.row)) - window / 2;
      solvers[to_size(worker)].run(first, section.place(x - 0.5 * radar.offset_m, z), current,
                                   section.place(x + 0.5 * radar.offset_m, z), field);
      for (Index i = 0; i < radar.n_samples; ++i) {
        const Index step = timing.first + i * timing.stride;
        samples[to_size(k * radar.n_samples + i)] = step < 0 ? 0.0 : scale * field[to_size(step)];
      }
    }
  });

  RadarReceiver receiver(scene.radar_receiver, {radar.n_samples, radar.axis_start_s, radar.sample_interval_s},
                         static_cast<std::uint64_t>(scene.seed));
  out.count_value = receiver.count_value();
  std::vector<double> trace(to_size(radar.n_samples));
  for (Index k = 0; k < n; ++k) {
    std::copy_n(samples.begin() + k * radar.n_samples, radar.n_samples, trace.begin());
    receiver.receive(trace, place_m[to_size(k)]);
    TraceTag tag;
    tag.index = k;
    if (receiver.convert(trace, line.samples.col(k))) tag.quality |= Quality::saturated;
    line.tags.push_back(tag);
  }
  place_tags(scene, scene.line.radar_spacing_m, line);
  return out;
}

SimulatedLine simulate_metal(const DualScene& scene, const Section& section, const Carriage& hand) {
  MetalScene metal = metal_scene_of(scene);
  for (std::size_t k = 0; k < metal.targets.size(); ++k) metal.targets[k].options.depth_m = section.top_m(k);
  Random jitter(static_cast<std::uint64_t>(scene.seed), metal_jitter_stream);
  std::vector<HeadPlace> track;
  for (Index k = 0; k < metal.line.n_traces; ++k) {
    const double even = scene.line.metal_spacing_m * static_cast<double>(k);
    const double x = hand.place_m(even) + scene.line.metal_forward_m;
    const double surface = section.surface_m(x, felt_width_m);
    track.push_back({x, std::max(hand.height_m(even, jitter), surface + smallest_gap_m), hand.roll_rad(even),
                     hand.pitch_rad(even), surface});
  }
  SimulatedLine out = simulate(metal, MetalModel(metal, track));
  place_tags(scene, scene.line.metal_spacing_m, out.line);
  return out;
}

// What a text asks for must fit a computer: some 50 bytes a node, and 1e9 nodes a second.
void check_cost(const DualScene& scene) {
  constexpr double most_nodes = 2e7;
  constexpr double most_work = 1e15;  // node steps: some days of a few cores
  const double cell = scene.radar.cell_m;
  const double across = 2.0 * scene.radar.reach_m + scene.radar.offset_m;
  const double high = scene.radar.depth_m + scene.head.standoff_m;
  const double nodes = (scene.line.length_m + across) / cell * (high / cell);
  require(nodes <= most_nodes, "radar.cell_m",
          "gives a grid of " + text::plain_number(std::round(nodes)) + " nodes; at most 2e7 are possible");
  const double end_s = std::max(0.0, scene.radar.axis_start_s) +
                       static_cast<double>(scene.radar.n_samples) * scene.radar.sample_interval_s;
  const double work = scene.line.length_m / scene.line.radar_spacing_m * (end_s / longest_time_step_s(cell)) *
                      (across / cell * (high / cell));
  require(work <= most_work, "radar.cell_m",
          "gives " + text::plain_number(std::round(work)) + " steps of nodes; at most 1e15 are possible");
}

}  // namespace

void check_without_array(const DualScene& scene) {
  check(scene.line, "line");
  check(scene.radar, "radar");
  check(scene.ground, "ground");
  check(scene.radar_receiver, "radar_receiver");
  const double traces = scene.line.length_m / scene.line.radar_spacing_m;
  constexpr double most_samples = 1 << 28;
  require(traces * static_cast<double>(scene.radar.n_samples) <= most_samples, "line.length_m",
          "radar traces times samples must not exceed 2^28");
  constexpr double fewest_cells = 10.0;
  const double wave = speed_of_light / (scene.radar.centre_frequency_hz *
                                        std::sqrt(scene.ground.permittivity + scene.ground.debye_drop));
  require(fewest_cells * scene.radar.cell_m <= wave, "radar.cell_m",
          "must be at most a tenth of the wave in the soil, here " + text::plain_number(wave / fewest_cells) + " m");
  constexpr double fewest_samples_a_period = 4.0;
  require(scene.radar.sample_interval_s * scene.radar.centre_frequency_hz * fewest_samples_a_period <= 1.0,
          "radar.sample_interval_s", "must give at least 4 samples a period of radar.centre_frequency_hz");
  require(scene.soil.roughness_m == 0.0, "soil.roughness_m",
          "is ground.roughness_m here: both sensors see one surface");
  for (std::size_t k = 0; k < scene.targets.size(); ++k) {
    const std::string path = "target[" + std::to_string(k) + "]";
    for (std::size_t i = 0; i < scene.targets[k].bodies.size(); ++i)
      check(scene.targets[k].bodies[i], path + ".body[" + std::to_string(i) + "]");
    require(scene.targets[k].metal.options.depth_m >= 0.0, path + ".depth_m", "must not be below 0 here");
  }
  check_without_array(metal_scene_of(scene));
  check_cost(scene);
}

void validate(const DualScene& scene) {
  check_without_array(scene);
  validate(metal_scene_of(scene));
}

SimulatedDual simulate(const DualScene& scene) {
  validate(scene);
  const Section section(scene);
  const Carriage hand(scene);
  SimulatedDual out{simulate_radar(scene, section, hand), simulate_metal(scene, section, hand), {}};
  for (std::size_t k = 0; k < scene.targets.size(); ++k) {
    Target known = known_target(scene.name, scene.targets[k].metal);
    known.id = scene.name + "/" + std::to_string(k + 1);
    known.lane = scene.name;
    known.soil = scene.soil_name;
    known.surface = scene.ground.roughness_m > 0.0 ? "rough" : "flat";
    out.truth.push_back(known);
  }
  out.radar.truth = out.truth;
  out.metal.truth = out.truth;
  for (Target& target : out.metal.truth) target.x_m -= scene.line.metal_forward_m;
  return out;
}

}  // namespace surefoot::sim
