// SPDX-License-Identifier: MIT
#include "file.hpp"

#include <surefoot/io/mpt.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::io {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_bytes = std::uint64_t{1} << 26U;

/// Calls f(cell, offset of the cell, row) for each cell of a text of commas and lines; gives the number of rows.
template <class F>
std::size_t each_cell(const File& file, std::size_t n_columns, F&& f) {
  const std::string text = file.text(most_bytes);
  std::size_t row = 0;
  for (std::size_t at = mark_bytes(text); at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end == text.size()) file.fail(end, "a line end after the last row was expected: the file is cut");
    if (!trimmed(std::string_view(text).substr(at, end - at)).empty()) {
      std::size_t column = 0;
      for (std::size_t cell = at; cell <= end;) {
        const std::size_t stop = std::min(text.find(',', cell), end);
        if (column < n_columns) f(std::string_view(text).substr(cell, stop - cell), cell, row, column);
        ++column;
        cell = stop + 1;
      }
      if (column != n_columns)
        file.fail(at, std::to_string(n_columns) + " cells in row " + std::to_string(row + 1) +
                          " were expected, found " + std::to_string(column));
      ++row;
    }
    at = end + 1;
  }
  return row;
}

double real_cell(const File& file, std::string_view cell, std::uint64_t at) {
  const auto x = to_number(cell);
  if (!x) file.fail(at, "a number was expected, found '" + printable(cell.substr(0, 40)) + "'");
  return *x;
}

/// (a+bj), (a-bj), (a+-bj), with or without parentheses.
std::complex<double> complex_cell(const File& file, std::string_view cell, std::uint64_t at) {
  std::string_view s = trimmed(cell);
  const bool open = s.starts_with('(');
  if (open) s.remove_prefix(1);
  bool sound = s.ends_with(')') == open;
  if (open && sound) s.remove_suffix(1);
  sound = sound && s.ends_with('j');
  if (sound) {
    s.remove_suffix(1);
    for (std::size_t i = 1; i < s.size(); ++i) {
      if ((s[i] != '+' && s[i] != '-') || s[i - 1] == 'e' || s[i - 1] == 'E') continue;
      const auto re = to_number(s.substr(0, i));
      const auto im = to_number(s.substr(i));
      if (re && im) return {*re, *im};
      break;
    }
  }
  file.fail(at, "a complex number like (1.5e-8-2e-9j) was expected, found '" + printable(cell.substr(0, 60)) + "'");
}

/// How far the negative eigenvalues of a symmetric 3 x 3 reach, against its size: 0 for a positive semidefinite one.
double negative_share(const std::array<double, 9>& a) {
  const double q = (a[0] + a[4] + a[8]) / 3.0;
  const double off = a[1] * a[1] + a[2] * a[2] + a[5] * a[5];
  const double p2 = (a[0] - q) * (a[0] - q) + (a[4] - q) * (a[4] - q) + (a[8] - q) * (a[8] - q) + 2.0 * off;
  if (p2 == 0.0) return q < 0.0 ? 1.0 : 0.0;
  const double p = std::sqrt(p2 / 6.0);
  const double b0 = (a[0] - q) / p;
  const double b4 = (a[4] - q) / p;
  const double b8 = (a[8] - q) / p;
  const double b1 = a[1] / p;
  const double b2 = a[2] / p;
  const double b5 = a[5] / p;
  const double half_det = 0.5 * (b0 * (b4 * b8 - b5 * b5) - b1 * (b1 * b8 - b5 * b2) + b2 * (b1 * b5 - b4 * b2));
  const double phi = std::acos(std::clamp(half_det, -1.0, 1.0)) / 3.0;
  const double largest = q + 2.0 * p * std::cos(phi);
  const double smallest = q + 2.0 * p * std::cos(phi + 2.0943951023931953);
  return std::max(0.0, -smallest) / std::max(std::abs(largest), std::abs(smallest));
}

template <class T>
void symmetrise(const File& file, std::array<T, 9>& a, std::size_t row) {
  double size = 0.0;
  double odd = 0.0;
  for (const T& x : a) size = std::max(size, std::abs(x));
  for (const auto& [i, j] : {std::pair{1U, 3U}, std::pair{2U, 6U}, std::pair{5U, 7U}}) {
    odd = std::max(odd, std::abs(a[i] - a[j]));
    a[i] = a[j] = 0.5 * (a[i] + a[j]);
  }
  if (odd > 1e-6 * size)
    file.fail(0, "symmetric tensors were expected; the halves of number " + std::to_string(row + 1) + " differ by " +
                     plain(odd / size) + " of its largest entry");
}

void check_passive(const File& file, PolarizabilityTable& table) {
  double sum = 0.0;
  double worst = 0.0;
  for (const ComplexTensor& t : table.tensors) {
    std::array<double, 9> loss{};
    for (std::size_t i = 0; i < 9; ++i) loss[i] = -t[i].imag();
    sum += loss[0] + loss[4] + loss[8];
    worst = std::max(worst, negative_share(loss));
  }
  if (sum < 0.0)
    file.fail(
        0,
        "imaginary parts above 0 were expected, as e^(-i w t) has them; these are of e^(+i w t), or of no passive "
        "object");
  if (worst > 1e-3)
    table.assumptions.push_back("the imaginary part has an eigenvalue of the wrong sign, " + plain(worst) +
                                " of the largest at its worst frequency: taken as it stands");
}

}  // namespace

PolarizabilityTable read_polarizability(const fs::path& path) {
  std::error_code ignored;
  const fs::path folder = fs::is_directory(path, ignored) ? path : path.parent_path();
  PolarizabilityTable table;
  const fs::path whole = fs::absolute(folder, ignored).lexically_normal();
  table.name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();

  const File frequencies(folder / "Frequencies.csv");
  (void)each_cell(frequencies, 1, [&](std::string_view cell, std::uint64_t at, std::size_t, std::size_t) {
    const double w = real_cell(frequencies, cell, at);
    if (!(w > 0.0) || (!table.angular_frequency.empty() && !(w > table.angular_frequency.back())))
      frequencies.fail(at, "angular frequencies above 0 that ascend were expected, found " + plain(w));
    table.angular_frequency.push_back(w);
  });

  const File tensors(folder / "Tensors.csv");
  const std::size_t n =
      each_cell(tensors, 9, [&](std::string_view cell, std::uint64_t at, std::size_t row, std::size_t column) {
        if (row == table.tensors.size()) table.tensors.emplace_back();
        table.tensors[row][column] = std::conj(complex_cell(tensors, cell, at));
      });
  if (n != table.angular_frequency.size() || n == 0)
    tensors.fail(tensors.size(), std::to_string(table.angular_frequency.size()) +
                                     " tensors were expected, one a frequency and at least one; found " +
                                     std::to_string(n));
  for (std::size_t i = 0; i < n; ++i) symmetrise(tensors, table.tensors[i], i);
  table.assumptions.emplace_back("the files are of e^(-i w t): tensors were conjugated to e^(+i w t)");
  check_passive(tensors, table);

  if (fs::exists(folder / "N0.csv", ignored)) {
    const File n0(folder / "N0.csv");
    const std::size_t rows =
        each_cell(n0, 3, [&](std::string_view cell, std::uint64_t at, std::size_t row, std::size_t column) {
          if (row < 3) table.static_tensor[3 * row + column] = real_cell(n0, cell, at);
        });
    if (rows != 3) n0.fail(n0.size(), "3 rows were expected, found " + std::to_string(rows));
    symmetrise(n0, table.static_tensor, 0);
  } else {
    table.assumptions.emplace_back("there is no N0.csv: the static tensor is taken as 0");
  }
  return table;
}

std::vector<PolarizabilityTable> read_polarizability_library(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::recursive_directory_iterator();
       it.increment(error))
    if (it->path().filename() == "Tensors.csv") found.push_back(it->path().parent_path());
  if (error) throw DataError(folder.string(), 0, "the folder cannot be listed: " + error.message());
  if (found.empty())
    throw DataError(folder.string(), 0, "a Tensors.csv in this folder or below was expected; there is none");
  std::sort(found.begin(), found.end());
  std::vector<PolarizabilityTable> library;
  for (const fs::path& object : found) {
    library.push_back(read_polarizability(object));
    library.back().name = object.lexically_relative(folder).generic_string();
  }
  return library;
}

}  // namespace surefoot::io
