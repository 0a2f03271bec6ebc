// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/truth.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace surefoot::io {

/// Read a table of known targets: CSV (RFC 4180) with a header line.
///
/// Columns   line, x_m, depth_m, kind, name, width_m, height_m, metal, in any order; further ones are passed over.
///           line and x_m must be there; a missing column leaves its default.
/// Units     metres.
/// Edges     empty lines are passed over; a byte order mark and CR LF are taken. An empty number is 0 where the column
///           is a size and an error in x_m. Quoted cells may hold commas, quotes and line breaks.
/// @throws DataError  naming source, byte and line: a missing or double column, a wrong number of cells, a number that is
///         none or not finite, a word that the column does not know, an open quote.
/// @source   our own
[[nodiscard]] Truth parse_truth_csv(std::string_view text, std::string_view source = "truth.csv");
[[nodiscard]] Truth read_truth_csv(const std::filesystem::path& file);

/// The same table as text: columns exactly `line,x_m,depth_m,kind,name,width_m,height_m,metal`; numbers in their shortest
/// form, so that reading gives the same doubles.
[[nodiscard]] std::string to_csv(const Truth& truth);

}  // namespace surefoot::io
