// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/ring.hpp>
#include <surefoot/dsp/complex_fft.hpp>
#include <surefoot/dsp/real_fft.hpp>

#include <complex>
#include <vector>

namespace surefoot::gpr {

/// A line taken apart into wavenumbers across its traces, and put together again: what gpr.stolt and gpr.phase_shift share.
///
///   U_k[i] = sum_j w_j u_j[i] e^(-2 pi i j k / n_across),  k = 0 .. n_across/2;  the rest follows from U_(-k) = conj U_k
///   w_j = sin^2(pi/2 (d + 1/2) / taper),  d = traces to the nearer end of the line, for d < taper, else 1
///
/// Memory goes by blocks of 16 rows: gathered from the traces, transformed in the second cache, scattered to one contiguous
/// complex trace for each wavenumber; the same backwards. Nothing transforms the line as a whole.
///
/// Shape     trace(k) has n_rows values: as many samples as came in or go out, whichever are more.
/// Edges     the line stands at the start of n_across traces, the rest are zeros. taper shrinks to a quarter of the line.
/// Threads   parts of the rows; every value is computed in the same way whatever the number of threads.
/// Cost      one transform a row and three passes over the line each way; nothing allocates after construction. The
///           transforms' own plans come from the heap.
/// @source   our own; the blocking follows Frigo and Johnson, Proc. IEEE 93(2), 2005, section III
class WavenumberLine {
 public:
  using Complex = std::complex<float>;

  WavenumberLine(Index n_rows, Index n_across, Arena& arena) noexcept;

  /// False if the memory of a transform could not be had.
  [[nodiscard]] bool ok() const noexcept;
  /// Number of wavenumbers; wavenumber k is k / (n_across spacing) cycles a metre.
  [[nodiscard]] Index count() const noexcept { return n_across_ / 2 + 1; }
  [[nodiscard]] Index n_across() const noexcept { return n_across_; }
  /// Threads that were asked for when this was built.
  [[nodiscard]] Index workers() const noexcept { return workers_; }

  /// Take a line apart: rows 0 .. n_samples-1 of each trace(k).
  void forward(const ColumnRing& line, Index n_samples, Index taper_traces) noexcept;
  [[nodiscard]] std::span<Complex> trace(Index k) noexcept {
    return spectra_.subspan(to_size(k * stride_), to_size(n_rows_));
  }
  /// Put rows 0 .. n_samples-1 together again, into the columns that line has.
  void backward(ColumnRing& line, Index n_samples) noexcept;

 private:
  static constexpr Index block = 16;

  [[nodiscard]] std::span<float> rows(Index worker) noexcept;
  [[nodiscard]] std::span<Complex> row_spectra(Index worker) noexcept;

  Index n_rows_;
  Index n_across_;
  Index workers_;
  Index stride_;           // of spectra_: no power of two, so that neighbours do not fall on one cache set
  Index row_stride_;       // of the rows of a block
  Index spectrum_stride_;  // of their spectra
  std::span<Complex> spectra_;
  std::span<float> rows_;
  std::span<Complex> row_spectra_;
  std::vector<dsp::RealFft> transforms_;  // one a worker
};

/// One complex transform a worker: along time or depth.
class WorkerFfts {
 public:
  WorkerFfts(Index n, Index workers, Arena& arena) noexcept;
  [[nodiscard]] bool ok() const noexcept;
  [[nodiscard]] dsp::ComplexFft& of(Index worker) noexcept { return transforms_[to_size(worker)]; }

 private:
  std::vector<dsp::ComplexFft> transforms_;
};

}  // namespace surefoot::gpr
