// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/coil_array.hpp>
#include <surefoot/emi/dipole_model.hpp>

#include <span>
#include <vector>

namespace surefoot::python {

/// Owns the spans of an ArrayView; the array must outlive it.
class ArraySpans {
 public:
  explicit ArraySpans(const CoilArray& array) : channels_(array.all_channels()) {
    for (const Winding& w : array.transmitters) transmitters_.emplace_back(w.coils);
    for (const Winding& w : array.receivers) receivers_.emplace_back(w.coils);
  }
  [[nodiscard]] emi::ArrayView view() const { return {transmitters_, receivers_, channels_}; }
  [[nodiscard]] Index n_channels() const { return static_cast<Index>(channels_.size()); }

 private:
  std::vector<CoilChannel> channels_;
  std::vector<std::span<const Coil>> transmitters_;
  std::vector<std::span<const Coil>> receivers_;
};

}  // namespace surefoot::python
