// SPDX-License-Identifier: MIT
// Stages before the features: one push a turn, and all that is ready pulled. real_time is the share of one core that a live stream
// takes; argument: samples a channel.
#include <surefoot/emi/calibration.hpp>
#include <surefoot/emi/mains_notch.hpp>
#include <surefoot/emi/pulse_gates.hpp>
#include <surefoot/emi/pulse_stack.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace surefoot;

template <class StageType, class Options>
void run(benchmark::State& state, const Options& options, const StreamSpec& spec) {
  if (emi::validate(options, spec)) return state.SkipWithError("options");
  std::vector<std::byte> memory(std::size_t{64} << 20U);
  Arena arena(memory);
  StageType stage(options, spec, arena);
  constexpr std::size_t n_traces = 64;
  std::vector<std::vector<Sample>> in(n_traces, std::vector<Sample>(to_size(spec.n_samples)));
  unsigned seed = 1;
  for (auto& trace : in)
    for (std::size_t i = 0; i < trace.size(); ++i) {
      seed = seed * 1664525U + 1013904223U;
      trace[i] = static_cast<Sample>(1000.0 * std::exp(-0.01 * static_cast<double>(i)) +
                                     static_cast<double>(seed >> 16U) / 65536.0);
    }
  std::vector<Sample> out(to_size(stage.output().n_samples));
  TraceTag tag;
  TraceTag result;
  const std::int64_t before = bench::allocations();
  std::int64_t index = 0;
  for (auto _ : state) {
    tag.index = index++;
    stage.push(in[static_cast<std::size_t>(index) % n_traces], tag);
    while (stage.pull(out, result)) benchmark::DoNotOptimize(out.data());
  }
  bench::report(state, spec.n_samples, before);
  state.counters["real_time"] = benchmark::Counter(static_cast<double>(state.iterations()) * spec.trace_interval_s,
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// 200 kS/s, 2 receivers, 10 harmonics, fits of 80 ms.
void mains_notch(benchmark::State& state) {
  const Index n = state.range(0);
  const StreamSpec spec{{AxisKind::sample_time, 0.0, 5e-6}, 2 * n, 5e-6 * static_cast<double>(n), 0.0, 0, false, 2};
  run<emi::MainsNotch>(state, emi::MainsNotchOptions{}, spec);
}

// 1 kHz of pulses, 1 MS/s.
StreamSpec decays(const benchmark::State& state) {
  return {{AxisKind::gate_time, 1e-5, 1e-6}, static_cast<Index>(state.range(0)), 1e-3, 0.0, 0};
}
void pulse_gates(benchmark::State& state) {
  run<emi::PulseGates>(state, emi::PulseGatesOptions{.rail = 32767.0}, decays(state));
}
void pulse_stack_mean(benchmark::State& state) {
  run<emi::PulseStack>(state, emi::PulseStackOptions{.length_traces = 20, .rejection = emi::StackRejection::none},
                       decays(state));
}
void pulse_stack_clip(benchmark::State& state) {
  run<emi::PulseStack>(state, emi::PulseStackOptions{.length_traces = 20}, decays(state));
}
void pulse_stack_biweight(benchmark::State& state) {
  run<emi::PulseStack>(state, emi::PulseStackOptions{.length_traces = 20, .rejection = emi::StackRejection::biweight},
                       decays(state));
}

// 21 tones, 2 receivers, 100 Hz.
void calibration(benchmark::State& state) {
  StreamSpec spec{{AxisKind::sweep, 500.0, 500.0}, 2 * 2 * static_cast<Index>(state.range(0)), 0.01, 0.0, 0, false, 2};
  run<emi::Calibration>(state, emi::CalibrationOptions{}, spec);
}

BENCHMARK(mains_notch)->Arg(256)->Arg(1000);
BENCHMARK(pulse_gates)->Arg(256)->Arg(1024);
BENCHMARK(pulse_stack_mean)->Arg(256)->Arg(1024);
BENCHMARK(pulse_stack_clip)->Arg(256)->Arg(1024);
BENCHMARK(pulse_stack_biweight)->Arg(256)->Arg(1024);
BENCHMARK(calibration)->Arg(21);

}  // namespace
