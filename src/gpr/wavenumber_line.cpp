// SPDX-License-Identifier: MIT
#include <surefoot/gpr/wavenumber_line.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

// Whole cache lines, and one more than a multiple of two of them.
Index odd_lines(Index values, Index per_line) noexcept {
  const Index lines = (values + per_line - 1) / per_line;
  return (lines + 1 - lines % 2) * per_line;
}

template <class Fft>
bool all_ok(const std::vector<Fft>& transforms) noexcept {
  return !transforms.empty() && std::all_of(transforms.begin(), transforms.end(), [](const Fft& f) { return f.ok(); });
}

}  // namespace

WavenumberLine::WavenumberLine(Index n_rows, Index n_across, Arena& arena) noexcept
    : n_rows_(n_rows),
      n_across_(n_across),
      workers_(dsp::threads()),
      stride_(odd_lines(n_rows, 8)),
      row_stride_(odd_lines(n_across, 16)),
      spectrum_stride_(odd_lines(n_across / 2 + 1, 8)),
      spectra_(arena.take<Complex>(stride_ * (n_across / 2 + 1))),
      rows_(arena.take<float>(workers_ * block * row_stride_)),
      row_spectra_(arena.take<Complex>(workers_ * block * spectrum_stride_)) {
  if (!arena.ok()) return;
  for (Index worker = 0; worker < workers_; ++worker) transforms_.emplace_back(n_across);
  if (!ok()) arena.fail();
}

bool WavenumberLine::ok() const noexcept { return all_ok(transforms_); }

std::span<float> WavenumberLine::rows(Index worker) noexcept {
  return rows_.subspan(to_size(worker * block * row_stride_), to_size(block * row_stride_));
}
std::span<WavenumberLine::Complex> WavenumberLine::row_spectra(Index worker) noexcept {
  return row_spectra_.subspan(to_size(worker * block * spectrum_stride_), to_size(block * spectrum_stride_));
}

void WavenumberLine::forward(const ColumnRing& line, Index n_samples, Index taper_traces) noexcept {
  const Index n_traces = std::min(line.size(), n_across_);
  const Index taper = std::min(taper_traces, n_traces / 4);
  const auto weight = [&](Index j) noexcept {
    const Index d = std::min(j, n_traces - 1 - j);
    if (d >= taper) return 1.0F;
    const double s = dsp::sin(0.5 * dsp::pi * (static_cast<double>(d) + 0.5) / static_cast<double>(taper));
    return static_cast<float>(s * s);
  };
  const Index n_blocks = (n_samples + block - 1) / block;
  dsp::parallel_for(n_blocks, workers_, [&](Index begin, Index end, Index worker) noexcept {
    const std::span<float> rows = this->rows(worker);
    const std::span<Complex> spectra = row_spectra(worker);
    for (Index b = begin; b < end; ++b) {
      const Index first = b * block;
      const Index n = std::min(block, n_samples - first);
      for (Index j = 0; j < n_traces; ++j) {
        const Sample* const x = line.column(j).data() + first;
        const float w = weight(j);
        float* const to = rows.data() + j;
        for (Index r = 0; r < n; ++r) to[r * row_stride_] = x[r] * w;
      }
      for (Index r = 0; r < n; ++r)
        transforms_[to_size(worker)].forward(
            std::span<const float>(rows).subspan(to_size(r * row_stride_), to_size(n_traces)),
            spectra.subspan(to_size(r * spectrum_stride_), to_size(count())));
      for (Index k = 0; k < count(); ++k) {
        Complex* const to = spectra_.data() + k * stride_ + first;
        const Complex* const from = spectra.data() + k;
        for (Index r = 0; r < n; ++r) to[r] = from[r * spectrum_stride_];
      }
    }
  });
}

void WavenumberLine::backward(ColumnRing& line, Index n_samples) noexcept {
  const Index n_traces = std::min(line.size(), n_across_);
  const Index n_blocks = (n_samples + block - 1) / block;
  dsp::parallel_for(n_blocks, workers_, [&](Index begin, Index end, Index worker) noexcept {
    const std::span<float> rows = this->rows(worker);
    const std::span<Complex> spectra = row_spectra(worker);
    for (Index b = begin; b < end; ++b) {
      const Index first = b * block;
      const Index n = std::min(block, n_samples - first);
      for (Index k = 0; k < count(); ++k) {
        const Complex* const from = spectra_.data() + k * stride_ + first;
        Complex* const to = spectra.data() + k;
        for (Index r = 0; r < n; ++r) to[r * spectrum_stride_] = from[r];
      }
      for (Index r = 0; r < n; ++r) {
        const std::span<float> row = rows.subspan(to_size(r * row_stride_), to_size(n_traces));
        transforms_[to_size(worker)].inverse(spectra.subspan(to_size(r * spectrum_stride_), to_size(count())), row);
        dsp::tidy(row);
      }
      for (Index j = 0; j < n_traces; ++j) {
        Sample* const y = line.column(j).data() + first;
        const float* const from = rows.data() + j;
        for (Index r = 0; r < n; ++r) y[r] = from[r * row_stride_];
      }
    }
  });
}

WorkerFfts::WorkerFfts(Index n, Index workers, Arena& arena) noexcept {
  if (!arena.ok()) return;  // the counting pass: plans would cost milliseconds
  for (Index worker = 0; worker < workers; ++worker) transforms_.emplace_back(n);
  if (!ok()) arena.fail();
}
bool WorkerFfts::ok() const noexcept { return all_ok(transforms_); }

}  // namespace surefoot::gpr
