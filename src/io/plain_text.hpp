// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

/// Numbers and cells as text, the same whatever the host's locale.
namespace surefoot::io::detail {

/// With so many decimals; empty where x is not finite; never "-0.000".
[[nodiscard]] std::string fixed(double x, int decimals);
/// The shortest text that reads back as the same float; empty where x is not finite.
[[nodiscard]] std::string shortest(float x);
/// A CSV cell: quoted where it holds a comma, a quote or a line break.
[[nodiscard]] std::string csv_cell(std::string_view text);
/// A JSON string with its quotes. Bytes that are not UTF-8 become the replacement character.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace surefoot::io::detail
