// SPDX-License-Identifier: MIT
#include "radar_receiver.hpp"

#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

// A hump that starts at 0, reaches 1 at `peak_s` and dies away.
double hump(double t_s, double peak_s) { return t_s <= 0.0 ? 0.0 : t_s / peak_s * dsp::exp(1.0 - t_s / peak_s); }

// Numbers of the random streams of the receiver; those of the models are smaller.
enum Stream : std::uint64_t { gain_stream = 50, wow_stream, drift_stream, noise_stream };

constexpr double wow_share = 0.1;  // rms change of the wow along the line

}  // namespace

RadarReceiver::RadarReceiver(const ReceiverOptions& options, const RadarAxis& axis, std::uint64_t seed)
    : options_(options), noise_(seed, noise_stream) {
  Random gain_random(seed, gain_stream);
  Random wow_random(seed, wow_stream);
  Random drift_random(seed, drift_stream);
  gain_ = std::make_unique<RandomProfile>(options_.gain_drift, options_.drift_length_m, gain_random);
  wow_ = std::make_unique<RandomProfile>(wow_share, options_.drift_length_m, wow_random);
  drift_ = std::make_unique<RandomProfile>(options_.drift, options_.drift_length_m, drift_random);
  for (Index i = 0; i < axis.n_samples; ++i) {
    const double t = axis.start_s + axis.step_s * static_cast<double>(i);
    ringing_.push_back(options_.ringing * hump(t, options_.ringing_decay_s) *
                       dsp::sin(2.0 * dsp::pi * options_.ringing_frequency_hz * t));
    swing_.push_back(options_.wow * hump(t, options_.wow_decay_s));
  }
}

void RadarReceiver::receive(std::vector<double>& samples, double x_m) {
  const double gain = options_.gain * (1.0 + gain_->at(x_m));
  const double ring = 1.0 + gain_->at(x_m);
  const double swing = 1.0 + wow_->at(x_m);
  const double zero = drift_->at(x_m);
  const double fresh = std::sqrt(1.0 - options_.colour * options_.colour);
  double memory = noise_.normal();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    memory = options_.colour * memory + fresh * noise_.normal();
    samples[i] = gain * samples[i] + ring * ringing_[i] + swing * swing_[i] + zero + options_.noise * noise_.normal() +
                 options_.coloured_noise * memory;
  }
}

double RadarReceiver::count_value() const noexcept {
  return options_.bits == 0 ? 0.0 : options_.full_scale / static_cast<double>(Index{1} << (options_.bits - 1));
}

bool RadarReceiver::convert(const std::vector<double>& samples, TraceRef out) const noexcept {
  const double count = count_value();
  bool saturated = false;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (count == 0.0) {
      out[i] = static_cast<Sample>(samples[i]);
      continue;
    }
    const double high = options_.full_scale / count - 1.0;
    const double n = std::clamp(std::floor(samples[i] / count + 0.5), -high - 1.0, high);
    saturated = saturated || n == high || n == -high - 1.0;
    out[i] = static_cast<Sample>(n * count);
  }
  return saturated;
}

}  // namespace surefoot::sim
