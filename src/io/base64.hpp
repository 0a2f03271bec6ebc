// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace surefoot::io::detail {

/// Bytes of a base64 text with its padding; nullopt if it is none.
/// @source   RFC 4648, section 4
[[nodiscard]] std::optional<std::vector<std::byte>> from_base64(std::string_view text);

}  // namespace surefoot::io::detail
