// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/types.hpp>
#include <surefoot/dsp/growing_qr.hpp>
#include <surefoot/dsp/nnls.hpp>

#include <array>

namespace surefoot::dsp {

/// One member of a family of curves, at the place e^log_place, and its rate of change by log_place.
struct LineShape {
  void (*at)(const void* context, double log_place, std::span<double> value, std::span<double> slope) noexcept;
  const void* context;
};

/// strength times the curve at e^log_place; sigmas are standard errors. The natural logarithm of the place is what noise
/// spreads evenly: one decade is 2.303.
struct SpectrumLine {
  double log_place;
  double strength;
  double log_place_sigma;
  double strength_sigma;
};

struct LineSpectrumOptions {
  double log_first = 0.0;  ///< ends of the grid, natural logarithm of the place
  double log_last = 1.0;
  Index grid = 100;          ///< its points, at least 2
  Index most_lines = 6;      ///< 1 to LineSpectrum::most_lines
  bool any_sign = false;     ///< strengths may be negative
  bool refine = true;        ///< lines leave the grid
  bool known_noise = false;  ///< weights are 1 / sigma, so that the rest has a variance of 1; otherwise it is estimated
};

/// Data as a sum of few curves of one family, which and how many unknown: y = sum f_j free_j + sum c_k shape(z_k) + noise.
///
///   positive strengths: non-negative least squares on a grid of places; neighbours on the grid are one line, at the mean of
///     ln z weighted by c; places are refined by variable projection; then line by line the weakest is taken out or the
///     nearest two are joined, whichever fits better, all refined again, and the count with the least BIC is kept
///   any sign: from no line on, the grid point that takes most out of the rest is added, all places refined, while BIC falls;
///     then lines are taken out as above
///   BIC = m ln(rest^2 / m) + (free + 2 K) ln m, or rest^2 + (free + 2 K) ln m where the noise is known
///
/// Shape     m numbers of data, as many weights; free columns m numbers each, one after the other.
/// Units     of the family.
/// Edges     data that are not finite: no line, false. A place that runs to an end of the grid stays there. A rest that is only
///           rounding (1e-14 of the data) supports no further line. As many unknowns as data: sigmas are infinite. Sigmas are
///           those of the model that was chosen and do not know that another was possible.
/// Cost      with m = 42, 101 columns and 2 lines 40 to 110 us. 2 (grid + 30) m doubles. No allocation after construction. The
///           same bits everywhere where the shape has them.
/// Not       for dense spectra: what lies nearer than the data can resolve comes out as one line at the mean.
/// @source   Wei, Scott and McClellan, IEEE TGRS 48(3), 2010 (grid and NNLS); Golub and Pereyra, Inverse Problems 19, 2003, and
///           Kaufman, BIT 15, 1975 (projection); Schwarz, Annals of Statistics 6, 1978 (BIC); the search over counts is our own
class LineSpectrum {
 public:
  static constexpr Index most_lines = 8;
  static constexpr Index most_free = 4;

  LineSpectrum(Index rows, Index free, const LineSpectrumOptions& options, Arena& arena) noexcept;

  /// Make the grid: before the first fit, and when family, free columns or weights change. The context must outlive its use.
  void prepare(const LineShape& shape, std::span<const double> free_columns, std::span<const double> weights) noexcept;
  /// Find the lines; false where there is no answer. A search on the grid that did not end is not a failure.
  [[nodiscard]] bool fit(std::span<const double> data) noexcept;

  /// In the order of their places.
  [[nodiscard]] std::span<const SpectrumLine> lines() const noexcept { return {lines_.data(), to_size(best_.count)}; }
  [[nodiscard]] std::span<const double> free() const noexcept { return {best_.free.data(), to_size(free_)}; }
  [[nodiscard]] std::span<const double> free_sigma() const noexcept { return {free_sigma_.data(), to_size(free_)}; }
  /// Sum of squares of the weighted rest, and its degrees of freedom.
  [[nodiscard]] double rest() const noexcept { return best_.rest; }
  [[nodiscard]] Index degrees() const noexcept { return rows_ - free_ - 2 * best_.count; }

 private:
  struct Model {
    Index count = 0;
    double rest = 0.0;
    double bic = 0.0;
    std::array<double, most_lines> place{};
    std::array<double, most_lines> strength{};
    std::array<double, most_free> free{};
  };

  void curve(double log_place, std::span<double> value, std::span<double> slope) noexcept;
  [[nodiscard]] bool evaluate(Model& model) noexcept;
  [[nodiscard]] bool polish(Model& model, double least_share) noexcept;
  [[nodiscard]] bool settle(Model& model) noexcept;
  void consider(const Model& model) noexcept;
  void start_on_grid(Model& model) noexcept;
  [[nodiscard]] bool add_line(Model& model) noexcept;
  void grow(Model& model) noexcept;
  void thin(Model model) noexcept;
  void find_sigmas() noexcept;

  LineSpectrumOptions options_;
  Index rows_;
  Index free_;
  LineShape shape_{nullptr, nullptr};
  Model best_;
  double least_rest_ = 0.0;
  std::array<SpectrumLine, most_lines> lines_{};
  std::array<double, most_free> free_sigma_{};
  Nnls nnls_;
  GrowingQr qr_;
  std::span<double> columns_;  // free and grid, weighted
  std::span<double> weights_;
  std::span<double> data_;  // weighted
  std::span<double> rest_;
  std::span<double> slopes_;  // of the lines of the last evaluate(), weighted
  std::span<double> work_;
  std::span<double> on_grid_;
};

}  // namespace surefoot::dsp
