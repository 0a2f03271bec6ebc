// SPDX-License-Identifier: MIT
#include <surefoot/dsp/gradient_histogram.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace surefoot::dsp {
namespace {

double down(const Picture& p, Index i, Index j) noexcept {
  return static_cast<double>(p.at(i + 1, j)) - static_cast<double>(p.at(i - 1, j));
}
double across(const Picture& p, Index i, Index j) noexcept {
  return static_cast<double>(p.at(i, j + 1)) - static_cast<double>(p.at(i, j - 1));
}

// Share the magnitude between the two bins whose centres lie around the angle, which is given in bins from 0 on.
void vote(double place, double magnitude, Index bins, double* histogram) noexcept {
  const double shifted = place - 0.5;
  const double below = std::floor(shifted);
  const double share = shifted - below;
  Index low = static_cast<Index>(below);
  Index high = low + 1;
  if (low < 0) low += bins;
  if (high >= bins) high -= bins;
  histogram[low] += magnitude * (1.0 - share);
  histogram[high] += magnitude * share;
}

template <class Vector>
void to_unit_length(Vector& v) noexcept {
  constexpr double least = 1e-5;
  double squares = 0.0;
  for (const double x : v) squares += x * x;
  const double length = std::sqrt(squares + least * least);
  for (double& x : v) x /= length;
}

}  // namespace

void cell_histograms(const Picture& picture, const GradientCells& cells, std::span<double> histograms) noexcept {
  std::fill(histograms.begin(), histograms.end(), 0.0);
  const auto bins = static_cast<double>(cells.bins);
  for (Index i = 0; i < std::min(picture.rows, cells.rows * cells.cell_rows); ++i)
    for (Index j = 0; j < std::min(picture.columns, cells.columns * cells.cell_columns); ++j) {
      const double r = i > 0 && i + 1 < picture.rows ? down(picture, i, j) : 0.0;
      const double c = j > 0 && j + 1 < picture.columns ? across(picture, i, j) : 0.0;
      const double magnitude = std::sqrt(r * r + c * c);
      if (!(magnitude > 0.0)) continue;
      double half_turns = atan2(r, c) / pi;  // (-1, 1]
      if (half_turns < 0.0) half_turns += 1.0;
      if (half_turns >= 1.0) half_turns -= 1.0;
      const Index cell = (i / cells.cell_rows) * cells.columns + j / cells.cell_columns;
      vote(half_turns * bins, magnitude, cells.bins, histograms.data() + cell * cells.bins);
    }
}

void block_features(std::span<const double> histograms, const GradientCells& cells,
                    std::span<float> features) noexcept {
  constexpr double most = 0.2;
  std::size_t at = 0;
  for (Index i = 0; i + 1 < cells.rows; ++i)
    for (Index j = 0; j + 1 < cells.columns; ++j) {
      std::array<double, std::size_t{4} * 18> block{};
      const auto v = std::span(block).first(to_size(4 * std::min<Index>(cells.bins, 18)));
      std::size_t k = 0;
      for (const auto& [down_cells, across_cells] : {std::array<Index, 2>{0, 0}, {0, 1}, {1, 0}, {1, 1}}) {
        const Index cell = (i + down_cells) * cells.columns + j + across_cells;
        for (Index b = 0; b < cells.bins; ++b) v[k++] = histograms[to_size(cell * cells.bins + b)];
      }
      to_unit_length(v);
      for (double& x : v) x = std::min(x, most);
      to_unit_length(v);
      for (const double x : v) features[at++] = static_cast<float>(x);
    }
}

void edge_histogram(const Picture& picture, Index first_row, Index n_rows, float threshold,
                    std::span<float> histogram) noexcept {
  constexpr float root2 = 1.41421356F;
  std::array<Index, to_size(n_edge_kinds)> counts{};
  Index all = 0;
  const Index end = std::min(picture.rows, first_row + n_rows);
  for (Index i = first_row; i + 1 < end; ++i)
    for (Index j = 0; j + 1 < picture.columns; ++j, ++all) {
      const float a = picture.at(i, j);
      const float b = picture.at(i, j + 1);
      const float c = picture.at(i + 1, j);
      const float d = picture.at(i + 1, j + 1);
      const std::array<float, to_size(n_edge_kinds)> strength{std::abs((a + b) - (c + d)), std::abs((a + c) - (b + d)),
                                                              root2 * std::abs(a - d), root2 * std::abs(b - c),
                                                              2.0F * std::abs((a + d) - (b + c))};
      const auto strongest = std::max_element(strength.begin(), strength.end());
      if (*strongest > threshold) ++counts[static_cast<std::size_t>(strongest - strength.begin())];
    }
  for (std::size_t k = 0; k < counts.size(); ++k)
    histogram[k] = all == 0 ? 0.0F : static_cast<float>(static_cast<double>(counts[k]) / static_cast<double>(all));
}

void to_unit_rms(std::span<float> pixels) noexcept {
  const double power = mean_square(ConstTraceRef(pixels.data(), pixels.size()));
  if (!(power > 0.0)) return;
  const double gain = 1.0 / std::sqrt(power);
  for (float& x : pixels) x = static_cast<float>(static_cast<double>(x) * gain);
}

}  // namespace surefoot::dsp
