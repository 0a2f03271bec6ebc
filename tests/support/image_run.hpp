// SPDX-License-Identifier: MIT
#pragma once

#include "support/point_spread.hpp"
#include "support/stage_run.hpp"

#include <surefoot/base/line.hpp>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

/// One imaging stage over a line, and what the image of a point should look like.
namespace surefoot::test {

struct ImageRun {
  Image image;
  std::vector<TraceTag> tags;
  TraceAxis axis;
  std::array<Note, 8> notes{};
  Index n_notes = 0;

  [[nodiscard]] double note(const std::string& name) const {
    for (Index k = 0; k < n_notes; ++k)
      if (name == notes[to_size(k)].name) return notes[to_size(k)].value;
    return std::numeric_limits<double>::quiet_NaN();
  }
};

template <class StageType, class Options>
ImageRun image_line(const Options& options, const Line& line) {
  Single<StageType> stage(options, line.spec());
  for (Index m = 0; m < line.n_traces(); ++m) stage.push(line.trace(m), line.tags[to_size(m)]);
  stage->finish();
  stage.pull();
  ImageRun out{image_of(stage.traces), stage.tags, stage->output().axis};
  out.n_notes = stage->notes(out.notes);
  return out;
}

/// The analytic image of a point by plain sums over frequency and traces, without any interpolation:
///   A(P) = sum over f of S(f) sum over m of w_m(P) e^(2 pi j f (t_m(P) - t_m(point))),  S of a Ricker wave, times f^power.
template <class Delay, class Weight>
double point_response(double centre_hz, double power, Index n_traces, const Delay& delay, const Weight& weight) {
  std::complex<double> sum{};
  constexpr int n_frequencies = 160;
  std::vector<double> late(to_size(n_traces));
  std::vector<double> w(to_size(n_traces));
  for (Index m = 0; m < n_traces; ++m) {
    late[to_size(m)] = delay(m);
    w[to_size(m)] = weight(m);
  }
  for (int k = 1; k <= n_frequencies; ++k) {
    const double u = 3.5 * k / n_frequencies;
    const double size = u * u * std::exp(-u * u) * std::pow(u, power);
    for (std::size_t m = 0; m < late.size(); ++m)
      sum += size * w[m] * std::polar(1.0, 2.0 * std::numbers::pi * u * centre_hz * late[m]);
  }
  return std::abs(sum);
}

/// Full width at half the peak of a function of one coordinate whose peak is at 0.
template <class F>
double width_of(const F& f, double step) {
  const double half = 0.5 * f(0.0);
  double width = 0.0;
  for (const double sign : {-1.0, 1.0}) {
    double before = f(0.0);
    for (double s = step;; s += step) {
      const double here = f(sign * s);
      if (here < half) {
        width += s - step * (half - here) / (before - here);
        break;
      }
      before = here;
    }
  }
  return width;
}

}  // namespace surefoot::test
