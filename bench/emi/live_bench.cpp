// SPDX-License-Identifier: MIT
// Stages on tones and gates: one push and one pull a turn; argument: channels, each of 12 tones or 20 gates, 100 traces/s.
#include <surefoot/emi/baseline.hpp>
#include <surefoot/emi/decay_features.hpp>
#include <surefoot/emi/ground_balance.hpp>
#include <surefoot/emi/phase_features.hpp>
#include <surefoot/emi/polarizability_features.hpp>
#include <surefoot/emi/relaxation_features.hpp>
#include <surefoot/emi/target_score.hpp>

#include "support/allocations.hpp"

#include <cmath>
#include <vector>

namespace {

using namespace surefoot;

NumberList rising(Index n, double first, double last) {
  NumberList out;
  for (Index i = 0; i < n; ++i)
    out.values[to_size(out.count++)] =
        first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(n - 1));
  return out;
}
StreamSpec tones(const benchmark::State& state) {
  const Index n = state.range(0);
  return {{AxisKind::sweep, 0.0, 0.0, rising(12, 1e3, 1e5)}, 24 * n, 0.01, 0.01, 0, false, n};
}
StreamSpec gates(const benchmark::State& state) {
  const Index n = state.range(0);
  return {{AxisKind::gates, 0.0, 0.0, rising(21, 1e-5, 1e-3)}, 20 * n, 0.01, 0.01, 0, false, n};
}

template <class StageType, class Options>
void run(benchmark::State& state, const Options& options, const StreamSpec& spec) {
  if (validate(options, spec)) return state.SkipWithError("options");
  std::vector<std::byte> memory(std::size_t{16} << 20U);
  Arena arena(memory);
  StageType stage(options, spec, arena);
  constexpr std::size_t n_traces = 256;
  std::vector<std::vector<Sample>> in(n_traces, std::vector<Sample>(to_size(spec.n_samples)));
  unsigned seed = 1;
  const Index n = spec.channel_samples();
  for (auto& trace : in)
    for (std::size_t i = 0; i < trace.size(); ++i) {
      seed = seed * 1664525U + 1013904223U;
      const double decay = 20.0 * std::exp(-0.2 * static_cast<double>(static_cast<Index>(i) % n));
      trace[i] = static_cast<Sample>(decay + static_cast<double>(seed >> 16U) / 32768.0 - 1.0);
    }
  std::vector<Sample> out(to_size(stage.output().n_samples));
  TraceTag tag;
  TraceTag result;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    stage.push(in[static_cast<std::size_t>(tag.index) % n_traces], tag);
    while (stage.pull(out, result)) benchmark::DoNotOptimize(out.data());
    ++tag.index;
  }
  bench::report(state, spec.n_samples, before);
  state.counters["real_time"] = benchmark::Counter(static_cast<double>(state.iterations()) * spec.trace_interval_s,
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void baseline(benchmark::State& state) { run<emi::Baseline>(state, emi::BaselineOptions{}, tones(state)); }
void balance_learnt(benchmark::State& state) {
  run<emi::GroundBalance>(state, emi::GroundBalanceOptions{}, tones(state));
}
void balance_model(benchmark::State& state) {
  run<emi::GroundBalance>(state, emi::GroundBalanceOptions{.method = emi::BalanceMethod::model}, gates(state));
}
void score_tones(benchmark::State& state) { run<emi::TargetScore>(state, emi::TargetScoreOptions{}, tones(state)); }
void score_gates(benchmark::State& state) { run<emi::TargetScore>(state, emi::TargetScoreOptions{}, gates(state)); }
void phases(benchmark::State& state) { run<emi::PhaseFeatures>(state, emi::PhaseFeaturesOptions{}, tones(state)); }
void decays(benchmark::State& state) { run<emi::DecayFeatures>(state, emi::DecayFeaturesOptions{}, gates(state)); }
void relaxations(benchmark::State& state) {
  run<emi::RelaxationFeatures>(state, emi::RelaxationFeaturesOptions{}, tones(state));
}
// Every trace looked at; with least_score only where something was found.
void polarizability_tones(benchmark::State& state) {
  run<emi::PolarizabilityFeatures>(state, emi::PolarizabilityFeaturesOptions{}, tones(state));
}
void polarizability_gates(benchmark::State& state) {
  run<emi::PolarizabilityFeatures>(state, emi::PolarizabilityFeaturesOptions{}, gates(state));
}

BENCHMARK(baseline)->Name("emi.baseline")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(balance_learnt)->Name("emi.ground_balance/learnt")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(balance_model)->Name("emi.ground_balance/model")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(score_tones)->Name("emi.target_score/tones")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(score_gates)->Name("emi.target_score/gates")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(phases)->Name("emi.phase_features")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(decays)->Name("emi.decay_features")->Arg(1)->Arg(2);
BENCHMARK(relaxations)->Name("emi.relaxation_features")->Arg(1)->Arg(2);
BENCHMARK(polarizability_tones)->Name("emi.polarizability_features/tones")->Arg(1)->Arg(2)->Arg(48);
BENCHMARK(polarizability_gates)->Name("emi.polarizability_features/gates")->Arg(1)->Arg(2)->Arg(48);

}  // namespace
