// SPDX-License-Identifier: MIT
#pragma once

#include "support/golden.hpp"

#include <map>

namespace surefoot::test {

/// The columns of a golden .csv by the names in its first line, "# a,b,c".
inline std::map<std::string, std::vector<double>> read_golden_columns(const std::string& name) {
  std::ifstream file(golden_path(name));
  std::string header;
  if (!std::getline(file, header) || header.rfind("# ", 0) != 0) throw std::runtime_error("no golden file " + name);
  std::vector<std::string> names;
  std::istringstream cells(header.substr(2));
  for (std::string cell; std::getline(cells, cell, ',');) names.push_back(cell);
  std::map<std::string, std::vector<double>> columns;
  for (const std::vector<double>& row : read_golden_csv(name))
    for (std::size_t i = 0; i < names.size(); ++i) columns[names[i]].push_back(row.at(i));
  return columns;
}

inline std::vector<Sample> to_samples(const std::vector<double>& x) {
  std::vector<Sample> out;
  for (const double v : x) out.push_back(static_cast<Sample>(v));
  return out;
}

}  // namespace surefoot::test
