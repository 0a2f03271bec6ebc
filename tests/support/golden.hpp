// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/types.hpp>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// Golden vectors from tests/golden: small .npy (C order, little-endian float32 or float64) and .csv files.
namespace surefoot::test {

inline std::string golden_path(const std::string& name) {
  return std::string(SUREFOOT_SOURCE_DIR) + "/tests/golden/" + name;
}

struct GoldenArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;  // C order

  [[nodiscard]] double at(std::size_t i, std::size_t j) const { return values.at(i * shape.at(1) + j); }
  /// Row i as float32 samples.
  [[nodiscard]] std::vector<Sample> row(std::size_t i) const {
    std::vector<Sample> out;
    for (std::size_t j = 0; j < shape.at(1); ++j) out.push_back(static_cast<Sample>(at(i, j)));
    return out;
  }
};

inline GoldenArray read_golden_npy(const std::string& name) {
  std::ifstream file(golden_path(name), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < 10 || bytes.compare(1, 5, "NUMPY") != 0) throw std::runtime_error("no golden file " + name);
  const std::size_t header = static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  const std::string head = bytes.substr(10, header);
  const bool is_double = head.find("'<f8'") != std::string::npos;
  if (!is_double && head.find("'<f4'") == std::string::npos)
    throw std::runtime_error(name + ": not float32 or float64");
  if (head.find("'fortran_order': False") == std::string::npos) throw std::runtime_error(name + ": not C order");
  GoldenArray out;
  std::istringstream shape(head.substr(head.find("'shape': (") + 10));
  for (std::size_t n = 0; shape >> n; shape.ignore(1)) out.shape.push_back(n);
  std::size_t count = 1;
  for (const std::size_t n : out.shape) count *= n;
  const char* p = bytes.data() + 10 + header;
  if (bytes.size() - 10 - header != count * (is_double ? 8 : 4)) throw std::runtime_error(name + ": wrong size");
  for (std::size_t i = 0; i < count; ++i) {
    double d = 0.0;
    float f = 0.0F;
    if (is_double) std::memcpy(&d, p + 8 * i, 8);
    else std::memcpy(&f, p + 4 * i, 4);
    out.values.push_back(is_double ? d : static_cast<double>(f));
  }
  return out;
}

inline std::vector<std::vector<double>> read_golden_csv(const std::string& name) {
  std::ifstream file(golden_path(name));
  if (!file) throw std::runtime_error("no golden file " + name);
  std::vector<std::vector<double>> rows;
  for (std::string text; std::getline(file, text);) {
    if (text.empty() || text[0] == '#') continue;
    std::vector<double> row;
    std::istringstream cells(text);
    for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::stod(cell));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace surefoot::test
