// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/spec.hpp>

#include <cmath>
#include <vector>

/// Streams of a metal detector as tests need them: listed tones or gates, a trace every 10 ms.
namespace surefoot::test {

/// n numbers from `first` to `last`, each by the same factor above the one before.
inline std::vector<double> log_spaced_values(Index n, double first, double last) {
  std::vector<double> out;
  for (Index i = 0; i < n; ++i)
    out.push_back(first * std::pow(last / first, static_cast<double>(i) / static_cast<double>(n - 1)));
  return out;
}
inline NumberList log_spaced(Index n, double first, double last) {
  NumberList out;
  for (const double x : log_spaced_values(n, first, last)) out.values[to_size(out.count++)] = x;
  return out;
}

/// The tones of a head with 21 of them.
inline std::vector<double> usual_tones() { return log_spaced_values(21, 330.0, 90030.0); }

inline StreamSpec tone_spec(const NumberList& tones, Index n_channels = 1) {
  return {{AxisKind::sweep, 0.0, 0.0, tones}, 2 * tones.count * n_channels, 0.01, 0.0, 0, false, n_channels};
}
inline StreamSpec gate_spec(const NumberList& edges, Index n_channels = 1) {
  return {{AxisKind::gates, 0.0, 0.0, edges}, (edges.count - 1) * n_channels, 0.01, 0.0, 0, false, n_channels};
}

}  // namespace surefoot::test
