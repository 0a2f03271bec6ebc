// SPDX-License-Identifier: MIT
#include <surefoot/dsp/trace_reader.hpp>

#include <algorithm>

namespace surefoot::dsp {

TraceReader::TraceReader(Interpolation interpolation, Index n_samples, Arena& arena) noexcept
    : interpolation_(interpolation),
      sinc_(interpolation == Interpolation::band_limited ? n_samples : 1, arena),
      trace_(arena.take<Sample>(n_samples)) {}

void TraceReader::load(ConstTraceRef trace) noexcept {
  if (interpolation_ == Interpolation::band_limited) sinc_.load(trace);
  else std::copy_n(trace.begin(), std::min(trace.size(), trace_.size()), trace_.begin());
}

Sample TraceReader::at(double position) const noexcept {
  if (!(position >= 0.0 && position <= static_cast<double>(trace_.size()) - 1.0)) return 0.0F;
  if (interpolation_ == Interpolation::band_limited) {
    Sample value = 0.0F;
    sinc_.read(position, std::span<Sample>(&value, 1));
    return value;
  }
  const std::size_t i = std::min(static_cast<std::size_t>(position), trace_.size() - 1);
  const double share = position - static_cast<double>(i);
  const auto low = static_cast<double>(trace_[i]);
  const auto high = static_cast<double>(trace_[std::min(i + 1, trace_.size() - 1)]);
  return static_cast<Sample>(low + share * (high - low));
}

}  // namespace surefoot::dsp
