// SPDX-License-Identifier: MIT
// gpr.kirchhoff, gpr.back_projection and gpr.volume over whole lines, beside the same sum in plain C++: updates/s are pairs of
// a pixel and a trace in its aperture. Argument: traces.
#include <surefoot/gpr/back_projection.hpp>
#include <surefoot/gpr/kirchhoff.hpp>
#include <surefoot/gpr/volume.hpp>

#include "support/allocations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

using namespace surefoot;

constexpr Index n_samples = 512;
constexpr double step_s = 0.1e-9;
constexpr double spacing_m = 0.01;
constexpr double velocity = 1e8;
constexpr double reach_m = 0.86;

struct Traces {
  std::vector<std::vector<Sample>> samples;
  std::vector<TraceTag> tags;
  StreamSpec spec;

  Traces(Index n, double jitter, double swing)
      : samples(to_size(n), std::vector<Sample>(to_size(n_samples))),
        tags(to_size(n)),
        spec{{AxisKind::two_way_time, 0.0, step_s}, n_samples, 0.01, spacing_m, n} {
    unsigned seed = 1;
    for (Index m = 0; m < n; ++m) {
      for (Sample& x : samples[to_size(m)]) {
        seed = seed * 1664525U + 1013904223U;
        x = static_cast<Sample>(seed >> 16U) - 32768.0F;
      }
      TraceTag& tag = tags[to_size(m)];
      tag.index = m;
      tag.distance_m = spacing_m * (static_cast<double>(m) + jitter * static_cast<double>(seed >> 16U) / 65536.0);
      if (swing > 0.0) tag.standoff_m = swing * static_cast<double>((seed >> 8U) % 1024U) / 1024.0;
    }
  }
};

template <class StageType, class Options>
void whole_line(benchmark::State& state, const Options& options, double jitter, double swing = 0.0) {
  const Traces line(state.range(0), jitter, swing);
  std::vector<std::byte> scratch(65536);
  Arena counting = Arena::counting(scratch);
  counting.emplace<StageType>(options, line.spec, counting)->~StageType();
  std::vector<std::byte> block(counting.needed());
  Arena arena(block);
  StageType& stage = *arena.emplace<StageType>(options, line.spec, arena);
  std::vector<Sample> out(to_size(stage.output().n_samples));
  std::array<Note, 8> notes{};
  double updates = 0.0;
  std::int64_t allocated = 0;
  for (auto _ : state) {
    const std::int64_t before = bench::allocations();
    for (std::size_t m = 0; m < line.samples.size(); ++m)
      stage.push(std::span<const Sample>(line.samples[m]), line.tags[m]);
    stage.finish();
    TraceTag tag;
    while (stage.pull(std::span<Sample>(out), tag)) benchmark::DoNotOptimize(out.data());
    (void)stage.notes(notes);
    updates += notes[1].value;
    stage.reset();
    allocated += bench::allocations() - before;
  }
  state.counters["updates/s"] = benchmark::Counter(updates, benchmark::Counter::kIsRate);
  state.counters["allocations"] = static_cast<double>(allocated);
  state.counters["bytes"] = static_cast<double>(block.size());
  stage.~StageType();
}

// The sum as one writes it down: no tables, no tricks, no filter, the compiler's best.
void plain_kirchhoff(benchmark::State& state) {
  const Traces line(state.range(0), 0.0, 0.0);
  const Index n = state.range(0);
  const double offset = 0.1;
  std::vector<Sample> image(to_size(n * n_samples));
  double updates = 0.0;
  for (auto _ : state) {
    for (Index c = 0; c < n; ++c)
      for (Index i = 1; i < n_samples; ++i) {
        const auto z = static_cast<float>(0.5 * velocity * step_s * static_cast<double>(i));
        const float limit = std::min(1.7320508F * z, static_cast<float>(reach_m));
        const auto k = static_cast<Index>(limit / static_cast<float>(spacing_m));
        float sum = 0.0F;
        const Index end = std::min(n - 1, c + k);
        for (Index m = std::max<Index>(0, c - k); m <= end; ++m) {
          const float x = static_cast<float>(spacing_m) * static_cast<float>(m - c);
          const float a = x - 0.5F * static_cast<float>(offset);
          const float b = x + 0.5F * static_cast<float>(offset);
          const float source = std::sqrt(a * a + z * z);
          const float receiver = std::sqrt(b * b + z * z);
          const float t = (source + receiver) * static_cast<float>(1.0 / (velocity * step_s));
          const auto row = static_cast<Index>(t);
          if (row + 1 >= n_samples) continue;
          const float share = t - static_cast<float>(row);
          const float e = std::clamp((std::abs(x) / limit - 0.7F) / 0.3F, 0.0F, 1.0F);
          const float weight = static_cast<float>(spacing_m) * 0.5F * z * (1.0F / source + 1.0F / receiver) /
                               std::sqrt(1.5707963e8F * (source + receiver)) * (1.0F - e * e * (3.0F - 2.0F * e));
          const std::vector<Sample>& trace = line.samples[to_size(m)];
          sum += weight * (trace[to_size(row)] * (1.0F - share) + trace[to_size(row + 1)] * share);
        }
        updates += static_cast<double>(end - std::max<Index>(0, c - k) + 1);
        image[to_size(c * n_samples + i)] = sum;
      }
    benchmark::DoNotOptimize(image.data());
  }
  state.counters["updates/s"] = benchmark::Counter(updates, benchmark::Counter::kIsRate);
}

void kirchhoff_even(benchmark::State& state) {
  whole_line<gpr::Kirchhoff>(state, gpr::KirchhoffOptions{.antenna_offset_m = 0.1, .aperture_m = reach_m}, 0.0);
}
void kirchhoff_any_places(benchmark::State& state) {
  whole_line<gpr::Kirchhoff>(state, gpr::KirchhoffOptions{.antenna_offset_m = 0.1, .aperture_m = reach_m}, 0.3);
}
void back_projection_even(benchmark::State& state) {
  whole_line<gpr::BackProjection>(
      state, gpr::BackProjectionOptions{.antenna_offset_m = 0.1, .standoff_m = 0.2, .aperture_m = reach_m}, 0.0);
}
void back_projection_coherent_envelope(benchmark::State& state) {
  whole_line<gpr::BackProjection>(state,
                                  gpr::BackProjectionOptions{.antenna_offset_m = 0.1,
                                                             .standoff_m = 0.2,
                                                             .aperture_m = reach_m,
                                                             .output = gpr::ImageOutput::envelope,
                                                             .coherence = true},
                                  0.0);
}
void back_projection_swung(benchmark::State& state) {
  whole_line<gpr::BackProjection>(state, gpr::BackProjectionOptions{.antenna_offset_m = 0.1, .aperture_m = reach_m},
                                  0.3, 0.1);
}
void volume(benchmark::State& state) {
  whole_line<gpr::Volume>(state, gpr::VolumeOptions{.aperture_m = reach_m, .output = gpr::ImageOutput::amplitude}, 0.3);
}

BENCHMARK(plain_kirchhoff)->Name("gpr.kirchhoff/plain_loop")->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(kirchhoff_even)->Name("gpr.kirchhoff/even")->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);
BENCHMARK(kirchhoff_any_places)->Name("gpr.kirchhoff/any_places")->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(back_projection_even)->Name("gpr.back_projection/even")->Arg(512)->Arg(4096)->Unit(benchmark::kMillisecond);
BENCHMARK(back_projection_coherent_envelope)
    ->Name("gpr.back_projection/coherent_envelope")
    ->Arg(512)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(back_projection_swung)->Name("gpr.back_projection/swung")->Arg(512)->Unit(benchmark::kMillisecond);
BENCHMARK(volume)->Name("gpr.volume/one_line")->Arg(512)->Unit(benchmark::kMillisecond);

}  // namespace
