// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/sim/random.hpp>
#include <surefoot/sim/scene.hpp>

#include <memory>
#include <vector>

namespace surefoot::sim {

struct RadarAxis {
  Index n_samples = 0;
  double start_s = 0.0;
  double step_s = 0.0;
};

/// From the field at the antenna to the samples of a radar: what ReceiverOptions lists.
class RadarReceiver {
 public:
  RadarReceiver(const ReceiverOptions& options, const RadarAxis& axis, std::uint64_t seed);

  /// To what stands before the converter. Traces in their order: the noise goes on.
  void receive(std::vector<double>& samples, double x_m);
  [[nodiscard]] double count_value() const noexcept;
  /// Rails and rounding; true if a sample stood at a rail.
  bool convert(const std::vector<double>& samples, TraceRef out) const noexcept;

 private:
  ReceiverOptions options_;
  Random noise_;
  std::unique_ptr<RandomProfile> gain_, wow_, drift_;
  std::vector<double> ringing_, swing_;
};

}  // namespace surefoot::sim
