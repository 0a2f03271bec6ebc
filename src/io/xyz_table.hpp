// SPDX-License-Identifier: MIT
#pragma once

#include "file.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The text of an XYZ file as rows of words, and what its comments say. Nothing is taken for a number here.
namespace surefoot::io::xyz {

/// Columns of one name that count up.
struct Group {
  std::string name;  ///< as written, without the number and what separates it
  std::vector<std::size_t> columns;
  int channel = 0;  ///< of the system, from 1; 0: not said
  bool of_gates = false;
  bool beside = false;  ///< uncertainties and masks
};

struct Row {
  std::size_t offset = 0;
  std::vector<std::string_view> words;
};

struct Table {
  std::string text;
  bool commas = false;
  std::vector<std::string> names;  ///< of the columns, as written
  std::vector<Group> groups;
  std::vector<std::pair<std::string, std::size_t>> lines;  ///< LINE records: name, row before which each stands
  std::vector<Row> rows;
  std::map<int, std::vector<double>> gate_times;             ///< by channel; 0: of all
  std::vector<std::pair<std::string, std::string>> details;  ///< tagged comments
  std::string unit, dummy;
  bool ends_in_a_line = true;
};

/// @throws DataError if there is no row, or this is a system description
[[nodiscard]] Table parse_table(const File& file);

/// Position of the first column of one of these names (lower case); -1 if there is none.
[[nodiscard]] int column_of(const Table& table, std::initializer_list<const char*> names);

/// The column map beside the file, NAME.alc: key (lower case) to column from 0. Empty if there is none or it does not fit.
[[nodiscard]] std::map<std::string, std::size_t> read_alc(const std::filesystem::path& data, const Table& table,
                                                          std::vector<std::string>& notes);

/// Groups from a column map: Gate_ChCC_GG.
[[nodiscard]] std::vector<Group> groups_of(const std::map<std::string, std::size_t>& alc);

}  // namespace surefoot::io::xyz
