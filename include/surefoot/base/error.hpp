// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

/// Thrown only by construction, text and file access; never under push and pull. The core (base, dsp, gpr, emi, detect)
/// throws nothing at all.
namespace surefoot {

/// What all errors of the library derive from.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A description or an option is wrong. path() reads like  stage[1].gpr.dewow.window_s (line 4, column 32).
class ConfigError : public Error {
 public:
  ConfigError(std::string path, const std::string& message)
      : Error(path.empty() ? message : path + ": " + message), path_(std::move(path)) {}
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// A file is missing, cut short or lies about itself. offset() is the byte at which that was seen.
class DataError : public Error {
 public:
  DataError(std::string file, std::uint64_t offset, const std::string& message)
      : Error(file + " at byte " + std::to_string(offset) + ": " + message), file_(std::move(file)), offset_(offset) {}
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  std::string file_;
  std::uint64_t offset_;
};

/// A saved state does not belong to this pipeline, or is damaged. The pipeline was reset.
class StateError : public Error {
 public:
  using Error::Error;
};

}  // namespace surefoot
