// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace surefoot::test {

/// One row of a table: the text of each cell by the name of its column.
struct GoldenRow {
  std::map<std::string, std::string> cells;
  [[nodiscard]] const std::string& text(const std::string& column) const { return cells.at(column); }
  [[nodiscard]] double operator[](const std::string& column) const { return std::stod(cells.at(column)); }
};

/// SUREFOOT_DATA/emi/golden, or an empty path.
inline std::filesystem::path golden_folder() {
  const char* data = std::getenv("SUREFOOT_DATA");
  return data == nullptr ? std::filesystem::path{} : std::filesystem::path(data) / "emi" / "golden";
}

inline std::vector<GoldenRow> golden_rows(const std::string& name) {
  std::vector<GoldenRow> rows;
  std::ifstream file(golden_folder() / name);
  std::string line;
  std::vector<std::string> header;
  while (std::getline(file, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells;
    std::istringstream fields(line);
    for (std::string cell; std::getline(fields, cell, ',');) cells.push_back(cell);
    if (header.empty()) {
      header = cells;
      continue;
    }
    GoldenRow row;
    for (std::size_t i = 0; i < cells.size() && i < header.size(); ++i) row.cells[header[i]] = cells[i];
    rows.push_back(row);
  }
  return rows;
}

}  // namespace surefoot::test

#define SUREFOOT_GOLDEN_OR_SKIP()                                      \
  if (surefoot::test::golden_folder().empty())                         \
  GTEST_SKIP() << "SUREFOOT_DATA is not set: golden files are not at " \
                  "hand"
