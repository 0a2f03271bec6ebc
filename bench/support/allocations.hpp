// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>

namespace surefoot::bench {

/// Calls of operator new since the start of the program: allocations.cpp replaces it with one that counts.
[[nodiscard]] std::int64_t allocations() noexcept;

/// Set the counters that every benchmark reports: traces/s, ns/sample and allocations a trace (before: at the loop's start).
inline void report(benchmark::State& state, std::int64_t n_samples, std::int64_t before) {
  const std::int64_t allocated = allocations() - before;  // first: the counters below allocate
  const auto traces = static_cast<double>(state.iterations());
  state.counters["traces/s"] = benchmark::Counter(traces, benchmark::Counter::kIsRate);
  state.counters["s/sample"] = benchmark::Counter(traces * static_cast<double>(n_samples),
                                                  benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["allocations"] = static_cast<double>(allocated);
}

}  // namespace surefoot::bench
