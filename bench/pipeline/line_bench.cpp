// SPDX-License-Identifier: MIT
// A whole line through run(), as notebooks and the command line call it: the cheapest operations, in which what run() itself
// costs shows. copy is the yardstick: one copy of the line's samples into memory of their own, in the same run.
// Arguments: samples a trace, traces.
#include <surefoot/pipeline/apply.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <string>

namespace {

using namespace surefoot;

// A bounce that wanders, two layers, an offset for each trace and noise.
Line line_of(Index n_samples, Index n_traces) {
  Line line;
  line.samples.resize(n_samples, n_traces);
  line.axis = {AxisKind::two_way_time, 0.0, 0.1e-9};
  line.trace_spacing_m = 0.02;
  line.tags.resize(to_size(n_traces));
  std::mt19937 random(1);
  std::normal_distribution<double> normal;
  const auto wave = [](double samples) {
    const double a = 0.08 * samples * samples;
    return (1.0 - 2.0 * a) * std::exp(-a);
  };
  const auto n = static_cast<double>(n_samples);
  double bounce = 15.0;
  for (Index k = 0; k < n_traces; ++k) {
    line.tags[to_size(k)].index = k;
    const double offset = 0.3 * normal(random);
    const double slope = 2.0 * std::sin(static_cast<double>(k) / 150.0);
    bounce += 0.02 * normal(random);
    for (Index i = 0; i < n_samples; ++i) {
      const auto t = static_cast<double>(i);
      line.samples(i, k) =
          static_cast<Sample>(4.0 * wave(t - bounce) + 0.3 * (wave(t - 0.35 * n - slope) + wave(t - 0.7 * n - slope)) +
                              offset + 0.02 * normal(random));
    }
  }
  return line;
}

void report(benchmark::State& state) {
  state.counters["us_a_trace"] =
      benchmark::Counter(static_cast<double>(state.range(1)) * 1e-6,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void whole(benchmark::State& state, const char* text) {
  const Line line = line_of(state.range(0), state.range(1));
  const Description description = load_description(text);
  for (auto _ : state) {
    const Run result = run(description, line);
    benchmark::DoNotOptimize(result.traces.samples.data());
  }
  report(state);
}

void copy(benchmark::State& state) {
  const Line line = line_of(state.range(0), state.range(1));
  for (auto _ : state) {
    const TraceMatrix samples = line.samples;
    benchmark::DoNotOptimize(samples.data());
  }
  report(state);
}

constexpr auto dc = R"(surefoot = 1
stage = [{ use = "gpr.dc" }])";
constexpr auto gain = R"(surefoot = 1
stage = [{ use = "gpr.gain", method = "power" }])";
constexpr auto mean = R"(surefoot = 1
stage = [{ use = "gpr.background", method = "mean" }])";
constexpr auto median = R"(surefoot = 1
stage = [{ use = "gpr.background", method = "median" }])";
constexpr auto eigenimages = R"(surefoot = 1
stage = [{ use = "gpr.svd_clutter", last_component = 3 }])";

BENCHMARK_CAPTURE(whole, dc, dc)->Name("gpr.dc")->Args({512, 4096});
BENCHMARK_CAPTURE(whole, gain, gain)->Name("gpr.gain")->Args({512, 4096});
BENCHMARK_CAPTURE(whole, mean, mean)->Name("gpr.background mean")->Args({512, 4096});
BENCHMARK_CAPTURE(whole, median, median)->Name("gpr.background median")->Args({512, 4096});
BENCHMARK_CAPTURE(whole, svd, eigenimages)->Name("gpr.svd_clutter")->Args({512, 4096});
BENCHMARK(copy)->Args({512, 4096});

}  // namespace
