// SPDX-License-Identifier: MIT
#include <surefoot/dsp/hyperbola_bank.hpp>

#include <surefoot/dsp/depth_normalizer.hpp>
#include <surefoot/dsp/diffraction.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

constexpr double apexes_a_period = 8.0;
constexpr double times_a_period = 24.0;
constexpr double least_depth_m = 0.005;
constexpr double least_amplitude = 0.1;
constexpr double farthest = 1e6;  // traces to one side
constexpr float silent = 1e-18F;  // its square is still a normal number
constexpr float fewest_traces = 3.0F;
constexpr float least_rest = 1e-6F;

// Most powers are small whole numbers, and a bank has many thousands of them.
double to_power(double x, double power) noexcept {
  const auto whole = static_cast<int>(power);
  if (static_cast<double>(whole) != power) return pow(x, power);
  double product = 1.0;
  for (int i = 0; i < whole; ++i) product *= x;
  return product;
}

Index rounded_up(Index n, Index to) noexcept { return (n + to - 1) / to * to; }

Index stride_of(const HyperbolaBankOptions& o, double spacing_m) noexcept {
  const auto all = static_cast<Index>(std::min(0.5 * o.aperture_m / spacing_m * (1.0 + 1e-9), farthest));
  const Index most = std::max<Index>(1, (o.most_traces - 1) / 2);
  return std::max<Index>(1, (all + most - 1) / most);
}

// sum[l] += weight * from[l] along all taps, N lanes at once; each lane adds in the order of the taps.
template <std::size_t N, class Tap>
void add_along(std::span<const Tap> taps, const float* const* source, Index at, bool weighted, float* sum) noexcept {
  std::array<float, N> s{};
  if (weighted) {
    for (std::size_t m = 0; m < taps.size(); ++m) {
      const float* from = source[m] + taps[m].shift + at;
      const float w = taps[m].weight;
      for (std::size_t l = 0; l < N; ++l) s[l] += w * from[l];
    }
  } else {
    for (std::size_t m = 0; m < taps.size(); ++m) {
      const float* from = source[m] + taps[m].shift + at;
      for (std::size_t l = 0; l < N; ++l) s[l] += from[l];
    }
  }
  for (std::size_t l = 0; l < N; ++l) sum[l] = s[l];
}

// to[i] = sum over j < window of f(i + j)
template <class F>
void moving_sum(std::span<float> to, Index n, Index window, F&& f) noexcept {
  std::fill(to.begin(), to.end(), 0.0F);
  for (Index j = 0; j < window; ++j)
    for (Index i = 0; i < n; ++i) to[to_size(i)] += f(i + j, j);
}

}  // namespace

Index HyperbolaBank::half(const HyperbolaBankOptions& o, double spacing_m) noexcept {
  if (!(spacing_m > 0.0)) return 0;
  const auto all = static_cast<Index>(std::min(0.5 * o.aperture_m / spacing_m * (1.0 + 1e-9), farthest));
  const Index stride = stride_of(o, spacing_m);
  return all / stride * stride;
}

Index HyperbolaBank::apex_step(const HyperbolaBankOptions& o, const ApexGate& gate) noexcept {
  const double samples = 1.0 / (apexes_a_period * o.centre_frequency_hz * gate.axis.step) * (1.0 + 1e-9);
  const auto most = static_cast<double>(std::max<Index>(1, gate.segment));
  return std::max<Index>(1, static_cast<Index>(std::min(samples, most)));
}

HyperbolaBank::HyperbolaBank(const HyperbolaBankOptions& o, const ApexGate& gate, Arena& arena) noexcept
    : match_(o.match),
      score_(o.score),
      gate_(gate),
      n_velocities_(o.n_velocities),
      n_widths_(static_cast<Index>(o.widths_m.size())),
      half_(half(o, gate.spacing_m)),
      stride_(stride_of(o, gate.spacing_m)),
      n_steps_(half_ / stride_),
      step_(apex_step(o, gate)),
      finer_(static_cast<Index>(
          std::clamp(std::ceil(times_a_period * o.centre_frequency_hz * gate.axis.step * (1.0 - 1e-9)), 1.0, 16.0))),
      phases_(step_ * finer_),
      window_(1),
      n_apexes_((gate.samples - 1) / step_ + 1),
      n_bins_(rounded_up(n_apexes_, static_cast<Index>(lanes)) / static_cast<Index>(lanes)),
      n_curves_(n_velocities_ * n_widths_),
      n_streams_(match_ == CurveMatch::ncc ? 3 : 2),
      slowest_(1.0 / o.least_velocity_m_per_s),
      slowness_step_(n_velocities_ > 1
                         ? (1.0 / o.most_velocity_m_per_s - slowest_) / static_cast<double>(n_velocities_ - 1)
                         : 0.0) {
  // One period, an odd number of apex steps; at most the gate.
  const double period = 1.0 / (o.centre_frequency_hz * gate.axis.step * static_cast<double>(step_));
  window_ = 2 * static_cast<Index>(std::min(0.5 * period + 0.5, 0.5 * static_cast<double>(n_apexes_))) + 1;
  const Index lead = (window_ - 1) / 2 * step_;
  room_ = rounded_up((gate.n_samples - gate.first + lead) / step_ + window_ + 3 * static_cast<Index>(lanes), 16);
  const Index trace_room = phases_ * room_;

  wave_ = arena.take<float>(window_);
  slots_ = arena.take<float>((2 * half_ + 2) * n_streams_ * trace_room);
  there_ = arena.take<unsigned char>(2 * half_ + 1);
  folded_ = arena.take<float>(n_steps_ * n_streams_ * trace_room);
  source_ = arena.take<const float*>(n_streams_ * (n_steps_ + 1));
  count_ = arena.take<float>(n_steps_ + 1);
  scratch_ = arena.take<float>(rounded_up(window_ + static_cast<Index>(lanes), static_cast<Index>(lanes)));
  taps_ = arena.take<Tap>(n_bins_ * n_curves_ * (n_steps_ + 1));
  curves_ = arena.take<Curve>(n_bins_ * n_curves_);
  depth_ = arena.take<double>(n_bins_ * n_velocities_);
  widths_ = arena.take<double>(n_widths_);
  best_ = arena.take<float>(n_bins_ * static_cast<Index>(lanes));
  which_ = arena.take<std::int32_t>(n_bins_ * static_cast<Index>(lanes));
  if (!arena.ok()) return;

  // A Ricker wave in the window, less its mean, of unit norm.
  double mean = 0.0;
  double square = 0.0;
  const double period_step = static_cast<double>(step_) * gate.axis.step * o.centre_frequency_hz;
  const Index middle = (window_ - 1) / 2;
  const auto ricker = [&](Index i) noexcept {
    const double u = pi * static_cast<double>(i - middle) * period_step;
    return (1.0 - 2.0 * u * u) * exp(-u * u);
  };
  for (Index i = 0; i < window_; ++i) mean += ricker(i) / static_cast<double>(window_);
  for (Index i = 0; i < window_; ++i) square += (ricker(i) - mean) * (ricker(i) - mean);
  for (Index i = 0; i < window_; ++i)
    wave_[to_size(i)] = static_cast<float>((ricker(i) - mean) / std::sqrt(std::max(square, 1e-30)));
  std::copy(o.widths_m.begin(), o.widths_m.end(), widths_.begin());
  make_curves(o);
  clear();
}

void HyperbolaBank::make_curves(const HyperbolaBankOptions& o) noexcept {
  const double time_step = gate_.axis.step / static_cast<double>(finer_);
  const double reach_m = static_cast<double>(half_ + stride_) * gate_.spacing_m;  // where the taper comes to zero
  std::int32_t tap = 0;
  for (Index b = 0; b < n_bins_; ++b) {
    const Index first_apex = b * static_cast<Index>(lanes);
    const double at =
        static_cast<double>(gate_.first) +
        (static_cast<double>(first_apex) + 0.5 * static_cast<double>(lanes - 1)) * static_cast<double>(step_);
    const double apex_s = gate_.axis.start + gate_.axis.step * at - o.ground_time_s;
    for (Index v = 0; v < n_velocities_; ++v) {
      DiffractionPath path{.standoff_m = o.standoff_m,
                           .antenna_offset_m = o.antenna_offset_m,
                           .velocity_m_per_s = 1.0 / (slowest_ + slowness_step_ * static_cast<double>(v))};
      path.depth_m = diffraction_depth(apex_s + surface_time(path), path, least_depth_m);
      depth_[to_size(b * n_velocities_ + v)] = path.depth_m;
      const double top = diffraction_time(0.0, path);
      const double top_cosines = diffraction_cosines(0.0, path);
      for (Index w = 0; w < n_widths_; ++w) {
        Curve& curve = curves_[to_size(b * n_curves_ + v * n_widths_ + w)];
        curve.first_tap = tap;
        for (Index m = 0; m <= n_steps_; ++m) {
          const double x = static_cast<double>(m * stride_) * gate_.spacing_m;
          const double away = std::max(0.0, x - 0.5 * widths_[to_size(w)]);
          const double time = diffraction_time(away, path);
          const double pattern = diffraction_cosines(away, path) / top_cosines;
          const double edge = (x / reach_m - (1.0 - o.taper)) / std::max(o.taper, 1e-9);
          const double fade = edge > 0.0 ? cos(0.5 * pi * std::min(edge, 1.0)) : 1.0;
          const double amplitude =
              to_power(top / time, o.amplitude_power) * to_power(pattern, o.pattern_power) * fade * fade;
          const double delay = std::min((time - top) / time_step, 1e9);
          const auto shift = static_cast<Index>(delay + 0.5);
          const Index centre = gate_.first + first_apex * step_ + shift / finer_;
          if (m > 0 && (!(amplitude >= least_amplitude) || centre >= gate_.n_samples)) break;
          Tap& t = taps_[to_size(tap++)];
          t.shift = static_cast<std::int32_t>(shift % phases_ * room_ + shift / phases_);
          t.weight = static_cast<float>(amplitude);
          curve.reach = static_cast<std::int32_t>(m);
          const float sides = m == 0 ? 1.0F : 2.0F;
          curve.weights += sides * t.weight * t.weight;
          curve.traces += sides;
        }
      }
    }
  }
}

std::span<float> HyperbolaBank::row(Index slot, Index stream) noexcept {
  const Index size = phases_ * room_;
  return slots_.subspan(to_size((slot * n_streams_ + stream) * size), to_size(size));
}

// The slot of the trace so many before the newest one.
Index HyperbolaBank::slot_of(Index distance) const noexcept {
  const Index at = newest_ - distance;
  return at < 0 ? at + 2 * half_ + 1 : at;
}

void HyperbolaBank::advance() noexcept { newest_ = newest_ == 2 * half_ ? 0 : newest_ + 1; }

// Place j of phase p is the time  first - lead + j step + p / finer  in samples: what lies apex steps apart lies side by side.
void HyperbolaBank::sample(ConstTraceRef trace, std::span<float> to) const noexcept {
  const Index begin = gate_.first - (window_ - 1) / 2 * step_;
  const Index n = trace.n();
  const auto at = [&](Index i) noexcept {
    const float x = i >= 0 && i < n ? trace[to_size(i)] : 0.0F;
    return x > silent || x < -silent ? x : 0.0F;
  };
  for (Index p = 0; p < phases_; ++p) {
    float* const phase = to.data() + p * room_;
    const Index whole = begin + p / finer_;
    const float share = static_cast<float>(p % finer_) / static_cast<float>(finer_);
    // From here on every place lies behind the record.
    const Index inside = std::clamp<Index>((n - whole + step_ - 1) / step_, 0, room_);
    if (share == 0.0F) {
      for (Index j = 0; j < inside; ++j) phase[j] = at(whole + j * step_);
    } else {
      for (Index j = 0; j < inside; ++j) {
        const float x = at(whole + j * step_);
        phase[j] = x + share * (at(whole + j * step_ + 1) - x);
      }
    }
    std::fill(phase + inside, phase + room_, 0.0F);
  }
}

void HyperbolaBank::push(ConstTraceRef trace) noexcept {
  advance();
  there_[to_size(newest_)] = 1;
  take(trace, newest_);
}

void HyperbolaBank::push_aside(ConstTraceRef trace) noexcept { take(trace, 2 * half_ + 1); }

void HyperbolaBank::take(ConstTraceRef trace, Index slot) noexcept {
  const Index n = room_ - window_ + 1;
  const std::span<float> first = row(slot, 0);
  const std::span<float> energy = row(slot, 1);
  const bool ncc = match_ == CurveMatch::ncc;
  const std::span<float> y = ncc ? row(slot, 2) : first;  // ncc: the sums replace the samples at the end
  sample(trace, y);
  for (Index p = 0; p < phases_; ++p) {
    const auto part = [&](std::span<float> s) { return s.subspan(to_size(p * room_), to_size(room_)); };
    const float* const from = part(y).data();
    moving_sum(part(energy), n, window_, [from](Index i, Index) noexcept { return from[i] * from[i]; });
    if (!ncc) continue;
    const float* const wave = wave_.data();
    moving_sum(part(first), n, window_, [from, wave](Index i, Index j) noexcept { return wave[j] * from[i]; });
    // Sums in place: what is read lies at or behind what is written.
    for (Index i = 0; i < n; ++i) {
      float sum = 0.0F;
      for (Index j = 0; j < window_; ++j) sum += from[i + j];
      part(y)[to_size(i)] = sum;
    }
    std::fill(part(y).begin() + n, part(y).end(), 0.0F);
  }
}

void HyperbolaBank::push_absent() noexcept {
  advance();
  there_[to_size(newest_)] = 0;
  for (Index s = 0; s < n_streams_; ++s) {
    const std::span<float> zero = row(newest_, s);
    std::fill(zero.begin(), zero.end(), 0.0F);
  }
}

// A curve is as late on the left as on the right: the two sides are added once, for all templates.
void HyperbolaBank::fold(Index ahead, bool aside) noexcept {
  const Index size = phases_ * room_;
  whole_ = true;
  for (Index m = 0; m <= n_steps_; ++m) {
    const Index before = m == 0 && aside ? 2 * half_ + 1 : slot_of(ahead + m * stride_);
    const bool reached = m * stride_ <= ahead;
    const Index after = reached ? slot_of(ahead - m * stride_) : before;
    const auto is_there = [&](Index slot) noexcept {
      return slot > 2 * half_ ? Index{1} : Index{there_[to_size(slot)]};
    };
    const Index there = is_there(before) + (m > 0 && reached ? is_there(after) : 0);
    count_[to_size(m)] = static_cast<float>(there);
    whole_ = whole_ && there == (m == 0 ? 1 : 2);
    for (Index s = 0; s < n_streams_; ++s) {
      const float*& source = source_[to_size(s * (n_steps_ + 1) + m)];
      if (m == 0) {
        source = row(before, s).data();
        continue;
      }
      const float* const a = row(before, s).data();
      const float* const b = row(after, s).data();
      float* const sum = folded_.data() + ((m - 1) * n_streams_ + s) * size;
      if (reached)
        for (Index i = 0; i < size; ++i) sum[i] = a[i] + b[i];
      else std::copy_n(a, size, sum);
      source = sum;
    }
  }
}

HyperbolaBank::Power HyperbolaBank::power(Index bin, Index curve) noexcept {
  const Curve& c = curves_[to_size(bin * n_curves_ + curve)];
  const std::span<const Tap> taps =
      std::span<const Tap>(taps_).subspan(to_size(Index{c.first_tap}), to_size(Index{c.reach} + 1));
  float weights = c.weights;
  Power p;
  p.traces = c.traces;
  if (!whole_) {
    weights = p.traces = 0.0F;
    for (std::size_t m = 0; m < taps.size(); ++m) {
      weights += count_[m] * taps[m].weight * taps[m].weight;
      p.traces += count_[m];
    }
  }
  if (p.traces < fewest_traces || !(weights > 0.0F)) return p;

  const Index at = bin * static_cast<Index>(lanes);
  const float* const* const first = source_.data();
  const float* const* const second = first + n_steps_ + 1;
  add_along<lanes>(taps, second, at, false, p.present.data());
  if (match_ == CurveMatch::ncc) {
    Four sum{};
    add_along<lanes>(taps, first, at, true, p.explained.data());
    add_along<lanes>(taps, second + n_steps_ + 1, at, false, sum.data());
    const float values = p.traces * static_cast<float>(window_);
    for (std::size_t l = 0; l < lanes; ++l) {
      p.explained[l] = p.explained[l] * p.explained[l] / weights;
      p.present[l] -= sum[l] * sum[l] / values;
    }
    return p;
  }
  // The stack over the window of all four apex times, then four sums of its squares.
  const Index n = static_cast<Index>(scratch_.size());
  float* const stack = scratch_.data();
  Index i = 0;
  for (; i + 16 <= n; i += 16) add_along<16>(taps, first, at + i, true, stack + i);
  if (n - i == 12) add_along<12>(taps, first, at + i, true, stack + i);
  else if (n - i == 8) add_along<8>(taps, first, at + i, true, stack + i);
  else if (n - i == 4) add_along<4>(taps, first, at + i, true, stack + i);
  for (Index j = 0; j < n; ++j) stack[j] *= stack[j];
  Four sum{};
  for (Index j = 0; j < window_; ++j)
    for (std::size_t l = 0; l < lanes; ++l) sum[l] += stack[to_size(j) + l];
  for (std::size_t l = 0; l < lanes; ++l) p.explained[l] = sum[l] / weights;
  return p;
}

// Without branches, so that the four go side by side: what a division by nothing gives is not taken.
HyperbolaBank::Four HyperbolaBank::value(const Power& p, CurveScore score) const noexcept {
  const Four& a = p.explained;
  const Four& e = p.present;
  const auto window = static_cast<float>(window_);
  const float share = 1.0F / window;
  const float freedom = match_ == CurveMatch::ncc ? p.traces * window - 2.0F : p.traces - 1.0F;
  Four out{};
  switch (score) {
    case CurveScore::share:
      for (std::size_t l = 0; l < lanes; ++l) {
        const float rest = e[l] - a[l];
        const float least = least_rest * e[l];
        out[l] = freedom * a[l] / (rest > least ? rest : least);
      }
      break;
    case CurveScore::energy:
      for (std::size_t l = 0; l < lanes; ++l) out[l] = a[l] * share;
      break;
    case CurveScore::product:
      for (std::size_t l = 0; l < lanes; ++l) {
        const float r = a[l] / e[l];
        out[l] = a[l] * share * (r < 1.0F ? r : 1.0F);
      }
      break;
  }
  for (std::size_t l = 0; l < lanes; ++l) out[l] = a[l] > 0.0F && e[l] > 0.0F ? out[l] : 0.0F;
  return out;
}

void HyperbolaBank::look(Index ahead, bool aside) noexcept {
  fold(ahead, aside);
  std::fill(best_.begin(), best_.end(), 0.0F);
  std::fill(which_.begin(), which_.end(), 0);
  for (Index b = 0; b < n_bins_; ++b) {
    Four best{};
    std::array<std::int32_t, lanes> which{};
    for (Index c = 0; c < n_curves_; ++c) {
      const Four q = value(power(b, c), score_);
      for (std::size_t l = 0; l < lanes; ++l)
        if (q[l] > best[l]) {
          best[l] = q[l];
          which[l] = static_cast<std::int32_t>(c);
        }
    }
    std::copy(best.begin(), best.end(), best_.begin() + b * static_cast<Index>(lanes));
    std::copy(which.begin(), which.end(), which_.begin() + b * static_cast<Index>(lanes));
  }
}

double HyperbolaBank::best_of_segment(Index segment, Index& apex) const noexcept {
  const Index first = (segment * gate_.segment + step_ - 1) / step_;
  const Index end = std::min(n_apexes_, ((segment + 1) * gate_.segment + step_ - 1) / step_);
  apex = -1;
  float best = 0.0F;
  for (Index j = first; j < end; ++j)
    if (best_[to_size(j)] > best) {
      best = best_[to_size(j)];
      apex = j;
    }
  return static_cast<double>(best);
}

double HyperbolaBank::share(Index apex, Index curve) noexcept {
  const Power p = power(apex / static_cast<Index>(lanes), curve);
  const std::size_t lane = to_size(apex % static_cast<Index>(lanes));
  return p.present[lane] > 0.0F
             ? std::min(1.0, static_cast<double>(p.explained[lane]) / static_cast<double>(p.present[lane]))
             : 0.0;
}

// Side lobes of a wave are as coherent as its middle, and a segment may hold its beginning alone: the place of the apex, and with
// it velocity and depth, is where amplitude times coherence is largest within one wave.
CurveFit HyperbolaBank::fit(Index apex) noexcept {
  constexpr auto n_lanes = static_cast<Index>(lanes);
  const auto product = [&](Index bin, Index curve) noexcept { return value(power(bin, curve), CurveScore::product); };
  const Index first = std::max<Index>(0, apex - window_);
  const Index last = std::min(n_apexes_ - 1, apex + window_);
  Index best = which_[to_size(apex)];
  float most = product(apex / n_lanes, best)[to_size(apex % n_lanes)];
  for (Index b = first / n_lanes; b <= last / n_lanes; ++b)
    for (Index c = 0; c < n_curves_; ++c) {
      const Four q = product(b, c);
      for (Index l = 0; l < n_lanes; ++l) {
        const Index j = b * n_lanes + l;
        if (j < first || j > last || !(q[to_size(l)] > most)) continue;
        most = q[to_size(l)];
        apex = j;
        best = c;
      }
    }
  const Index bin = apex / n_lanes;
  const std::size_t lane = to_size(apex % n_lanes);
  const Index v = best / n_widths_;
  const Index w = best % n_widths_;

  // The top of the parabola through the logarithms at the velocities to both sides, in steps of slowness.
  double between = 0.0;
  if (v > 0 && v + 1 < n_velocities_) {
    const auto at = [&](Index k) noexcept {
      return log_energy(static_cast<double>(product(bin, k * n_widths_ + w)[lane]));
    };
    const double left = at(v - 1);
    const double right = at(v + 1);
    const double bend = left - 2.0 * at(v) + right;
    if (bend < 0.0 && bend > -1e300) between = std::clamp(0.5 * (left - right) / bend, -0.5, 0.5);
  }
  const double slowness = slowest_ + slowness_step_ * (static_cast<double>(v) + between);
  const Index other = std::clamp<Index>(v + (between < 0.0 ? -1 : 1), 0, n_velocities_ - 1);
  const double here = depth_[to_size(bin * n_velocities_ + v)];
  const double there = depth_[to_size(bin * n_velocities_ + other)];
  const double from_bin =
      (static_cast<double>(lane) - 0.5 * static_cast<double>(lanes - 1)) * static_cast<double>(step_);
  CurveFit fit;
  fit.time_s = gate_.axis.start + gate_.axis.step * static_cast<double>(gate_.first + apex * step_);
  fit.velocity_m_per_s = 1.0 / slowness;
  fit.width_m = widths_[to_size(w)];
  fit.depth_m = std::max(0.0, here + std::abs(between) * (there - here) + 0.5 * from_bin * gate_.axis.step / slowness);
  fit.share = share(apex, best);
  return fit;
}

void HyperbolaBank::clear() noexcept {
  std::fill(slots_.begin(), slots_.end(), 0.0F);
  std::fill(there_.begin(), there_.end(), static_cast<unsigned char>(0));
  std::fill(best_.begin(), best_.end(), 0.0F);
  std::fill(which_.begin(), which_.end(), 0);
  newest_ = 0;
}

void HyperbolaBank::state(StateArchive& archive) noexcept {
  archive(slots_);
  archive(there_);
  if (archive.loading())
    for (unsigned char& t : there_) t = t != 0 ? 1 : 0;
  archive.index(newest_, 2 * half_ + 1);
}

}  // namespace surefoot::dsp
