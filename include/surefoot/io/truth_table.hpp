// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/truth.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace surefoot::io {

/// Read a table of known targets: CSV (RFC 4180) with a header line.
///
/// Columns   line, x_m, depth_m, kind, name, width_m, height_m, metal, and where they are known id, y_m, length_m, lane, soil,
///           surface, operator; in any order; further ones are passed over. line and x_m must be there; where only lane stands,
///           it is the line; a missing column leaves its default.
/// Units     metres.
/// Edges     empty lines are passed over; a byte order mark and CR LF are taken. An empty number is its default, and an error in
///           x_m. Quoted cells may hold commas, quotes and line breaks.
/// @throws DataError  naming source, byte and line: a missing or double column, a wrong number of cells, a number that is
///         none or not finite, a size below 0, a word that the column does not know, an open quote.
/// @source   our own
[[nodiscard]] Truth parse_truth_csv(std::string_view text, std::string_view source = "truth.csv");
[[nodiscard]] Truth read_truth_csv(const std::filesystem::path& file);

/// The same from JSON: a list of objects with the names of the columns, or an object with such a list as its member `truth` and
/// with `lane` or `line`, which holds for targets that name none. Further members are passed over.
/// @throws DataError  naming source and target
[[nodiscard]] Truth parse_truth_json(std::string_view text, std::string_view source = "truth.json");

/// CSV or JSON, as the content says.
[[nodiscard]] Truth read_truth(const std::filesystem::path& file);

/// The table as CSV: columns `line,x_m,depth_m,kind,name,width_m,height_m,metal`, then those of the others that any target
/// knows; numbers in their shortest form, so that reading gives the same doubles.
[[nodiscard]] std::string to_csv(const Truth& truth);

}  // namespace surefoot::io
