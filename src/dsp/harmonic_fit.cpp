// SPDX-License-Identifier: MIT
#include <surefoot/dsp/harmonic_fit.hpp>

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::dsp {
HarmonicFit::HarmonicFit(Index n_harmonics, Index n_channels, Arena& arena) noexcept
    : n_harmonics_(n_harmonics),
      n_channels_(n_channels),
      n_unknowns_(2 * n_harmonics + 1),
      bank_(n_harmonics + 1, n_channels, arena),
      sums_(arena.take<double>(2 * (n_harmonics + 1) * n_channels)),
      cosines_(arena.take<double>(2 * (2 * n_harmonics + 1))),
      matrix_(arena.take<double>(n_unknowns_ * n_unknowns_)),
      solution_(arena.take<double>(n_unknowns_ * n_channels)),
      waves_(arena.take<double>(2 * n_harmonics * ToneBank::chunk)),
      steps_(arena.take<TurnStep>(n_harmonics)),
      starts_(arena.take<Phasor>(n_harmonics)) {}

void HarmonicFit::sum_samples(std::span<const HarmonicRun> runs) noexcept {
  std::fill(sums_.begin(), sums_.end(), 0.0);
  Index first = 0;
  Index waiting = 0;
  for (const HarmonicRun& run : runs) {
    if (waiting > 0 && run.first != first + waiting) {
      bank_.add(first, waiting, sums_);
      waiting = 0;
    }
    for (Index done = 0; done < run.n;) {
      if (waiting == 0) first = run.first + done;
      const Index now = std::min(run.n - done, ToneBank::segment - waiting);
      for (Index c = 0; c < n_channels_; ++c) {
        const Sample* const x = run.samples + c * run.stride + done;
        double* const to = bank_.samples(c).data() + waiting;
        for (Index i = 0; i < now; ++i) to[i] = static_cast<double>(x[i]);
      }
      done += now;
      waiting += now;
      if (waiting < ToneBank::segment) continue;
      bank_.add(first, waiting, sums_);
      waiting = 0;
    }
  }
  bank_.add(first, waiting, sums_);
}

void HarmonicFit::sum_cosines(std::span<const HarmonicRun> runs, double turns) noexcept {
  std::fill(cosines_.begin(), cosines_.end(), 0.0);
  for (std::size_t r = 0; r < runs.size();) {
    // Runs that meet are one.
    const auto first = static_cast<double>(runs[r].first);
    Index length = runs[r].n;
    for (++r; r < runs.size() && runs[r].first == runs[r - 1].first + runs[r - 1].n; ++r) length += runs[r].n;
    const auto n = static_cast<double>(length);
    cosines_[0] += n;
    for (std::size_t m = 1; 2 * m < cosines_.size(); ++m) {
      const double t = turns * static_cast<double>(m);
      const double sum = sin(pi * t * n) / sin(pi * t);
      const double middle = 2.0 * pi * t * (first + 0.5 * (n - 1.0));
      cosines_[2 * m] += sum * cos(middle);
      cosines_[2 * m + 1] += sum * sin(middle);
    }
  }
}

// Cholesky's factor of the normal equations, in place.
bool HarmonicFit::factor() noexcept {
  const std::size_t n = to_size(n_unknowns_);
  const auto sum_of = [this](Index m, std::size_t part) noexcept {
    const double v = cosines_[2 * to_size(m < 0 ? -m : m) + part];
    return part == 1 && m < 0 ? -v : v;
  };
  // Unknown 0 is the constant; 2 h - 1 and 2 h are cosine and sine of harmonic h.
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const auto h = static_cast<Index>((i + 1) / 2);
      const auto k = static_cast<Index>((j + 1) / 2);
      const bool sine_i = i > 0 && i % 2 == 0;
      const bool sine_j = j > 0 && j % 2 == 0;
      double v = 0.0;
      if (!sine_i && !sine_j) v = 0.5 * (sum_of(h - k, 0) + sum_of(h + k, 0));
      else if (sine_i && sine_j) v = 0.5 * (sum_of(h - k, 0) - sum_of(h + k, 0));
      else if (sine_i) v = 0.5 * (sum_of(h + k, 1) + sum_of(h - k, 1));
      else v = 0.5 * (sum_of(h + k, 1) - sum_of(h - k, 1));
      matrix_[i * n + j] = v;
    }
  const double least = 1e-10 * cosines_[0];
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double v = matrix_[i * n + j];
      for (std::size_t k = 0; k < j; ++k) v -= matrix_[i * n + k] * matrix_[j * n + k];
      if (j < i) matrix_[i * n + j] = v / matrix_[j * n + j];
      else if (v > least) matrix_[i * n + i] = std::sqrt(v);
      else return false;
    }
  return true;
}

double HarmonicFit::evaluate(std::span<const HarmonicRun> runs, double hz) noexcept {
  for (Index h = 0; h <= n_harmonics_; ++h) bank_.set(h, turn_step(static_cast<double>(h) * hz, rate_hz_));
  sum_cosines(runs, hz / rate_hz_);
  if (!factor()) return -1.0;
  sum_samples(runs);
  const std::size_t n = to_size(n_unknowns_);
  double energy = 0.0;
  for (Index c = 0; c < n_channels_; ++c) {
    const double* const s = sums_.data() + 2 * to_size(c * (n_harmonics_ + 1));
    double* const p = solution_.data() + at(c, 0);
    p[0] = s[0];
    for (std::size_t h = 1; 2 * h < n; ++h) {
      p[2 * h - 1] = s[2 * h];
      p[2 * h] = -s[2 * h + 1];
    }
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) p[i] -= matrix_[i * n + j] * p[j];
      p[i] /= matrix_[i * n + i];
      energy += p[i] * p[i];
    }
    for (std::size_t i = n; i-- > 0;) {
      for (std::size_t j = i + 1; j < n; ++j) p[i] -= matrix_[j * n + i] * p[j];
      p[i] /= matrix_[i * n + i];
    }
    // The constant alone is no harmonic.
    energy -= s[0] * s[0] / cosines_[0];
  }
  return energy;
}

bool HarmonicFit::fit(std::span<const HarmonicRun> runs, double rate_hz, double near_hz, double reach_hz) noexcept {
  rate_hz_ = rate_hz;
  Index samples = 0;
  for (const HarmonicRun& run : runs) samples += run.n;
  if (static_cast<double>(samples) * near_hz < rate_hz) return false;
  const double span_s = static_cast<double>(runs.back().first + runs.back().n - runs.front().first) / rate_hz;
  const double lobe_hz = 1.0 / (static_cast<double>(n_harmonics_) * span_s);
  // A grid of at most 0.4 lobes of the highest harmonic: from 0.2 lobes away Newton's steps converge, from 0.3 they overshoot.
  const double n_steps = reach_hz > 0.2 * lobe_hz ? std::ceil(reach_hz / (0.4 * lobe_hz)) : 0.0;
  const auto n_side = static_cast<Index>(std::min(1000.0, n_steps));
  double best = near_hz;
  double most = evaluate(runs, near_hz);
  if (most < 0.0) return false;
  for (Index i = -n_side; i <= n_side; ++i) {
    if (i == 0) continue;
    const double hz = near_hz + reach_hz * static_cast<double>(i) / static_cast<double>(n_side);
    if (const double here = evaluate(runs, hz); here > most) {
      most = here;
      best = hz;
    }
  }
  if (reach_hz > 0.0)
    for (const double step : {0.1 * lobe_hz, 0.01 * lobe_hz, 0.001 * lobe_hz}) {
      const double below = evaluate(runs, best - step);
      const double here = evaluate(runs, best);
      const double above = evaluate(runs, best + step);
      const double bend = below - 2.0 * here + above;
      const double move = bend < 0.0 ? 0.5 * step * (below - above) / bend : above > below ? step : -step;
      const double most_move = std::max(4.0 * step, 0.1 * lobe_hz);  // the first step leaves up to 0.05 lobes
      best = std::clamp(best + std::clamp(move, -most_move, most_move), near_hz - reach_hz, near_hz + reach_hz);
    }
  const double energy = evaluate(runs, best);
  if (energy < 0.0) return false;
  frequency_hz_ = best;
  double total = 0.0;
  for (Index c = 0; c < n_channels_; ++c) {
    double squares = 0.0;
    for (const HarmonicRun& run : runs) {
      const Sample* const x = run.samples + c * run.stride;
      for (Index i = 0; i < run.n; ++i) squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    }
    const double sum = sums_[2 * to_size(c * (n_harmonics_ + 1))];
    total += squares - sum * sum / cosines_[0];
  }
  explained_ = energy / cosines_[0];
  left_ = std::max(0.0, total / cosines_[0] - explained_);
  make_waves();
  return true;
}

void HarmonicFit::make_waves() noexcept {
  for (Index h = 1; h <= n_harmonics_; ++h) {
    const TurnStep step = turn_step(static_cast<double>(h) * frequency_hz_, rate_hz_);
    steps_[to_size(h - 1)] = step;
    double* const wave = waves_.data() + 2 * (h - 1) * ToneBank::chunk;
    for (Index m = 0; m < ToneBank::chunk; ++m) {
      const Phasor p = phasor(turns_at(step, m));
      wave[m] = p.re;
      wave[ToneBank::chunk + m] = -p.im;
    }
  }
}

void HarmonicFit::subtract(const HarmonicRun& run, Sample* out) noexcept {
  constexpr Index chunk = ToneBank::chunk;
  for (Index done = 0; done < run.n; done += chunk) {
    const Index n = std::min(chunk, run.n - done);
    for (std::size_t h = 0; h < steps_.size(); ++h) starts_[h] = phasor(turns_at(steps_[h], run.first + done));
    for (Index c = 0; c < n_channels_; ++c) {
      std::array<double, to_size(chunk)> hum{};
      for (Index h = 1; h <= n_harmonics_; ++h) {
        const Phasor& start = starts_[to_size(h - 1)];
        // (a - i b) e^(i start), whose real part with the wave is the harmonic.
        const double re = cosine(c, h) * start.re + sine(c, h) * start.im;
        const double im = cosine(c, h) * start.im - sine(c, h) * start.re;
        const double* const wave = waves_.data() + 2 * (h - 1) * chunk;
        for (Index m = 0; m < chunk; ++m) hum[to_size(m)] += re * wave[m] + im * wave[chunk + m];
      }
      const Sample* const x = run.samples + c * run.stride + done;
      Sample* const y = out + c * run.stride + done;
      for (Index m = 0; m < n; ++m) y[m] = static_cast<Sample>(static_cast<double>(x[m]) - hum[to_size(m)]);
    }
  }
}

}  // namespace surefoot::dsp
