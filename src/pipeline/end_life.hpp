// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot {

/// For a std::unique_ptr to an object that lives in an Arena: its life ends, its memory stays.
struct EndLife {
  template <class T>
  void operator()(T* p) const noexcept {
    p->~T();
  }
};

}  // namespace surefoot
