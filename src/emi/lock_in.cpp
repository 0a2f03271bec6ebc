// SPDX-License-Identifier: MIT
#include <surefoot/emi/lock_in.hpp>

#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace surefoot::emi {
namespace {

constexpr Index most_cells = 64;
constexpr double most_samples = 1e9;  // of an output interval
constexpr double silence = 1e-15;     // of a leak: below are rounding errors
constexpr double settled = 6.0;       // time constants: 0.4 % of a step are left
constexpr double forgotten = 10.0;    // 0.05 % are left

/// Coefficients of the cosines of a window.
struct Cosines {
  std::array<double, 3> a{1.0, 0.0, 0.0};
  Index count = 0;  // beside the constant
};
Cosines cosines_of(LockInFilter filter) noexcept {
  if (filter == LockInFilter::hann) return {{0.5, 0.5, 0.0}, 1};
  if (filter == LockInFilter::blackman) return {{0.42, 0.5, 0.08}, 2};
  return {};
}

/// Lengths in samples.
struct Lengths {
  Index interval = 1;
  Index cells = 1;
};
Lengths lengths_of(const LockInOptions& options, double rate_hz) noexcept {
  Lengths l;
  l.interval = static_cast<Index>(std::clamp(std::round(options.output_interval_s * rate_hz), 1.0, most_samples));
  if (options.filter != LockInFilter::lowpass) {
    const double cells = std::round(options.integration_s * rate_hz / static_cast<double>(l.interval));
    l.cells = static_cast<Index>(std::clamp(cells, 1.0, most_samples));
  }
  return l;
}

/// 1 - e^(-x), also for small x.
double approach(double x) noexcept {
  return x < 1e-4 ? x * (1.0 - x * (0.5 - x * (1.0 / 6.0 - x / 24.0))) : 1.0 - dsp::exp(-x);
}
double gain_of(const LockInOptions& options, double rate_hz, Index interval) noexcept {
  return approach(static_cast<double>(interval) / (rate_hz * options.time_constant_s));
}

/// Mean of e^(2 pi i turns n) over n samples around their middle.
double dirichlet(double turns, double n) noexcept {
  const double t = turns - std::round(turns);
  // A whole turn of an even number of samples around their middle is half a turn each.
  const double sign = std::fmod(std::abs(turns - t), 2.0) == 1.0 && std::fmod(n, 2.0) == 0.0 ? -1.0 : 1.0;
  const double below = dsp::sin(dsp::pi * t);
  if (std::abs(t) * n < 1e-9 || below == 0.0) return sign;
  const double above = n * t;
  const double rest = above - 2.0 * std::round(0.5 * above);
  return sign * dsp::sin(dsp::pi * rest) / (n * below);
}

double resolution_hz(const LockInOptions& options, double rate_hz) noexcept {
  if (options.filter == LockInFilter::lowpass) return 1.0 / options.time_constant_s;
  const Lengths l = lengths_of(options, rate_hz);
  const double lobes = 1.0 + static_cast<double>(cosines_of(options.filter).count);
  return lobes * rate_hz / (static_cast<double>(l.interval) * static_cast<double>(l.cells));
}

double decibel(double share) noexcept { return 20.0 * dsp::log10(std::max(share, silence)); }

/// The largest share of another tone, of an image or of DC in a tone.
double leak_of_tones(const LockInOptions& options, double rate_hz) noexcept {
  double worst = 0.0;
  for (const double f : options.tones_hz.view()) {
    worst = std::max(worst, lock_in_response(options, rate_hz, f));
    for (const double g : options.tones_hz.view()) {
      worst = std::max(worst, lock_in_response(options, rate_hz, f + g));
      if (f != g) worst = std::max(worst, lock_in_response(options, rate_hz, f - g));
    }
  }
  return worst;
}

/// The largest share of a harmonic of the mains in a tone: of the first 20 and of the 41 around the tone.
double leak_of_mains(const LockInOptions& options, double rate_hz) noexcept {
  constexpr double n_near = 20.0;
  double worst = 0.0;
  if (options.mains_hz <= 0.0) return worst;
  for (const double f : options.tones_hz.view()) {
    const auto look_at = [&](double harmonic) noexcept {
      const double h = harmonic * options.mains_hz;
      if (harmonic < 1.0 || h >= 0.5 * rate_hz) return;
      worst = std::max({worst, lock_in_response(options, rate_hz, f - h), lock_in_response(options, rate_hz, f + h)});
    };
    const double nearest = std::round(f / options.mains_hz);
    for (double k = 1.0; k <= n_near; k += 1.0) look_at(k);
    for (double k = -n_near; k <= n_near; k += 1.0) look_at(nearest + k);
  }
  return worst;
}

StreamSpec output_of(const LockInOptions& options, const StreamSpec& in) noexcept {
  const double rate = dsp::rate_of(in.axis.step);
  const double blocks =
      static_cast<double>(lengths_of(options, rate).interval) / static_cast<double>(in.channel_samples());
  StreamSpec out = in;
  out.axis = {AxisKind::sweep, 0.0, 0.0, options.tones_hz};
  out.n_samples = 2 * options.tones_hz.count * in.n_channels;
  out.trace_interval_s = static_cast<double>(lengths_of(options, rate).interval) / rate;
  out.trace_spacing_m = in.trace_spacing_m * blocks;
  if (in.max_traces > 0) out.max_traces = static_cast<Index>(static_cast<double>(in.max_traces) / blocks) + 2;
  return out;
}

Index whole_above(double x) noexcept { return static_cast<Index>(std::clamp(std::ceil(x), 0.0, 1e9)); }

std::int64_t floor_of(std::int64_t n, std::int64_t by) noexcept { return n >= 0 ? n / by : -((-n + by - 1) / by); }

}  // namespace

double lock_in_response(const LockInOptions& options, double rate_hz, double offset_hz) noexcept {
  const double turns = offset_hz / rate_hz;
  const Lengths l = lengths_of(options, rate_hz);
  const double n = static_cast<double>(l.interval) * static_cast<double>(l.cells);
  if (options.filter == LockInFilter::lowpass) {
    const double g = gain_of(options, rate_hz, l.interval);
    const double angle = turns * n;
    const double c = dsp::cos(2.0 * dsp::pi * (angle - std::round(angle)));
    const double square = 1.0 - 2.0 * (1.0 - g) * c + (1.0 - g) * (1.0 - g);
    return std::abs(dirichlet(turns, n)) * g * g / square;
  }
  const Cosines w = cosines_of(options.filter);
  double sum = w.a[0] * dirichlet(turns, n);
  for (Index m = 1; m <= w.count; ++m) {
    const double shift = static_cast<double>(m) / n;
    sum += 0.5 * w.a[to_size(m)] * (dirichlet(turns - shift, n) + dirichlet(turns + shift, n));
  }
  return std::abs(sum) / w.a[0];
}

double lock_in_noise_bandwidth_hz(const LockInOptions& options, double rate_hz) noexcept {
  const Lengths l = lengths_of(options, rate_hz);
  const double boxcar = rate_hz / (2.0 * static_cast<double>(l.interval) * static_cast<double>(l.cells));
  if (options.filter == LockInFilter::lowpass) {
    const double g = gain_of(options, rate_hz, l.interval);
    const double one_less_q = g * (2.0 - g);
    const double q = (1.0 - g) * (1.0 - g);
    return boxcar * g * g * g * g * (1.0 + q) / (one_less_q * one_less_q * one_less_q);
  }
  const Cosines w = cosines_of(options.filter);
  const double squares = w.a[0] * w.a[0] + 0.5 * (w.a[1] * w.a[1] + w.a[2] * w.a[2]);
  return boxcar * squares / (w.a[0] * w.a[0]);
}

Problem validate(const LockInOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (in.axis.kind != AxisKind::sample_time || !(in.axis.step > 0.0))
    return {"tones_hz", "need an axis of sample_time with equal steps", in.axis.step};
  if (in.n_channels < 1 || in.channel_samples() * in.n_channels != in.n_samples)
    return {"tones_hz", "need channels of equal length", static_cast<double>(in.n_samples)};
  if (options.tones_hz.empty())
    return {"tones_hz", "must be at least one", 0.0, between(1.0, static_cast<double>(NumberList::capacity))};
  const double rate = dsp::rate_of(in.axis.step);
  if (options.output_interval_s * rate > most_samples)
    return {"output_interval_s", "is longer than 1e9 samples", options.output_interval_s,
            above_to(0.0, most_samples / rate), Unit::second};
  const Lengths l = lengths_of(options, rate);
  if (l.cells > most_cells)
    return {"integration_s", "must be at most 64 output intervals", options.integration_s,
            above_to(0.0, static_cast<double>(most_cells) * options.output_interval_s), Unit::second};
  const double resolution = resolution_hz(options, rate);
  double before = 0.0;
  for (const double f : options.tones_hz.view()) {
    // Half a millionth: a tone of one whole cycle is far enough from 0 whatever its rounding.
    const double least = resolution * (1.0 - 5e-7);
    if (!(f - before >= least) || !(rate - 2.0 * f >= least))
      return {"tones_hz",
              "must be as far from 0, from each other and from half the sampling rate as the filter resolves", f,
              between(before + resolution, 0.5 * (rate - resolution)), Unit::hertz};
    before = f;
  }
  return {};
}

LockIn::LockIn(const LockInOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, output_of(options, in), arena),
      n_tones_(options.tones_hz.count),
      n_channels_(in.n_channels),
      block_(in.channel_samples()),
      interval_(lengths_of(options, dsp::rate_of(in.axis.step)).interval),
      cells_(lengths_of(options, dsp::rate_of(in.axis.step)).cells),
      filter_(options.filter),
      latency_((interval_ - 1) / block_),
      rail_(options.rail),
      step_s_(in.axis.step),
      gain_(gain_of(options, dsp::rate_of(in.axis.step), interval_)),
      warm_cells_(whole_above(settled * options.time_constant_s / (static_cast<double>(interval_) * step_s_))),
      hold_cells_(whole_above(forgotten * options.time_constant_s / (static_cast<double>(interval_) * step_s_))),
      bank_(n_tones_ * (1 + 2 * cosines_of(options.filter).count), n_channels_, arena),
      ring_(arena.take<Cell>(cells_)),
      sums_(arena.take<double>(2 * cells_ * bank_.n_tones() * n_channels_)),
      total_(arena.take<double>(2 * bank_.n_tones() * n_channels_)),
      first_pass_(arena.take<double>(filter_ == LockInFilter::lowpass ? 2 * n_tones_ * n_channels_ : 0)),
      second_pass_(arena.take<double>(filter_ == LockInFilter::lowpass ? 2 * n_tones_ * n_channels_ : 0)),
      done_(2 * n_tones_ * n_channels_, block_ / interval_ + 3, arena) {
  if (!arena.ok()) return;
  const double rate = dsp::rate_of(in.axis.step);
  const double n = static_cast<double>(interval_) * static_cast<double>(cells_);
  Index column = 0;
  for (const double f : options.tones_hz.view()) {
    const dsp::TurnStep tone = dsp::turn_step(f, rate);
    bank_.set(column++, tone);
    for (Index m = 1; m <= cosines_of(filter_).count; ++m) {
      const dsp::TurnStep shift = dsp::turn_step(static_cast<double>(m), n);
      bank_.set(column++, tone + shift);
      bank_.set(column++, tone - shift);
    }
  }
  told_ = {lock_in_noise_bandwidth_hz(options, rate), decibel(leak_of_tones(options, rate)),
           decibel(leak_of_mains(options, rate))};
  forget();
}

Index LockIn::notes(std::span<Note> out) const noexcept {
  constexpr double loud = -40.0;
  if (out.size() < told_.size()) return 0;
  out[0] = {"noise_bandwidth", told_[0], Unit::hertz, nullptr};
  out[1] = {
      "leak_of_tones", told_[1], Unit::decibel,
      told_[1] > loud ? "Tones leak into one another: integrate whole cycles of each, or use a window." : nullptr};
  out[2] = {
      "leak_of_mains", told_[2], Unit::decibel,
      told_[2] > loud ? "Mains harmonics leak into a tone: move the tone off them, or integrate longer." : nullptr};
  return static_cast<Index>(told_.size());
}

Index LockIn::slot(std::int64_t number) const noexcept {
  return static_cast<Index>(number - floor_of(number, cells_) * cells_);
}
std::span<double> LockIn::sums(Index of_slot) noexcept {
  return sums_.subspan(to_size(of_slot) * total_.size(), total_.size());
}

void LockIn::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  const std::int64_t most_index = (std::int64_t{1} << 61U) / std::max<std::int64_t>(block_, interval_);
  const Place place = order_(tag.index, most_index);
  if (place != Place::next) {
    // What such a block says of itself stays known, but the samples of its neighbours are whole.
    MergedQuality own;
    own.add(Quality::out_of_order);
    own.add(tag.quality);
    late_ |= own.value();
    if (place == Place::late) return;
    if (open_) close_cell();
    std::fill(ring_.begin(), ring_.end(), Cell{});
    begun_ = false;
  }
  const std::int64_t first = tag.index * block_;
  if (!begun_) first_whole_ = -floor_of(-first, interval_);
  begun_ = true;
  for (Index from = 0; from < block_;) {
    const std::int64_t sample = first + from;
    const std::int64_t number = floor_of(sample, interval_);
    if (open_ && now_ != number) close_cell();
    if (!open_) open_cell(number);
    const auto left = static_cast<Index>((number + 1) * interval_ - sample);
    const Index n = std::min(block_ - from, left);
    add_piece(trace, from, n, sample, tag);
    from += n;
    if (n == left) close_cell();
  }
  next_ = first + block_;
}

void LockIn::open_cell(std::int64_t number) noexcept {
  open_ = true;
  now_ = number;
  ring_[to_size(slot(number))] = {.number = number};
  const std::span<double> s = sums(slot(number));
  std::fill(s.begin(), s.end(), 0.0);
}

void LockIn::add_piece(ConstTraceRef trace, Index from, Index n, std::int64_t first, const TraceTag& tag) noexcept {
  Cell& cell = ring_[to_size(slot(now_))];
  cell.quality |= tag.quality | late_;
  late_ = Quality::good;
  const auto weight = static_cast<double>(n);
  const double middle_s = step_s_ * (static_cast<double>(from) + 0.5 * (weight - 1.0));
  const std::array<double, 6> place{tag.time_s + middle_s, tag.distance_m,    tag.standoff_m,
                                    tag.position_m[0],     tag.position_m[1], tag.position_m[2]};
  for (std::size_t i = 0; i < place.size(); ++i) cell.place[i] += weight * place[i];
  cell.seen += n;
  if (trace.empty()) return;
  cell.filled += n;
  if (waiting_ > 0 && first != wait_from_ + waiting_) flush();
  for (Index done = 0; done < n;) {
    if (waiting_ == 0) wait_from_ = first + done;
    const Index now = std::min(n - done, dsp::ToneBank::segment - waiting_);
    bool clipped = false;
    for (Index c = 0; c < n_channels_; ++c) {
      const Sample* const x = trace.data() + (c * block_ + from + done);
      double* const to = bank_.samples(c).data() + waiting_;
      for (Index i = 0; i < now; ++i) to[i] = static_cast<double>(x[i]);
      if (rail_ > 0.0)
        for (Index i = 0; i < now; ++i) clipped |= std::abs(to[i]) >= rail_;
    }
    if (clipped) cell.quality |= Quality::saturated;
    done += now;
    waiting_ += now;
    if (waiting_ == dsp::ToneBank::segment) flush();
  }
}

void LockIn::flush() noexcept {
  bank_.add(wait_from_, waiting_, sums(slot(now_)));
  waiting_ = 0;
}

void LockIn::close_cell() noexcept {
  flush();
  open_ = false;
  TraceTag tag;
  tag.index = now_;
  const TraceRef out = done_.push(tag);
  TraceTag& own = done_.tag(done_.size() - 1);
  if (filter_ == LockInFilter::lowpass) low_pass(own, out);
  else window(own, out);
  if (unusable(own.quality)) std::fill(out.begin(), out.end(), 0.0F);
}

void LockIn::window(TraceTag& tag, TraceRef out) noexcept {
  std::array<double, 6> place{};
  double seen = 0.0;
  bool whole = true;
  std::fill(total_.begin(), total_.end(), 0.0);
  for (std::int64_t number = now_ - cells_ + 1; number <= now_; ++number) {
    const Cell& cell = ring_[to_size(slot(number))];
    if (cell.number == number) tag.quality |= cell.quality;
    if (cell.number != number || cell.seen == 0) {
      whole = false;
      continue;
    }
    whole = whole && cell.filled == interval_;
    seen += static_cast<double>(cell.seen);
    for (std::size_t i = 0; i < place.size(); ++i) place[i] += cell.place[i];
    const std::span<const double> s = sums(slot(number));
    for (std::size_t i = 0; i < s.size(); ++i) total_[i] += s[i];
  }
  if (!whole) tag.quality |= Quality::dropped;
  if (now_ - cells_ + 1 < first_whole_) tag.quality |= Quality::warming_up;
  tag.time_s = place[0] / seen;
  tag.distance_m = place[1] / seen;
  tag.standoff_m = place[2] / seen;
  tag.position_m = {place[3] / seen, place[4] / seen, place[5] / seen};
  if (whole) combine(out);
}

void LockIn::combine(TraceRef out) noexcept {
  const Cosines w = cosines_of(filter_);
  const double n = static_cast<double>(interval_) * static_cast<double>(cells_);
  const double scale = 2.0 / (n * w.a[0]);
  // Phase of the cosines at the first sample of the window, in whole cells and half a sample.
  std::array<dsp::Phasor, 3> turn{};
  const auto start = static_cast<double>(slot(now_ - cells_ + 1)) / static_cast<double>(cells_);
  for (Index m = 1; m <= w.count; ++m) turn[to_size(m)] = dsp::phasor(static_cast<double>(m) * (0.5 / n - start));
  const std::size_t columns = 1 + 2 * to_size(w.count);
  for (std::size_t k = 0; 2 * k < out.size(); ++k) {
    const double* const s = total_.data() + 2 * columns * k;
    double re = w.a[0] * s[0];
    double im = w.a[0] * s[1];
    for (std::size_t m = 1; m <= to_size(w.count); ++m) {
      const double half = (m % 2 == 1 ? -0.5 : 0.5) * w.a[m];
      const double* const up = s + 2 * (2 * m - 1);
      const double* const down = up + 2;
      re += half * (turn[m].re * (down[0] + up[0]) - turn[m].im * (down[1] - up[1]));
      im += half * (turn[m].re * (down[1] + up[1]) + turn[m].im * (down[0] - up[0]));
    }
    out[2 * k] = static_cast<Sample>(scale * re);
    out[2 * k + 1] = static_cast<Sample>(scale * im);
  }
  dsp::tidy(out);
}

void LockIn::low_pass(TraceTag& tag, TraceRef out) noexcept {
  window(tag, out);
  if (unusable(tag.quality)) {
    passed_ = holding_ = 0;
    held_ = Quality::good;
    return;
  }
  if (passed_ == 0 || last_passed_ != now_ - 1) passed_ = 0;
  last_passed_ = now_;
  const double scale = 2.0 / static_cast<double>(interval_);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double z = scale * total_[i];
    first_pass_[i] = passed_ == 0 ? z : first_pass_[i] + gain_ * (z - first_pass_[i]);
    second_pass_[i] = passed_ == 0 ? z : second_pass_[i] + gain_ * (first_pass_[i] - second_pass_[i]);
    out[i] = static_cast<Sample>(second_pass_[i]);
  }
  dsp::tidy(out);
  passed_ = std::min(passed_ + 1, warm_cells_ + 1);
  if (tag.quality != Quality::good) {
    held_ |= tag.quality;
    holding_ = hold_cells_;
  } else if (holding_ > 0 && --holding_ == 0) {
    held_ = Quality::good;
  }
  tag.quality |= held_;
  if (passed_ <= warm_cells_) tag.quality |= Quality::warming_up;
}

void LockIn::give(TraceRef out, TraceTag& tag) noexcept {
  const ConstTraceRef column = std::as_const(done_).column(0);
  std::copy(column.begin(), column.end(), out.begin());
  tag = done_.tag(0);
  done_.pop();
}

void LockIn::close() noexcept {
  // Flags of blocks that came too late need a result that tells of them.
  if (!open_ && late_ != Quality::good) open_cell(floor_of(next_, interval_));
  if (!open_) return;
  ring_[to_size(slot(now_))].quality |= late_;
  late_ = Quality::good;
  close_cell();
}

void LockIn::forget() noexcept {
  order_.clear();
  done_.clear();
  std::fill(ring_.begin(), ring_.end(), Cell{});
  begun_ = open_ = false;
  next_ = first_whole_ = now_ = wait_from_ = last_passed_ = 0;
  waiting_ = holding_ = passed_ = 0;
  late_ = held_ = Quality::good;
}

void LockIn::remember(StateArchive& archive) noexcept {
  order_.state(archive);
  archive(begun_);
  archive(open_);
  archive(next_);
  archive(first_whole_);
  archive(now_);
  archive(wait_from_);
  archive.index(waiting_, dsp::ToneBank::segment);
  archive(late_);
  archive(held_);
  archive.index(holding_, hold_cells_ + 1);
  archive.index(passed_, warm_cells_ + 2);
  archive(last_passed_);
  archive(bank_.waiting());
  for (Cell& cell : ring_) {
    archive(cell.number);
    archive.index(cell.filled, interval_ + 1);
    archive.index(cell.seen, interval_ + 1);
    archive(cell.quality);
    archive(cell.place);
  }
  archive(sums_);
  archive(first_pass_);
  archive(second_pass_);
  done_.state_of_results(archive);
  // Numbers of samples and cells stay where sums of them cannot overflow.
  constexpr std::int64_t far = std::int64_t{1} << 62U;
  for (const std::int64_t n : {next_, first_whole_, now_, wait_from_, last_passed_})
    if (archive.loading() && (n < -far || n > far)) archive.fail();
}

}  // namespace surefoot::emi
