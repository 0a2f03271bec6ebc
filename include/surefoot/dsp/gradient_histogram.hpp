// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <span>

namespace surefoot::dsp {

/// A small picture as rows of equal length, one after the other: row i is what lies at one place along the first side.
struct Picture {
  std::span<const float> pixels;
  Index rows = 0;
  Index columns = 0;

  [[nodiscard]] float at(Index row, Index column) const noexcept { return pixels[to_size(row * columns + column)]; }
};

/// How a picture is cut into cells, and into how many directions gradients are sorted.
struct GradientCells {
  Index rows = 1;  ///< of cells; what does not fill a cell at the end is left out
  Index columns = 1;
  Index cell_rows = 8;
  Index cell_columns = 8;
  Index bins = 9;

  [[nodiscard]] Index size() const noexcept { return rows * columns * bins; }
  /// Numbers that block_features() gives: blocks of 2 x 2 cells, one a cell further each.
  [[nodiscard]] Index features() const noexcept { return (rows - 1) * (columns - 1) * 4 * bins; }
};

/// Histograms of the directions of gradients, one a cell (HOG, first half).
///
///   g_r = p[i+1][j] - p[i-1][j],  g_c = p[i][j+1] - p[i][j-1],  0 on the border of the picture
///   angle = atan2(g_r, g_c) mod 180 deg;  bin k is centred at (k + 1/2) 180 deg / bins
///   the magnitude |g| is shared between the two nearest bins, in proportion to how near they are; bins go round
///
/// Shape     histograms hold cells.size() numbers: row of cells, column of cells, bin.
/// Units     those of the pixels. The sum of all is the sum of all magnitudes; a constant added to the picture changes nothing;
///           turning it by 90 deg moves the bins by half their number.
/// Edges     a flat picture gives zeros.
/// Cost      about 40 ns a pixel; no allocation; the same bits everywhere.
/// @source   Dalal and Triggs, CVPR 2005; for radar Torrione et al., IEEE TGRS 52(3), 2014
void cell_histograms(const Picture& picture, const GradientCells& cells, std::span<double> histograms) noexcept;

/// Blocks of 2 x 2 cells, each normalised (L2-hys): HOG, second half.
///
///   v / sqrt(|v|^2 + e^2),  then no number above 0.2,  then again v / sqrt(|v|^2 + e^2),  e = 1e-5
///
/// Shape     cells.size() numbers in, cells.features() out: row of blocks, column of blocks, then the four cells of a block row by
///           row, each with its bins.
/// @source   Dalal and Triggs (2005); Lowe (2004) for the clip
void block_features(std::span<const double> histograms, const GradientCells& cells, std::span<float> features) noexcept;

/// Kinds of edges, in the order of the histogram.
inline constexpr Index n_edge_kinds = 5;

/// Histogram of the kinds of edges in a stretch of rows of a picture.
///
///   over each 2 x 2 pixels [a b; c d] (row, then the next row):  along rows |a+b-c-d|,  along columns |a-b+c-d|,
///   diagonals sqrt(2)|a-d| and sqrt(2)|b-c|,  none of these 2|a-b-c+d|
///   the strongest counts if it is above the threshold (of equal ones the first);  counts / number of 2 x 2 pixels
///
/// Shape     rows from first_row on, n_rows of them; histogram holds n_edge_kinds numbers.
/// Units     threshold in those of the pixels. What the histogram lacks to 1 is the share without an edge.
/// Cost      about 3 ns a pixel.
/// @source   operators of the MPEG-7 edge histogram, Won, Park and Park, ETRI Journal 24(1), 2002; for radar Frigui and Gader, IEEE
///           TFS 17(1), 2009
void edge_histogram(const Picture& picture, Index first_row, Index n_rows, float threshold,
                    std::span<float> histogram) noexcept;

/// Scale a picture to a root mean square of one. Edges: what is all zero stays so.
void to_unit_rms(std::span<float> pixels) noexcept;

}  // namespace surefoot::dsp
