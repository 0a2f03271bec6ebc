// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace surefoot::io::detail {

/// SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
///
/// Cost      about 5 ns a byte.
/// @source   FIPS 180-4
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace surefoot::io::detail
