// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil.hpp>
#include <surefoot/physics/sensing.hpp>

#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// Reads the polarizability tensors of the folder mpt_library (GPL-3.0, under $SUREFOOT_DATA/emi; never part of this project).
namespace surefoot::test {

/// One object: xx, xy, xz, yy, yz, zz at angular frequencies, conjugated to e^{+i w t}.
struct MptObject {
  std::string folder, kind;
  std::vector<double> omega;
  std::vector<std::array<std::complex<double>, 6>> tensor;

  /// Real and imaginary part at tones, linear in the logarithm of frequency.
  [[nodiscard]] std::vector<physics::Symmetric3> at(const std::vector<double>& tones_hz) const {
    std::vector<physics::Symmetric3> out;
    for (const double f : tones_hz) {
      const double w = 6.283185307179586 * f;
      std::size_t k = 0;
      while (k + 2 < omega.size() && omega[k + 1] < w) ++k;
      const double a = std::log(w / omega[k]) / std::log(omega[k + 1] / omega[k]);
      physics::Symmetric3 re{}, im{};
      for (std::size_t i = 0; i < 6; ++i) {
        const std::complex<double> v = (1.0 - a) * tensor[k][i] + a * tensor[k + 1][i];
        re[i] = v.real();
        im[i] = v.imag();
      }
      out.push_back(re);
      out.push_back(im);
    }
    return out;
  }
};

/// "(a+bj)", "(a+-bj)", "a" as complex.
inline std::complex<double> parse_complex(std::string cell) {
  std::erase_if(cell, [](char c) { return c == '(' || c == ')' || c == ' ' || c == '"' || c == 'j' || c == '\r'; });
  std::size_t used = 0;
  const double re = std::stod(cell, &used);
  std::string rest = cell.substr(used);
  if (rest.starts_with("+-")) rest.erase(0, 1);
  return {re, rest.empty() ? 0.0 : std::stod(rest)};
}

inline std::vector<std::array<std::complex<double>, 9>> read_mpt_rows(const std::string& file, std::size_t columns) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("no " + file);
  std::vector<std::array<std::complex<double>, 9>> out;
  for (std::string s; std::getline(in, s);) {
    if (s.empty()) continue;
    std::istringstream row(s);
    std::string cell;
    auto& m = out.emplace_back();
    for (std::size_t i = 0; i < columns && std::getline(row, cell, ','); ++i) m[i] = std::conj(parse_complex(cell));
  }
  return out;
}

/// The object of one folder; its kind stays empty.
inline MptObject read_mpt_object(const std::string& folder) {
  MptObject object;
  object.folder = folder;
  for (const auto& row : read_mpt_rows(folder + "/Frequencies.csv", 1)) object.omega.push_back(row[0].real());
  for (const auto& m : read_mpt_rows(folder + "/Tensors.csv", 9))
    object.tensor.push_back({m[0], m[1], m[2], m[4], m[5], m[8]});
  if (object.omega.size() != object.tensor.size() || object.omega.size() < 2) throw std::runtime_error(folder);
  return object;
}

inline std::vector<MptObject> read_mpt_library(const std::string& root) {
  std::ifstream index(root + "/INDEX.csv");
  if (!index) throw std::runtime_error("no " + root + "/INDEX.csv");
  std::vector<MptObject> out;
  std::string line;
  std::getline(index, line);
  while (std::getline(index, line)) {
    std::istringstream cells(line);
    std::string folder, kind;
    std::getline(cells, folder, ',');
    std::getline(cells, kind, ',');
    MptObject object = read_mpt_object(root + "/" + folder);
    object.kind = kind;
    out.push_back(object);
  }
  return out;
}

}  // namespace surefoot::test
