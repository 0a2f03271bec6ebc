// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/c/surefoot.h>
#include <surefoot/base/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

/// The one place where exceptions turn into status numbers: every entry of the C face runs inside guard().
namespace surefoot::c {

/// Where a sentence for people goes: memory of the caller, always ended by a zero, cut where it does not fit.
class ErrorText {
 public:
  ErrorText() noexcept = default;
  ErrorText(char* to, std::size_t size) noexcept : to_(size == 0 ? nullptr : to), size_(size) {}

  void set(std::string_view sentence) const noexcept {
    if (to_ == nullptr) return;
    const std::size_t n = std::min(sentence.size(), size_ - 1);
    std::memcpy(to_, sentence.data(), n);
    to_[n] = '\0';
  }
  /// Set the sentence and return the status: for checks that need no exception.
  [[nodiscard]] surefoot_status fail(surefoot_status status, std::string_view sentence) const noexcept {
    set(sentence);
    return status;
  }

 private:
  char* to_ = nullptr;
  std::size_t size_ = 0;
};

/// Run one entry: its status, or that of what it threw, with the sentence in `error`.
template <class Entry>
[[nodiscard]] surefoot_status guard(ErrorText error, Entry&& entry) noexcept {
  try {
    return entry();
  } catch (const ConfigError& e) {
    return error.fail(SUREFOOT_CONFIG, e.what());
  } catch (const DataError& e) {
    return error.fail(SUREFOOT_DATA, e.what());
  } catch (const StateError& e) {
    return error.fail(SUREFOOT_STATE, e.what());
  } catch (const Error& e) {  // of the plain kind a pipeline throws only one: its memory could not be had
    return error.fail(SUREFOOT_MEMORY, e.what());
  } catch (const std::bad_alloc&) {
    return error.fail(SUREFOOT_MEMORY, "memory could not be had");
  } catch (const std::exception& e) {
    return error.fail(SUREFOOT_INTERNAL, e.what());
  } catch (...) {
    return error.fail(SUREFOOT_INTERNAL, "a fault of the library");
  }
}

}  // namespace surefoot::c
