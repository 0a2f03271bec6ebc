// SPDX-License-Identifier: MIT
// emi.lock_in: blocks of 1000 samples at 200 kS/s, 2 receivers; argument: tones. real_time is the share of one core that a
// live stream takes.
#include <surefoot/emi/lock_in.hpp>

#include "support/allocations.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace {

using namespace surefoot;

void run(benchmark::State& state, emi::LockInFilter filter, double output_interval_s) {
  constexpr double rate = 200e3;
  constexpr Index block = 1000;
  constexpr Index receivers = 2;
  const auto n_tones = static_cast<Index>(state.range(0));
  emi::LockInOptions options{.output_interval_s = output_interval_s, .filter = filter, .rail = 32767.0};
  options.tones_hz = {};
  for (Index k = 0; k < n_tones; ++k)  // 325 Hz to 90 kHz, whole cycles of 25 Hz
    options.tones_hz.values[to_size(options.tones_hz.count++)] =
        50.0 * std::round(6.5 * std::pow(277.0, static_cast<double>(k) / static_cast<double>(n_tones - 1))) + 25.0;
  const StreamSpec spec{{AxisKind::sample_time, 0.0, 1.0 / rate}, block * receivers, 0.005, 0.0, 0, false, receivers};
  if (emi::validate(options, spec)) return state.SkipWithError("options");
  std::vector<std::byte> memory(std::size_t{8} << 20U);
  Arena arena(memory);
  emi::LockIn stage(options, spec, arena);
  std::vector<Sample> in(to_size(spec.n_samples));
  for (std::size_t i = 0; i < in.size(); ++i)
    in[i] = static_cast<Sample>(1000.0 * std::sin(0.37 * static_cast<double>(i)));
  std::vector<Sample> out(to_size(stage.output().n_samples));
  TraceTag tag;
  TraceTag result;
  const std::int64_t before = bench::allocations();
  std::int64_t index = 0;
  for (auto _ : state) {
    tag.index = index++;
    stage.push(in, tag);
    while (stage.pull(out, result)) benchmark::DoNotOptimize(out.data());
  }
  if (state.iterations() > 1000 && unusable(result.quality)) return state.SkipWithError("flags");
  bench::report(state, spec.n_samples, before);
  const auto blocks = static_cast<double>(state.iterations());
  state.counters["s/tone_sample"] = benchmark::Counter(blocks * static_cast<double>(spec.n_samples * n_tones),
                                                       benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["real_time"] = benchmark::Counter(blocks * static_cast<double>(block) / rate,
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void boxcar_100_hz(benchmark::State& state) { run(state, emi::LockInFilter::boxcar, 0.01); }
void boxcar_1_khz(benchmark::State& state) { run(state, emi::LockInFilter::boxcar, 0.001); }
void hann_100_hz(benchmark::State& state) { run(state, emi::LockInFilter::hann, 0.01); }
void lowpass_1_khz(benchmark::State& state) { run(state, emi::LockInFilter::lowpass, 0.001); }

BENCHMARK(boxcar_100_hz)->Arg(3)->Arg(21);
BENCHMARK(boxcar_1_khz)->Arg(21);
BENCHMARK(hann_100_hz)->Arg(21);
BENCHMARK(lowpass_1_khz)->Arg(21);

}  // namespace
