// SPDX-License-Identifier: MIT
#include "delay_sum.hpp"

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/parallel.hpp>
#include <surefoot/dsp/plane_wave.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <new>
#include <numbers>

namespace surefoot::gpr::imaging {
namespace {

constexpr double light_m_per_s = dsp::speed_of_light_m_s;
constexpr double on_the_ground_m = 0.005;  // antennas below this height touch it
constexpr double standoff_step_m = 1e-4;   // standoffs closer than this share a table: 0.4 ps
constexpr Index rows_a_block = 32;         // of a table; a block is made by one thread

[[nodiscard]] Index standoff_bin(double standoff) noexcept {
  return standoff < on_the_ground_m ? 0 : static_cast<Index>(std::lround(standoff / standoff_step_m));
}

// Lines whose length is a power of two would all fall into the same set of the cache.
[[nodiscard]] Index odd_lines(Index n) noexcept {
  const Index lines = (n + lanes - 1) / lanes;
  return (lines + 1 - lines % 2) * lanes;
}

[[nodiscard]] double tangent_of(double degrees) noexcept { return std::tan(degrees * std::numbers::pi / 180.0); }

}  // namespace

DelaySum::DelaySum(const DelaySumOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : options_(options),
      kernels_(kernels()),
      n_fine_(oversampling * (in.n_samples - 1) + 1),
      fine_row_(odd_lines(n_fine_ + 1)),
      n_fft_(dsp::fft_size(2 * in.n_samples)),
      n_channels_(options.coherence ? 3 : (options.envelope ? 2 : 1)),
      n_planes_(n_channels_ + (options.weighting == Weighting::mean ? 1 : 0)),
      n_workers_(dsp::threads()),
      n_depths_(padded(options.n_depths)),
      start_s_(in.axis.start),
      fine_s_(in.axis.step / static_cast<double>(oversampling)) {
  const bool mean = options.weighting == Weighting::mean;
  const Index n = in.max_traces;
  const double spacing = in.trace_spacing_m;
  const double wanted = spacing > 0.0 ? 1.05 * options.aperture_m / spacing + 2.0 : static_cast<double>(most_offsets);
  n_offsets_room_ = static_cast<Index>(std::min({wanted, static_cast<double>(n), static_cast<double>(most_offsets)}));
  even_stride_ = odd_lines(2 * tile + (n + tile - 1) / tile * tile);
  const double farthest = options.aperture_m + 0.5 * options.antenna_offset_m;
  table_step_m_ = std::max(0.002, farthest / 8192.0);
  const Index blocks = (static_cast<Index>(farthest / table_step_m_) + 2 + rows_a_block - 1) / rows_a_block;
  n_table_rows_ = mean ? blocks * rows_a_block : 0;

  const Index n_spectrum = n_fft_ / 2 + 1;
  depth_ = arena.take<float>(n_depths_);
  response_ = arena.take<std::complex<float>>(mean ? 0 : n_spectrum);
  data_ = arena.take<float>(n_channels_ * std::max((n_fine_ + 1) * even_stride_, n * fine_row_));
  usable_ = arena.take<float>(mean ? even_stride_ : 0);
  even_taps_ = arena.take<Tap>(n_offsets_room_ * n_depths_);
  even_reach_ = arena.take<Index>(n_depths_);
  sums_ = arena.take<float>(options.most_columns * n_planes_ * n_depths_);
  order_ = arena.take<Index>(n);
  table_ = arena.take<float>(n_table_rows_ * n_depths_);
  aperture_ = arena.take<float>(n_depths_);
  transforms_ = arena.take<std::byte>(2 * n_workers_ * static_cast<Index>(sizeof(dsp::RealFft)));
  workers_ = arena.take<Worker>(n_workers_);
  Worker spare;
  for (Index k = 0; k < n_workers_; ++k) {
    Worker& w = workers_.empty() ? spare : workers_[to_size(k)];
    w.spectrum = arena.take<std::complex<float>>(n_spectrum);
    w.filtered = arena.take<std::complex<float>>(n_spectrum);
    w.fine = arena.take<float>(n_channels_ * lanes * fine_row_);
    w.planes = arena.take<float>(n_planes_ * n_depths_);
    w.tiles = arena.take<float>(n_planes_ * n_depths_ * tile);
    w.tangent = arena.take<float>(n_depths_);
    w.row = arena.take<std::int32_t>(n_depths_);
    w.first = arena.take<float>(n_depths_);
    w.second = arena.take<float>(n_depths_);
    w.inverse_aperture = arena.take<float>(n_depths_);
  }
  if (!arena.ok()) return;

  ok_ = true;
  auto* room = reinterpret_cast<dsp::RealFft*>(transforms_.data());
  for (Worker& w : workers_) {
    w.forward = ::new (static_cast<void*>(room++)) dsp::RealFft(n_fft_);
    w.inverse = ::new (static_cast<void*>(room++)) dsp::RealFft(oversampling * n_fft_);
    ok_ = ok_ && w.forward->ok() && w.inverse->ok();
  }
  if (!ok_) {
    arena.fail();
    return;
  }
  for (Index i = 0; i < n_depths_; ++i)
    depth_[to_size(i)] = static_cast<float>(options.depth_step_m * static_cast<double>(i));
  // sqrt(-j w): the adjoint of the half derivative that two-dimensional spreading brings along.
  for (Index k = 0; k < static_cast<Index>(response_.size()); ++k) {
    const double w = 2.0 * std::numbers::pi * static_cast<double>(k) / (static_cast<double>(n_fft_) * in.axis.step);
    const double size = std::sqrt(0.5 * w);
    response_[to_size(k)] = {static_cast<float>(size), static_cast<float>(-size)};
  }
  law_.n = n_depths_;
  law_.depth_m = depth_.data();
  law_.samples_per_m = static_cast<float>(1.0 / (options.velocity_m_per_s * fine_s_));
  law_.last = static_cast<float>(n_fine_ - 1);
  law_.reach_m = static_cast<float>(options.aperture_m);
  law_.full = static_cast<float>(1.0 - options.taper);
  law_.fall = static_cast<float>(1.0 / std::max(options.taper, 1e-4));
  law_.spreading = mean ? 0.0F : static_cast<float>(0.5 * std::numbers::pi * options.velocity_m_per_s);
}

DelaySum::~DelaySum() {
  for (Worker& w : workers_) {
    if (w.forward != nullptr) w.forward->~RealFft();
    if (w.inverse != nullptr) w.inverse->~RealFft();
  }
}

void DelaySum::run(const ColumnRing& line, std::span<const Place> places, std::span<const Column> columns,
                   ColumnRing& made) noexcept {
  updates_ = 0.0;
  standoffs_ = 0;
  even_ = false;
  if (!ok_) {
    for (Index c = 0; c < made.size(); ++c) made.tag(c).quality |= Quality::dropped;
    return;
  }
  limit_dip(places);
  const Index n_offsets = columns.empty() ? even_offsets(places) : 0;
  even_ = n_offsets > 0;
  if (even_) {
    load_even(line, places);
    run_even(places, n_offsets, made);
  } else {
    load_pairs(line, places);
    run_pairs(places, columns, made);
  }
}

// Two neighbouring traces must see a dipping echo less than half a period of alias_hz apart: 2 sin(angle) / v * spacing.
void DelaySum::limit_dip(std::span<const Place> places) noexcept {
  double tangent = tangent_of(options_.aperture_deg);
  double width = 0.0;
  double n = 0.0;
  for (const Place& p : places)
    if (p.counts) {
      width += p.width_m;
      n += 1.0;
    }
  if (options_.alias_hz > 0.0 && width > 0.0) {
    const double sine = options_.velocity_m_per_s * n / (4.0 * options_.alias_hz * width);
    if (sine < 1.0) tangent = std::min(tangent, sine / std::sqrt(1.0 - sine * sine));
  }
  law_.tangent = static_cast<float>(tangent);
}

// How many distances the even path has to hold; 0 if the traces are not even, or too many are within reach.
Index DelaySum::even_offsets(std::span<const Place> places) const noexcept {
  const std::size_t n = places.size();
  if (n < 2) return 0;
  const Place& a = places.front();
  const double dx = (places.back().x_m - a.x_m) / static_cast<double>(n - 1);
  const double dy = (places.back().y_m - a.y_m) / static_cast<double>(n - 1);
  const double spacing = std::hypot(dx, dy);
  if (!(spacing > 0.0)) return 0;
  const double slack = 1e-3 * spacing;
  for (std::size_t i = 0; i < n; ++i) {
    const Place& p = places[i];
    const auto k = static_cast<double>(i);
    if (!(std::abs(p.x_m - a.x_m - k * dx) <= slack && std::abs(p.y_m - a.y_m - k * dy) <= slack &&
          std::abs(p.height_m - a.height_m) <= standoff_step_m && std::abs(p.standoff_m) < 1e6 &&
          standoff_bin(p.standoff_m) == standoff_bin(a.standoff_m)))
      return 0;
  }
  const double deepest = options_.depth_step_m * static_cast<double>(options_.n_depths) + a.standoff_m;
  const double farthest = std::min(options_.aperture_m, static_cast<double>(law_.tangent) * deepest);
  const double offsets = std::floor(farthest / spacing) + 2.0;
  const auto needed = static_cast<Index>(std::min(offsets, static_cast<double>(n)));
  return needed <= n_offsets_room_ ? needed : 0;
}

// Filter and oversample one trace into slot `slot` of the worker's buffer, for all channels.
void DelaySum::load(ConstTraceRef trace, Worker& w, Index slot) const noexcept {
  const auto fine = [&](Index channel) noexcept {
    return w.fine.subspan(to_size((channel * lanes + slot) * fine_row_), to_size(n_fine_));
  };
  w.forward->forward(trace, w.spectrum);
  constexpr auto scale = static_cast<float>(oversampling);
  w.spectrum.back() *= 0.5F;  // half of it belongs to the negative frequency
  for (Index channel = 0; channel < std::min<Index>(n_channels_, 2); ++channel) {
    for (std::size_t k = 0; k < w.spectrum.size(); ++k) {
      const std::complex<float> x = scale * w.spectrum[k];
      if (channel == 1) w.filtered[k] = {x.imag(), -x.real()};  // Hilbert transform
      else if (response_.empty()) w.filtered[k] = x;
      else
        w.filtered[k] = {x.real() * response_[k].real() - x.imag() * response_[k].imag(),
                         x.real() * response_[k].imag() + x.imag() * response_[k].real()};
    }
    w.inverse->inverse(w.filtered, fine(channel));
  }
  if (n_channels_ < 3) return;
  const std::span<float> re = fine(0);
  const std::span<float> im = fine(1);
  const std::span<float> power = fine(2);
  for (std::size_t i = 0; i < power.size(); ++i) power[i] = re[i] * re[i] + im[i] * im[i];
}

// Sample j of trace x at [j][tile + x], with zeros around: what one depth and one distance need lies side by side.
void DelaySum::load_even(const ColumnRing& line, std::span<const Place> places) noexcept {
  const auto n = static_cast<Index>(places.size());
  const Index plane = (n_fine_ + 1) * even_stride_;
  dsp::parallel_for((even_stride_ - 2 * tile + lanes - 1) / lanes, n_workers_, [&](Index begin, Index end, Index id) {
    Worker& w = workers_[to_size(id)];
    for (Index block = begin; block < end; ++block) {
      const Index x0 = block * lanes;
      for (Index l = 0; l < lanes; ++l) {
        if (x0 + l < n && places[to_size(x0 + l)].counts) {
          load(line.column(x0 + l), w, l);
          continue;
        }
        for (Index channel = 0; channel < n_channels_; ++channel)
          std::fill_n(w.fine.data() + (channel * lanes + l) * fine_row_, n_fine_, 0.0F);
      }
      for (Index channel = 0; channel < n_channels_; ++channel) {
        const float* const from = w.fine.data() + channel * lanes * fine_row_;
        float* const to = data_.data() + channel * plane + tile + x0;
        for (Index j = 0; j < n_fine_; ++j)
          for (Index l = 0; l < lanes; ++l) to[j * even_stride_ + l] = from[l * fine_row_ + j];
        std::fill_n(to + n_fine_ * even_stride_, lanes, 0.0F);
      }
    }
  });
  for (Index j = 0; j < n_channels_ * (n_fine_ + 1); ++j) {
    float* const row = data_.data() + j * even_stride_;
    std::fill_n(row, tile, 0.0F);
    std::fill_n(row + even_stride_ - tile, tile, 0.0F);
  }
  std::fill(usable_.begin(), usable_.end(), 0.0F);
  if (!usable_.empty())
    for (Index x = 0; x < n; ++x) usable_[to_size(tile + x)] = places[to_size(x)].counts ? 1.0F : 0.0F;
}

void DelaySum::load_pairs(const ColumnRing& line, std::span<const Place> places) noexcept {
  const auto n = static_cast<Index>(places.size());
  dsp::parallel_for(n, n_workers_, [&](Index begin, Index end, Index id) {
    Worker& w = workers_[to_size(id)];
    for (Index m = begin; m < end; ++m) {
      if (!places[to_size(m)].counts) continue;
      load(line.column(m), w, 0);
      for (Index channel = 0; channel < n_channels_; ++channel) {
        float* const to = data_.data() + (channel * n + m) * fine_row_;
        std::copy_n(w.fine.data() + channel * lanes * fine_row_, n_fine_, to);
        to[n_fine_] = 0.0F;
      }
    }
  });
}

// Time zero and the aperture for this standoff and, in the air, the table of one-way times.
void DelaySum::prepare(double standoff) noexcept {
  ++standoffs_;
  const double zero_s = since_emission(options_.time_zero, options_.antenna_offset_m, standoff);
  law_.origin = static_cast<float>(-(start_s_ + zero_s) / fine_s_);
  kernels_.aperture(law_, static_cast<float>(standoff), aperture_.data());
  if (standoff < on_the_ground_m) return;
  const float fine_s = 1.0F / (law_.samples_per_m * static_cast<float>(options_.velocity_m_per_s));
  dsp::parallel_for(n_table_rows_ / rows_a_block, n_workers_, [&](Index begin, Index end, Index id) {
    for (Index block = begin; block < end; ++block) {
      const Index row = block * rows_a_block;
      kernels_.table(law_, {static_cast<float>(table_step_m_ * static_cast<double>(row)),
                            static_cast<float>(table_step_m_), rows_a_block, static_cast<float>(standoff),
                            static_cast<float>(options_.velocity_m_per_s / light_m_per_s),
                            static_cast<float>(1.0 / light_m_per_s) / fine_s, law_.samples_per_m,
                            table_.data() + row * n_depths_, workers_[to_size(id)].tangent.data()});
    }
  });
}

// Taps of a column at (dx, dy) from the trace. The depths before the one returned lie outside the aperture.
Index DelaySum::pair_taps(double dx, double dy, const Place& place, double rise, double standoff,
                          Worker& w) const noexcept {
  const double across2 = dx * dx + dy * dy;
  const double across = std::sqrt(across2);
  const double half = 0.5 * options_.antenna_offset_m;
  const double along = 2.0 * half * (dx * place.along_x + dy * place.along_y);
  const double source2 = std::max(across2 + along + half * half, 0.0);
  const double receiver2 = std::max(across2 - along + half * half, 0.0);
  const double shallowest = (across - 1e-6) / static_cast<double>(law_.tangent) - rise - standoff;
  const double before = std::clamp(shallowest / options_.depth_step_m - 1.0, 0.0, static_cast<double>(n_depths_));
  const Index from = static_cast<Index>(before) / lanes * lanes;
  Law law = law_;
  law.n -= from;
  law.depth_m += from;
  const float* inverse = aperture_.data();
  if (rise != 0.0) {
    kernels_.aperture(law_, static_cast<float>(rise), w.inverse_aperture.data());
    inverse = w.inverse_aperture.data();
  }
  const Taps taps{w.row.data() + from, w.first.data() + from, w.second.data() + from};
  if (standoff < on_the_ground_m) {
    kernels_.straight(law,
                      {static_cast<float>(source2), static_cast<float>(receiver2), static_cast<float>(across),
                       static_cast<float>(rise), static_cast<float>(place.width_m), inverse + from},
                      taps);
    return from;
  }
  const auto leg = [&](double distance2, float& share) noexcept {
    const double at = std::min(std::sqrt(distance2) / table_step_m_, static_cast<double>(n_table_rows_ - 2));
    const auto row = static_cast<Index>(at);
    share = static_cast<float>(at - static_cast<double>(row));
    return table_.data() + row * n_depths_ + from;
  };
  RefractedPair pair;
  pair.source = leg(source2, pair.source_share);
  pair.receiver = leg(receiver2, pair.receiver_share);
  pair.next_row = n_depths_;
  pair.across_m = static_cast<float>(across);
  pair.inverse_aperture = inverse + from;
  kernels_.refracted(law, pair, taps);
  return from;
}

void DelaySum::run_even(std::span<const Place> places, Index n_offsets, ColumnRing& made) noexcept {
  const auto n = static_cast<Index>(places.size());
  const Place& a = places.front();
  Place first = a;
  const double dx = (places.back().x_m - a.x_m) / static_cast<double>(n - 1);
  const double dy = (places.back().y_m - a.y_m) / static_cast<double>(n - 1);
  first.width_m = std::hypot(dx, dy);
  const double standoff = standoff_step_m * static_cast<double>(standoff_bin(a.standoff_m));
  prepare(standoff);
  std::fill(even_reach_.begin(), even_reach_.end(), 1);
  dsp::parallel_for(n_offsets, n_workers_, [&](Index begin, Index end, Index id) {
    Worker& w = workers_[to_size(id)];
    for (Index k = begin; k < end; ++k) {
      const auto d = static_cast<double>(k);
      const Index from = pair_taps(d * dx, d * dy, first, 0.0, standoff, w);
      for (Index i = 0; i < n_depths_; ++i) {
        const std::size_t s = to_size(i);
        even_taps_[to_size(i * n_offsets_room_ + k)] = i < from ? Tap{} : Tap{w.row[s], w.first[s], w.second[s]};
      }
    }
  });
  for (Index i = 0; i < n_depths_; ++i)
    for (Index k = 1; k < n_offsets; ++k) {
      const Tap& tap = even_taps_[to_size(i * n_offsets_room_ + k)];
      if (tap.first != 0.0F || tap.second != 0.0F) even_reach_[to_size(i)] = k + 1;
    }
  for (const Index reach : even_reach_) updates_ += static_cast<double>((2 * reach - 1) * n);

  const Index plane = (n_fine_ + 1) * even_stride_;
  const bool mean = options_.weighting == Weighting::mean;
  dsp::parallel_for((n + tile - 1) / tile, n_workers_, [&](Index begin, Index end, Index id) {
    Worker& w = workers_[to_size(id)];
    for (Index t = begin; t < end; ++t) {
      const Index x0 = t * tile;
      for (Index i = 0; i < options_.n_depths; ++i) {
        const Tap* const taps = even_taps_.data() + i * n_offsets_room_;
        const Index reach = even_reach_[to_size(i)];
        float* const sums = w.tiles.data() + i * tile;
        const auto add = [&](const float* rows, Index stride, Index p) noexcept {
          kernels_.even({rows + tile, stride, n}, taps, reach, x0, sums + p * n_depths_ * tile);
        };
        for (Index c = 0; c < n_channels_; ++c) add(data_.data() + c * plane, even_stride_, c);
        if (mean) add(usable_.data(), 0, n_channels_);
      }
      for (Index x = x0; x < std::min(x0 + tile, n); ++x) {
        for (Index p = 0; p < n_planes_; ++p)
          for (Index i = 0; i < options_.n_depths; ++i)
            w.planes[to_size(p * n_depths_ + i)] = w.tiles[to_size((p * n_depths_ + i) * tile + x - x0)];
        finish(w.planes.data(), made.column(x));
      }
    }
  });
}

void DelaySum::run_pairs(std::span<const Place> places, std::span<const Column> columns, ColumnRing& made) noexcept {
  const Index n_columns = made.size();
  std::fill_n(sums_.begin(), n_columns * n_planes_ * n_depths_, 0.0F);
  Index n_counting = 0;
  for (Index m = 0; m < static_cast<Index>(places.size()); ++m)
    if (places[to_size(m)].counts) order_[to_size(n_counting++)] = m;
  const std::span<Index> order = order_.first(to_size(n_counting));
  const auto bin = [&](Index m) noexcept { return standoff_bin(places[to_size(m)].standoff_m); };
  std::sort(order.begin(), order.end(), [&](Index a, Index b) noexcept {
    const Index p = bin(a);
    const Index q = bin(b);
    return p != q ? p < q : a < b;
  });
  for (Index k = 0; k < n_counting;) {
    const Index standoff = bin(order[to_size(k)]);
    Index end = k + 1;
    while (end < n_counting && bin(order[to_size(end)]) == standoff) ++end;
    add_pairs(places, order.subspan(to_size(k), to_size(end - k)), columns,
              standoff_step_m * static_cast<double>(standoff));
    k = end;
  }
  for (Worker& w : workers_) {
    updates_ += w.updates;
    w.updates = 0.0;
  }
  dsp::parallel_for(n_columns, n_workers_, [&](Index begin, Index end, Index) {
    for (Index c = begin; c < end; ++c) finish(sums_.data() + c * n_planes_ * n_depths_, made.column(c));
  });
}

void DelaySum::add_pairs(std::span<const Place> places, std::span<const Index> members, std::span<const Column> columns,
                         double standoff) noexcept {
  prepare(standoff);
  const auto n = static_cast<Index>(places.size());
  const Index n_columns = columns.empty() ? n : static_cast<Index>(columns.size());
  const double reach = static_cast<double>(law_.reach_m);
  dsp::parallel_for(n_columns, n_workers_, [&](Index begin, Index end, Index id) {
    Worker& w = workers_[to_size(id)];
    for (Index c = begin; c < end; ++c) {
      const Place* const under = columns.empty() ? &places[to_size(c)] : nullptr;
      const Column at = under != nullptr ? Column{under->x_m, under->y_m, under->height_m} : columns[to_size(c)];
      float* const sums = sums_.data() + c * n_planes_ * n_depths_;
      for (const Index m : members) {
        const Place& place = places[to_size(m)];
        const double dx = at.x_m - place.x_m;
        const double dy = at.y_m - place.y_m;
        const double rise = place.height_m - at.height_m;
        if (!(dx * dx + dy * dy <= reach * reach && std::isfinite(rise))) continue;  // a column of unknown place
        const Index from = pair_taps(dx, dy, place, rise, standoff, w);
        w.updates += static_cast<double>(n_depths_ - from);
        Law law = law_;
        law.n -= from;
        const Taps taps{w.row.data() + from, w.first.data() + from, w.second.data() + from};
        for (Index channel = 0; channel < n_channels_; ++channel)
          kernels_.add(law, taps, data_.data() + (channel * n + m) * fine_row_, sums + channel * n_depths_ + from);
        if (n_planes_ > n_channels_) kernels_.count(law, taps, sums + n_channels_ * n_depths_ + from);
      }
    }
  });
}

void DelaySum::finish(const float* planes, TraceRef out) const noexcept {
  const std::size_t n = out.size();
  if (options_.weighting == Weighting::kirchhoff) {
    std::copy_n(planes, n, out.begin());
  } else {
    const auto plane = [&](Index p) noexcept { return planes + p * n_depths_; };
    const float* const re = plane(0);
    const float* const im = n_channels_ > 1 ? plane(1) : nullptr;
    const float* const power = n_channels_ > 2 ? plane(2) : nullptr;
    const float* const weight = plane(n_channels_);
    for (std::size_t i = 0; i < n; ++i) {
      // Less than a thousandth of one trace looks at the point: it has not been seen.
      const float share = weight[i] > 1e-3F ? 1.0F / weight[i] : 0.0F;
      const float a = re[i] * share;
      const float b = im != nullptr ? im[i] * share : 0.0F;
      const float square = a * a + b * b;
      float y = options_.envelope ? std::sqrt(square) : a;
      if (power != nullptr) y *= power[i] > 0.0F ? std::min(square / (power[i] * share), 1.0F) : 0.0F;
      out[i] = y;
    }
  }
  dsp::tidy(out);
}

}  // namespace surefoot::gpr::imaging
