// SPDX-License-Identifier: MIT
#include <surefoot/emi/polarizability_features.hpp>

#include <surefoot/dsp/cholesky.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>
#include <surefoot/physics/loop.hpp>

#include "vectors.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::emi {
namespace {

constexpr double most_log = 100.0;
constexpr double nearest_m = 0.01;
constexpr double farthest_m = 1.5;
constexpr Index least_gates = 6;  // two to a slope at least, three thirds

ResponseOptions model_of(const PolarizabilityFeaturesOptions& o) noexcept {
  ResponseOptions model = o.model;
  model.target_rank = 1;
  return model;
}

Index half_of(const PolarizabilityFeaturesOptions& o) noexcept { return o.aperture_traces / 2; }

bool is_tones(const StreamSpec& in) noexcept { return in.axis.kind == AxisKind::sweep; }

StreamSpec output_of(const StreamSpec& in) noexcept {
  StreamSpec out = in;
  out.axis = {AxisKind::channel, 0.0, 1.0};
  out.n_samples = PolarizabilityFeatures::n_features;
  out.n_channels = 1;
  return out;
}

double log_ratio(double a, double b) noexcept {
  return a > 0.0 && b > 0.0 ? std::clamp(dsp::log(a) - dsp::log(b), -most_log, most_log) : 0.0;
}

}  // namespace

Problem validate(const PolarizabilityFeaturesOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  if (const Problem problem = validate(model_of(o), in)) return problem;
  if (!is_tones(in) && in.channel_samples() < least_gates)
    return {"response", "needs at least 6 gates", static_cast<double>(in.channel_samples())};
  if (o.beside_traces >= half_of(o))
    return {"beside_traces", "leaves no trace between the ground at both ends", static_cast<double>(o.beside_traces),
            between(0.0, static_cast<double>(half_of(o) - 1)), Unit::traces};
  return {};
}

PolarizabilityFeatures::PolarizabilityFeatures(const PolarizabilityFeaturesOptions& o, const StreamSpec& in,
                                               Arena& arena) noexcept
    : WindowStage(in, output_of(in), half_of(o), half_of(o), arena),
      options_(o),
      axis_(in.axis),
      spacing_m_(in.trace_spacing_m),
      half_(half_of(o)),
      inner_(half_ - o.beside_traces),
      n_samples_(in.channel_samples()),
      n_channels_(in.n_channels),
      tones_(is_tones(in)),
      model_(model_of(o), in, arena),
      nnls_(n_samples_, ResponseModel::n_curves + (tones_ ? 1 : 0), 0, arena),
      eigen_(n_samples_, arena),
      columns_(arena.take<double>(n_samples_ * (ResponseModel::n_curves + 1))),
      strength_(arena.take<double>(ResponseModel::n_curves + (tones_ ? 1 : 0))),
      soil_(arena.take<double>(n_samples_ * model_.soil_rank())),
      before_(arena.take<double>(in.n_samples)),
      after_(arena.take<double>(in.n_samples)),
      row_(arena.take<double>(n_samples_)),
      gram_(arena.take<double>(n_samples_ * dsp::padded(n_samples_))),
      vector_(arena.take<double>(n_samples_ * dsp::padded(1))),
      shape_(arena.take<double>(n_samples_)),
      profile_(arena.take<double>(2 * inner_ + 1)),
      there_(arena.take<unsigned char>(2 * inner_ + 1)),
      width_m_(arena.take<double>(n_places)),
      places_(arena.take<Place>(n_places)) {
  if (!arena.ok()) return;
  const auto n = to_size(n_samples_);
  std::size_t at = 0;
  if (tones_) {
    const auto static_moment = model_.soil(0);  // real and the same at all tones, in the units of the samples
    std::copy(static_moment.begin(), static_moment.end(), columns_.begin());
    at = n;
  }
  for (Index k = 0; k < ResponseModel::n_curves; ++k, at += n)
    std::copy(model_.curve(k).begin(), model_.curve(k).end(), columns_.begin() + static_cast<Index>(at));
  nnls_.set_matrix(std::span<const double>(columns_).first(at));
  for (Index k = 0; k < model_.soil_rank(); ++k)
    std::copy(model_.soil(k).begin(), model_.soil(k).end(), soil_.begin() + k * n_samples_);
  soil_rank_ = dsp::orthonormalize(soil_, n_samples_);
  make_places(o);
}

// Half widths rise with the distance from where the loops' own edges no longer stand out: what is nearer is told as there.
void PolarizabilityFeatures::make_places(const PolarizabilityFeaturesOptions& o) noexcept {
  Coil transmitter;
  Coil receiver;
  transmitter.radius_m = o.transmitter_radius_m;
  receiver.radius_m = o.receiver_radius_m;
  const double ratio = dsp::exp(dsp::log(farthest_m / nearest_m) / static_cast<double>(n_places - 1));
  double z = nearest_m;
  for (Index i = 0; i < n_places; ++i, z *= ratio) {
    const auto response = [&](double x) noexcept {
      const Vector3 a = physics::field_of(transmitter, {x, 0.0, -z});
      const Vector3 b = physics::field_of(receiver, {x, 0.0, -z});
      return std::abs(a[0] * b[0] + a[2] * b[2]);
    };
    const double top = response(0.0);
    double low = 0.0;
    double high = 4.0 * (z + o.transmitter_radius_m + o.receiver_radius_m);
    for (int step = 0; step < 50; ++step) {
      const double x = 0.5 * (low + high);
      (response(x) > 0.5 * top ? low : high) = x;
    }
    width_m_[to_size(i)] = 0.5 * (low + high);
    places_[to_size(i)] = {z, top};
  }
  for (std::size_t i = width_m_.size() - 1; i > 0; --i) width_m_[i - 1] = std::min(width_m_[i - 1], width_m_[i]);
}

PolarizabilityFeatures::Place PolarizabilityFeatures::place_of(double half_width_m) const noexcept {
  const double half = std::max(half_width_m, width_m_.front());
  const auto above = std::upper_bound(width_m_.begin(), width_m_.end(), half);
  if (above == width_m_.end()) return places_.back();
  const auto i = to_size(above - width_m_.begin());
  const double share = (half - width_m_[i - 1]) / (width_m_[i] - width_m_[i - 1]);
  const Place& a = places_[i - 1];
  const Place& b = places_[i];
  return {a.distance_m + share * (b.distance_m - a.distance_m),
          dsp::exp(dsp::log(a.field) + share * (dsp::log(b.field) - dsp::log(a.field)))};
}

// Over the usable traces first .. end - 1 around the one looked at; how many they are.
Index PolarizabilityFeatures::mean_of(const TraceWindow& traces, Index first, Index end,
                                      std::span<double> mean) const noexcept {
  std::fill(mean.begin(), mean.end(), 0.0);
  Index n = 0;
  for (Index k = first; k < end; ++k) {
    if (!traces.usable(k)) continue;
    ++n;
    const ConstTraceRef trace = traces.trace(k);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += static_cast<double>(trace[i]);
  }
  for (double& m : mean) m /= static_cast<double>(std::max<Index>(n, 1));
  return n;
}

void PolarizabilityFeatures::find_ground(const TraceWindow& traces) noexcept {
  const Index before = mean_of(traces, -half_, -inner_, before_);
  const Index after = mean_of(traces, inner_ + 1, half_ + 1, after_);
  has_ground_ = before > 0 || after > 0;
  if (before == 0) std::copy(after_.begin(), after_.end(), before_.begin());
  if (after == 0) std::copy(before_.begin(), before_.end(), after_.begin());
}

void PolarizabilityFeatures::read(const TraceWindow& traces, Index k, Index channel) noexcept {
  const ConstTraceRef trace = traces.trace(k);
  const std::size_t first = to_size(channel * n_samples_);
  // From the middle of the traces before to that of those after.
  const double share = 0.5 + static_cast<double>(k) / static_cast<double>(half_ + inner_ + 1);
  for (std::size_t i = 0; i < row_.size(); ++i) {
    row_[i] = static_cast<double>(trace[first + i]);
    if (has_ground_) row_[i] -= before_[first + i] + share * (after_[first + i] - before_[first + i]);
  }
}

void PolarizabilityFeatures::look(const TraceWindow& traces, TraceRef out, TraceTag& tag) noexcept {
  std::fill(out.begin(), out.end(), 0.0F);
  if (!traces.usable(0) || static_cast<double>(tag.score) < options_.least_score) return;
  find_ground(traces);
  if (!find_shape(traces, out)) return;
  find_profile(traces);
  out[0] = static_cast<Sample>(log_ratio(profile_[to_size(inner_)], 1.0));
  place(traces, out);
  explain(out);
  if (tones_) describe_tones(out);
  else describe_gates(out);
  dsp::tidy(out);
}

bool PolarizabilityFeatures::find_shape(const TraceWindow& traces, TraceRef out) noexcept {
  const dsp::Dense gram{gram_.data(), n_samples_, n_samples_};
  std::fill(gram_.begin(), gram_.end(), 0.0);
  for (Index k = -inner_; k <= inner_; ++k) {
    if (!traces.usable(k)) continue;
    for (Index c = 0; c < n_channels_; ++c) {
      read(traces, k, c);
      for (Index i = 0; i < n_samples_; ++i)
        for (Index j = i; j < n_samples_; ++j) gram.row(i)[j] += row_[to_size(i)] * row_[to_size(j)];
    }
  }
  double all = 0.0;
  for (Index i = 0; i < n_samples_; ++i) {
    all += gram.row(i)[i];
    for (Index j = 0; j < i; ++j) gram.row(i)[j] = gram.row(j)[i];
  }
  constexpr double silent = 1e-70;  // nothing that a float32 above its smallest normal numbers could hold
  if (!(all > silent) || !eigen_.decompose(gram)) return false;
  out[1] = static_cast<Sample>(std::clamp(eigen_.values()[0] / all, 0.0, 1.0));
  out[2] = static_cast<Sample>(std::clamp(eigen_.values()[1] / all, 0.0, 1.0));
  const dsp::Dense leading{vector_.data(), n_samples_, 1};
  eigen_.vectors(0, 1, leading);
  // The sign of what is passive: a decay above zero; a polarizability with a negative quadrature.
  double sum = 0.0;
  for (Index i = 0; i < n_samples_; ++i) {
    const double x = leading.row(i)[0];
    shape_[to_size(i)] = x;
    if (!tones_) sum += x;
    else if (options_.model.response == Response::voltage) sum += i % 2 == 0 ? x : 0.0;
    else sum -= i % 2 == 1 ? x : 0.0;
  }
  if (sum < 0.0)
    for (double& x : shape_) x = -x;
  return true;
}

void PolarizabilityFeatures::find_profile(const TraceWindow& traces) noexcept {
  const double parts = static_cast<double>(tones_ ? n_samples_ / 2 : n_samples_);
  for (Index k = -inner_; k <= inner_; ++k) {
    const std::size_t i = to_size(k + inner_);
    profile_[i] = 0.0;
    there_[i] = traces.usable(k) ? 1 : 0;
    if (there_[i] == 0) continue;
    for (Index c = 0; c < n_channels_; ++c) {
      read(traces, k, c);
      const double along = dot(row_, shape_);
      profile_[i] += along * along;
    }
    profile_[i] = std::sqrt(profile_[i] / parts);
  }
}

void PolarizabilityFeatures::place(const TraceWindow& traces, TraceRef out) const noexcept {
  const auto peak = static_cast<Index>(std::max_element(profile_.begin(), profile_.end()) - profile_.begin());
  const double top = profile_[to_size(peak)];
  out[4] = static_cast<Sample>(log_ratio(top, 1.0));
  // Distances that only some tags know have another origin than counted ones.
  bool tagged = true;
  for (Index i = 0; i <= 2 * inner_; ++i)
    tagged = tagged && (there_[to_size(i)] == 0 || std::isfinite(traces.tag(i - inner_).distance_m));
  const auto distance = [&](Index i) noexcept {
    return tagged ? traces.tag(i - inner_).distance_m : spacing_m_ * static_cast<double>(i);
  };
  // To where it falls to half, or as far as it is seen.
  const auto reach = [&](Index step) noexcept {
    Index last = peak;
    for (Index i = peak + step; i >= 0 && i <= 2 * inner_; i += step) {
      if (there_[to_size(i)] == 0) continue;
      const double now = profile_[to_size(i)];
      if (now < 0.5 * top) {
        const double before = profile_[to_size(last)];
        const double share = (before - 0.5 * top) / (before - now);
        return std::abs(distance(last) + share * (distance(i) - distance(last)) - distance(peak));
      }
      last = i;
    }
    return std::abs(distance(last) - distance(peak));
  };
  const double half_width = 0.5 * (reach(-1) + reach(1));
  if (!(half_width > 0.0) || !std::isfinite(half_width)) return;
  const Place found = place_of(half_width);
  out[3] = static_cast<Sample>(found.distance_m);
  out[4] = static_cast<Sample>(log_ratio(top, found.field));
}

void PolarizabilityFeatures::explain(TraceRef out) noexcept {
  std::fill(strength_.begin(), strength_.end(), 0.0);
  (void)nnls_.solve(shape_, strength_);
  out[5] = static_cast<Sample>(std::clamp(dot(nnls_.residual(), nnls_.residual()), 0.0, 1.0));
  const std::size_t first = tones_ ? 1 : 0;
  double sum = 0.0;
  double mean = 0.0;
  double square = 0.0;
  for (std::size_t k = first; k < strength_.size(); ++k) {
    const double log_tau = dsp::log10(model_.tau_s(static_cast<Index>(k - first)));
    sum += strength_[k];
    mean += strength_[k] * log_tau;
    square += strength_[k] * log_tau * log_tau;
  }
  if (sum > 0.0) {
    mean /= sum;
    out[6] = static_cast<Sample>(mean);
    out[7] = static_cast<Sample>(std::sqrt(std::max(0.0, square / sum - mean * mean)));
  }
  if (tones_ && sum + strength_[0] > 0.0) out[12] = static_cast<Sample>(strength_[0] / (sum + strength_[0]));
  double like = 0.0;
  for (Index k = 0; k < soil_rank_; ++k) {
    const double along =
        dot(shape_, std::span<const double>(soil_).subspan(to_size(k * n_samples_), to_size(n_samples_)));
    like += along * along;
  }
  out[8] = static_cast<Sample>(std::min(1.0, std::sqrt(like)));
}

void PolarizabilityFeatures::describe_tones(TraceRef out) const noexcept {
  const Index n = n_samples_ / 2;
  const auto part = [&](Index tone, Index which) noexcept { return shape_[to_size(2 * tone + which)]; };
  const auto amplitude = [&](Index tone) noexcept {
    return std::sqrt(part(tone, 0) * part(tone, 0) + part(tone, 1) * part(tone, 1));
  };
  std::size_t to = 9;
  for (const Index tone : {Index{0}, n / 2, n - 1}) {
    double re = part(tone, 0);
    double im = part(tone, 1);
    if (options_.model.response == Response::voltage) {  // runs ahead of the polarizability by a quarter turn
      const double voltage = re;
      re = im;
      im = -voltage;
    }
    out[to++] = static_cast<Sample>(im < 0.0 ? dsp::atan2(im, re) : re < 0.0 ? -dsp::pi : 0.0);
  }
  const auto size = [&](Index tone) noexcept {  // of the polarizability
    return options_.model.response == Response::voltage ? amplitude(tone) / axis_.at(tone) : amplitude(tone);
  };
  out[13] = static_cast<Sample>(log_ratio(size(n - 1), size(0)));
}

double PolarizabilityFeatures::slope(Index first, Index end) const noexcept {
  double weights = 0.0;
  double time = 0.0;
  double level = 0.0;
  const auto log_time = [&](Index g) noexcept { return 0.5 * dsp::log(axis_.at(g) * axis_.at(g + 1)); };
  const auto log_level = [&](Index g) noexcept { return dsp::log(std::abs(shape_[to_size(g)])); };
  const auto weight = [&](Index g) noexcept { return std::abs(shape_[to_size(g)]) > 1e-12 ? 1.0 : 0.0; };
  for (Index g = first; g < end; ++g) {
    if (weight(g) == 0.0) continue;
    weights += 1.0;
    time += log_time(g);
    level += log_level(g);
  }
  if (weights < 2.0) return 0.0;
  time /= weights;
  level /= weights;
  double both = 0.0;
  double square = 0.0;
  for (Index g = first; g < end; ++g) {
    if (weight(g) == 0.0) continue;
    const double t = log_time(g) - time;
    both += t * (log_level(g) - level);
    square += t * t;
  }
  return square > 0.0 ? both / square : 0.0;
}

void PolarizabilityFeatures::describe_gates(TraceRef out) const noexcept {
  const Index n = n_samples_;
  const double early = slope(0, n / 2);
  const double late = slope(n / 2, n);
  out[9] = static_cast<Sample>(early);
  out[10] = static_cast<Sample>(late);
  out[11] = static_cast<Sample>(late - early);
  const auto energy = [&](Index first, Index end) noexcept {
    double sum = 0.0;
    for (Index g = first; g < end; ++g) sum += shape_[to_size(g)] * shape_[to_size(g)];
    return sum / static_cast<double>(end - first);
  };
  out[12] = static_cast<Sample>(0.5 * log_ratio(energy(n - n / 3, n), energy(0, n / 3)));
  double wrong = 0.0;
  for (const double x : shape_) wrong += x < 0.0 ? x * x : 0.0;
  out[13] = static_cast<Sample>(std::min(1.0, wrong));
}

}  // namespace surefoot::emi
