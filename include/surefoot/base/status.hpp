// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace surefoot {

/// The numbers that cross the C face. They never change; new ones are added at the end.
enum class Status : std::int32_t {
  ok = 0,
  invalid_argument = -1,  ///< a null pointer, a wrong struct size
  config = -2,            ///< a description or option is wrong
  data = -3,              ///< a file is wrong
  memory = -4,            ///< memory could not be had, or the block given is too small
  state = -5,             ///< a saved state does not fit
  length = -6,            ///< a trace has a wrong number of samples; it was taken as dropped
  empty = -7,             ///< nothing is ready to be pulled
  internal = -8,          ///< a fault of the library
};

}  // namespace surefoot
