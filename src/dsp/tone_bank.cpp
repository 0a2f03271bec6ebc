// SPDX-License-Identifier: MIT
#include <surefoot/dsp/tone_bank.hpp>

#include <surefoot/dsp/dense.hpp>

#include <algorithm>

namespace surefoot::dsp {

ToneBank::ToneBank(Index n_tones, Index n_channels, Arena& arena) noexcept
    : n_tones_(n_tones),
      n_channels_(n_channels),
      steps_(arena.take<TurnStep>(n_tones)),
      samples_(arena.take<double>(n_channels * segment)),
      table_(arena.take<double>(chunk * padded(2 * n_tones))),
      turned_(arena.take<double>(chunks * 2 * n_tones)),
      products_(arena.take<double>(chunks * padded(2 * n_tones))),
      start_(arena.take<double>(2 * n_tones)) {}

void ToneBank::set(Index k, const TurnStep& step) noexcept {
  steps_[to_size(k)] = step;
  const std::size_t stride = to_size(padded(2 * n_tones_));
  const std::size_t at = 2 * to_size(k);
  for (Index m = 0; m < chunk; ++m) {
    const Phasor p = phasor(turns_at(step, m));
    table_[to_size(m) * stride + at] = p.re;
    table_[to_size(m) * stride + at + 1] = -p.im;
  }
  for (Index j = 0; j < chunks; ++j) {
    const Phasor p = phasor(turns_at(step, j * chunk));
    turned_[to_size(j * 2 * n_tones_) + at] = p.re;
    turned_[to_size(j * 2 * n_tones_) + at + 1] = -p.im;
  }
}

void ToneBank::add(std::int64_t first, Index n, std::span<double> sums) noexcept {
  if (n <= 0) return;
  const Index n_chunks = (n + chunk - 1) / chunk;
  const Dense table{table_.data(), chunk, 2 * n_tones_};
  const Dense products{products_.data(), n_chunks, 2 * n_tones_};
  const std::size_t width = 2 * to_size(n_tones_);
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    const Phasor p = phasor(turns_at(steps_[k], first));
    start_[2 * k] = p.re;
    start_[2 * k + 1] = -p.im;
  }
  for (Index c = 0; c < n_channels_; ++c) {
    const std::span<double> x = samples(c);
    std::fill(x.begin() + n, x.begin() + n_chunks * chunk, 0.0);
    multiply({x.data(), n_chunks, chunk}, table, products);
    // Chunks are turned and added in place, into the first row: its own phasor is 1.
    double* const sum = products.row(0);
    for (Index j = 1; j < n_chunks; ++j) {
      const double* const p = products.row(j);
      const double* const t = turned_.data() + to_size(j) * width;
      for (std::size_t i = 0; i < width; i += 2) {
        sum[i] += p[i] * t[i] - p[i + 1] * t[i + 1];
        sum[i + 1] += p[i] * t[i + 1] + p[i + 1] * t[i];
      }
    }
    double* const to = sums.data() + to_size(c) * width;
    for (std::size_t i = 0; i < width; i += 2) {
      to[i] += sum[i] * start_[i] - sum[i + 1] * start_[i + 1];
      to[i + 1] += sum[i] * start_[i + 1] + sum[i + 1] * start_[i];
    }
  }
}

}  // namespace surefoot::dsp
