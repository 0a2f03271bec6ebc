// SPDX-License-Identifier: MIT
#pragma once

#include "support/allocations.hpp"

#include <surefoot/pipeline/pipeline.hpp>

#include <cmath>
#include <vector>

namespace surefoot::bench {

/// A direct wave, a layer and noise: what a background and a score have to work on. Tags carry distance.
struct Traffic {
  static constexpr std::size_t n_traces = 1024;
  StreamSpec spec;
  std::vector<std::vector<Sample>> traces;
  std::vector<TraceTag> tags;

  explicit Traffic(Index n_samples, double step_s = 0.035e-9)
      : spec{{AxisKind::two_way_time, -1e-9, step_s}, n_samples, 0.01, 0.01, 0}, traces(n_traces), tags(n_traces) {
    unsigned seed = 1;
    for (std::size_t k = 0; k < n_traces; ++k) {
      traces[k].resize(to_size(n_samples));
      tags[k].index = static_cast<std::int64_t>(k);
      tags[k].distance_m = 0.01 * static_cast<double>(k);
      for (Index i = 0; i < n_samples; ++i) {
        seed = seed * 1664525U + 1013904223U;
        const double t = spec.axis.at(i) * 1e9;
        const double noise = static_cast<double>(seed >> 16U) / 32768.0 - 1.0;
        const double wave =
            100.0 * std::exp(-20.0 * t * t) * std::cos(6.0 * t) + 20.0 * std::exp(-10.0 * (t - 6.0) * (t - 6.0));
        traces[k][to_size(i)] = static_cast<Sample>(wave + noise);
      }
    }
  }
};

/// Push one trace and pull what is ready, again and again: the live path of a whole pipeline.
inline void push_and_pull(benchmark::State& state, const Description& description, const Traffic& traffic) {
  Pipeline pipeline(description, traffic.spec);
  std::vector<Sample> out(to_size(pipeline.output().n_samples));
  TraceTag tag;
  Alarm alarm;
  std::size_t k = 0;
  const std::int64_t before = allocations();
  for (auto _ : state) {
    pipeline.push(std::span<const Sample>(traffic.traces[k]), traffic.tags[k]);
    while (pipeline.pull(std::span<Sample>(out), tag)) benchmark::DoNotOptimize(out.data());
    while (pipeline.pull_alarm(alarm)) benchmark::DoNotOptimize(alarm.id);
    k = k + 1 == Traffic::n_traces ? 0 : k + 1;
  }
  report(state, traffic.spec.n_samples, before);
  state.counters["bytes"] = static_cast<double>(pipeline.bytes());
}

}  // namespace surefoot::bench
