// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/line.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <vector>

/// How sharp, how straight and how clean the image of a point is. Rows are samples of depth, columns are traces; positions
/// and widths count in rows and columns, and the caller multiplies by the spacings.
namespace surefoot::test {

/// (n_samples, n_traces), as Line::samples, in double.
using Image = Eigen::MatrixXd;

inline Image image_of(const TraceMatrix& samples) { return samples.cast<double>(); }
inline Image image_of(const std::vector<std::vector<Sample>>& traces) {
  Image out(traces.empty() ? 0 : static_cast<Index>(traces.front().size()), static_cast<Index>(traces.size()));
  for (Index j = 0; j < out.cols(); ++j)
    for (Index i = 0; i < out.rows(); ++i) out(i, j) = static_cast<double>(traces[to_size(j)].at(to_size(i)));
  return out;
}

/// Magnitude of the analytic signal along each column.
///
/// Edges     a column is taken as followed by as many zeros, so that the top does not reach the bottom.
/// @source   the definition, by plain sums in double: no FFT that could share an error with what is tested
inline Image envelope(const Image& image) {
  const Index n = image.rows();
  const Index padded = 2 * n;
  std::vector<std::complex<double>> turn(to_size(padded));
  for (Index k = 0; k < padded; ++k)
    turn[to_size(k)] = std::polar(1.0, 2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(padded));
  // The kernel of the analytic signal: positive frequencies twice, zero and half the sampling rate once.
  std::vector<std::complex<double>> kernel(to_size(padded));
  for (Index lag = 0; lag < padded; ++lag) {
    std::complex<double> sum{1.0 + (lag % 2 == 0 ? 1.0 : -1.0), 0.0};
    for (Index k = 1; k < n; ++k) sum += 2.0 * turn[to_size(k * lag % padded)];
    kernel[to_size(lag)] = sum / static_cast<double>(padded);
  }
  Image out(n, image.cols());
  for (Index j = 0; j < image.cols(); ++j)
    for (Index i = 0; i < n; ++i) {
      std::complex<double> sum{};
      for (Index m = 0; m < n; ++m) sum += image(m, j) * kernel[to_size((i - m + padded) % padded)];
      out(i, j) = std::abs(sum);
    }
  return out;
}

/// Value between the pixels: cubic convolution along both axes; positions outside count as the edge.
/// @source   Keys, IEEE Trans. ASSP 29(6), 1981, a = -1/2
inline double value_at(const Image& image, double row, double column) {
  const auto weight = [](double d) {
    d = std::abs(d);
    if (d < 1.0) return (1.5 * d - 2.5) * d * d + 1.0;
    return d < 2.0 ? ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0 : 0.0;
  };
  const auto top = static_cast<Index>(std::floor(row)) - 1;
  const auto left = static_cast<Index>(std::floor(column)) - 1;
  double sum = 0.0;
  for (Index j = left; j < left + 4; ++j)
    for (Index i = top; i < top + 4; ++i)
      sum += weight(row - static_cast<double>(i)) * weight(column - static_cast<double>(j)) *
             image(std::clamp<Index>(i, 0, image.rows() - 1), std::clamp<Index>(j, 0, image.cols() - 1));
  return sum;
}

struct Peak {
  double row = 0.0;
  double column = 0.0;
  double value = 0.0;
};

/// The part of an image from first to last row and column, both included; by default all of it.
struct Box {
  Index first_row = 0;
  Index last_row = std::numeric_limits<Index>::max();
  Index first_column = 0;
  Index last_column = std::numeric_limits<Index>::max();

  [[nodiscard]] bool holds(Index row, Index column) const {
    return row >= first_row && row <= last_row && column >= first_column && column <= last_column;
  }
};

/// The largest value in the box and where it lies between the pixels: a parabola through three pixels along each axis.
/// Edges     on a border of the image the position along that axis is the pixel's. Give it an envelope, or |image|.
inline Peak peak_of(const Image& image, const Box& box = {}) {
  Index row = -1;
  Index column = -1;
  for (Index j = 0; j < image.cols(); ++j)
    for (Index i = 0; i < image.rows(); ++i)
      if (box.holds(i, j) && (row < 0 || image(i, j) > image(row, column))) {
        row = i;
        column = j;
      }
  if (row < 0) return {};
  const auto vertex = [](double before, double at, double after) {
    const double bend = before - 2.0 * at + after;
    return bend < 0.0 ? std::clamp(0.5 * (before - after) / bend, -0.5, 0.5) : 0.0;
  };
  Peak peak{static_cast<double>(row), static_cast<double>(column), 0.0};
  if (row > 0 && row + 1 < image.rows())
    peak.row += vertex(image(row - 1, column), image(row, column), image(row + 1, column));
  if (column > 0 && column + 1 < image.cols())
    peak.column += vertex(image(row, column - 1), image(row, column), image(row, column + 1));
  peak.value = value_at(image, peak.row, peak.column);
  return peak;
}

namespace detail {
/// Length from the peak along (d_row, d_column) to where the image first falls below level * peak; NaN if it never does.
inline double half_width(const Image& image, const Peak& peak, double level, double d_row, double d_column) {
  constexpr double step = 1.0 / 64.0;
  double before = peak.value;
  for (double s = step;; s += step) {
    const double row = peak.row + s * d_row;
    const double column = peak.column + s * d_column;
    if (row < 0.0 || column < 0.0 || row > static_cast<double>(image.rows() - 1) ||
        column > static_cast<double>(image.cols() - 1))
      return std::numeric_limits<double>::quiet_NaN();
    const double here = value_at(image, row, column);
    if (here < level * peak.value) return s - step * (level * peak.value - here) / (before - here);
    before = here;
  }
}
}  // namespace detail

/// Width of the peak along depth, in rows, where it falls to level times its height: 0.5 for -6 dB, 0.7079 for -3 dB.
/// NaN if it does not fall so far inside the image. Give it an envelope.
inline double width_along_depth(const Image& image, const Peak& peak, double level) {
  return detail::half_width(image, peak, level, -1.0, 0.0) + detail::half_width(image, peak, level, 1.0, 0.0);
}
/// The same across traces, in columns.
inline double width_across_traces(const Image& image, const Peak& peak, double level) {
  return detail::half_width(image, peak, level, 0.0, -1.0) + detail::half_width(image, peak, level, 0.0, 1.0);
}

/// The largest |value| outside a box of half_rows and half_columns around the peak: what wrapped around or rings.
inline double largest_outside(const Image& image, const Peak& peak, double half_rows, double half_columns) {
  double largest = 0.0;
  for (Index j = 0; j < image.cols(); ++j)
    for (Index i = 0; i < image.rows(); ++i)
      if (std::abs(static_cast<double>(i) - peak.row) > half_rows ||
          std::abs(static_cast<double>(j) - peak.column) > half_columns)
        largest = std::max(largest, std::abs(image(i, j)));
  return largest;
}

/// The largest |difference| between the image and its mirror image about a column (or half column), over its largest
/// |value|. Columns whose mirror lies outside are left out.
inline double asymmetry(const Image& image, double mirror_column) {
  double largest = 0.0;
  double difference = 0.0;
  for (Index j = 0; j < image.cols(); ++j) {
    const auto other = static_cast<Index>(std::lround(2.0 * mirror_column - static_cast<double>(j)));
    if (other < 0 || other >= image.cols()) continue;
    largest = std::max(largest, image.col(j).cwiseAbs().maxCoeff());
    difference = std::max(difference, (image.col(j) - image.col(other)).cwiseAbs().maxCoeff());
  }
  return largest > 0.0 ? difference / largest : 0.0;
}

}  // namespace surefoot::test
