// SPDX-License-Identifier: MIT
#pragma once

#include "document.hpp"

namespace surefoot::text {

/// Parse one JSON value, all of the text: RFC 8259 and nothing more. null becomes the empty value.
///
/// Limits    32 levels deep, 4096 keys an object; no key twice; numbers finite.
/// Not       a check that strings are UTF-8: bytes from 0x80 pass as they are.
/// @throws ConfigError with source and column
[[nodiscard]] Node parse_json(std::string_view json, std::string_view source);

}  // namespace surefoot::text
