// SPDX-License-Identifier: MIT
#include <surefoot/detect/logistic.hpp>

#include <surefoot/dsp/logistic.hpp>
#include <surefoot/dsp/reduce.hpp>

#include <algorithm>

namespace surefoot::detect {

Problem validate(const LogisticOptions& options, const StreamSpec& in) noexcept {
  if (const Problem p = check_ranges(options)) return p;
  if (options.weights.empty() || options.weights.count == in.n_samples) return {};
  const auto samples = static_cast<double>(in.n_samples);
  return {"weights", "weights do not fit the number of features", static_cast<double>(options.weights.count),
          between(samples, samples), Unit::none};
}

Logistic::Logistic(const LogisticOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      weights_(arena.take<double>(options.weights.count)),
      bias_(options.bias),
      slope_(options.slope),
      offset_(options.offset),
      least_score_(options.least_score),
      to_score_(options.score == LogisticScore::log_odds) {
  if (!arena.ok()) return;
  const std::span<const double> given = options.weights.view();
  std::copy(given.begin(), given.end(), weights_.begin());
}

void Logistic::step(ConstTraceRef in, TraceRef out, TraceTag& tag) noexcept {
  constexpr double most = 700.0;
  std::copy(in.begin(), in.end(), out.begin());
  if (weights_.empty() || static_cast<double>(tag.score) < least_score_) return;
  const double margin = bias_ + dsp::reduce(in.n(), [&](Index j) noexcept {
                          return weights_[to_size(j)] * static_cast<double>(in[to_size(j)]);
                        });
  const double odds = std::clamp(offset_ + slope_ * margin, -most, most);
  tag.evidence.probability = dsp::logistic(odds);
  if (to_score_) tag.score = static_cast<float>(odds);
}

}  // namespace surefoot::detect
