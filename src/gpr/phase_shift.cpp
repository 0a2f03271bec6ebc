// SPDX-License-Identifier: MIT
#include <surefoot/gpr/phase_shift.hpp>

#include "migration_math.hpp"
#include "spacing_error.hpp"

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/math.hpp>
#include <surefoot/dsp/parallel.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <limits>

namespace surefoot::gpr {
namespace {

constexpr Index taps = dsp::KaiserBessel::n_taps;
constexpr Index margin = dsp::KaiserBessel::before;
constexpr double fewest_bins = 16.0;
constexpr double most_depths = 1048576.0;

// The layers of the options; without tops there is one.
class Ground {
 public:
  explicit Ground(const PhaseShiftOptions& o) noexcept : o_(o) {}

  [[nodiscard]] Index count() const noexcept { return o_.velocity_m_per_s.count; }
  [[nodiscard]] double top(Index l) const noexcept {
    if (l >= count()) return std::numeric_limits<double>::infinity();
    return l == 0 ? 0.0 : o_.layer_top_m.values[to_size(l)];
  }
  [[nodiscard]] double c(Index l) const noexcept { return 0.5 * o_.velocity_m_per_s.values[to_size(l)]; }
  [[nodiscard]] double fastest() const noexcept {
    const auto v = o_.velocity_m_per_s.view();
    return 0.5 * *std::max_element(v.begin(), v.end());
  }
  [[nodiscard]] double slowest() const noexcept {
    const auto v = o_.velocity_m_per_s.view();
    return 0.5 * *std::min_element(v.begin(), v.end());
  }
  /// Depth that a wave straight down reaches and comes back from in t seconds, and the inverse.
  [[nodiscard]] double depth(double t) const noexcept {
    for (Index l = 0;; ++l) {
      const double in_layer = (top(l + 1) - top(l)) / c(l);
      if (t <= in_layer) return top(l) + c(l) * std::max(0.0, t);
      t -= in_layer;
    }
  }
  [[nodiscard]] double time(double depth) const noexcept {
    double t = 0.0;
    for (Index l = 0; l < count() && top(l) < depth; ++l) t += (std::min(depth, top(l + 1)) - top(l)) / c(l);
    return t;
  }

 private:
  const PhaseShiftOptions& o_;
};

// In double, so that nothing overflows before it is refused.
struct Sizes {
  double reach_m;  // how deep the traces reach
  double step_m;
  double depths;
  double bins;
  double traces;
};

Sizes sizes_of(const PhaseShiftOptions& o, const StreamSpec& in) noexcept {
  const Ground ground(o);
  Sizes s{};
  const auto n = static_cast<double>(in.n_samples);
  const double start = in.axis.start / in.axis.step;
  const double end = start + n - 1.0;
  s.reach_m = ground.depth(end * in.axis.step);
  s.step_m = o.depth_step_m > 0.0 ? o.depth_step_m : ground.slowest() * in.axis.step;
  const double deepest = o.max_depth_m > 0.0 ? o.max_depth_m : s.reach_m;
  s.depths = std::floor(deepest / s.step_m * (1.0 + 1e-12)) + 1.0;
  // At the largest angle a wave needs 1 / cos of the time straight down, and the record must not have come round by then.
  const double angle = o.largest_angle_deg * dsp::pi / 180.0;
  const double slowest = ground.time(deepest) / in.axis.step / std::cos(angle);
  s.bins = std::ceil(std::max({n, end, slowest - std::min(0.0, start), fewest_bins}) + n / 8.0);
  const double across =
      std::min(deepest * std::tan(angle), ground.fastest() * std::max(0.0, end) * in.axis.step * std::sin(angle));
  s.traces = padded_traces(in, o.trace_padding * across);
  return s;
}

StreamSpec output_of(const PhaseShiftOptions& options, const StreamSpec& in) noexcept {
  const Sizes sizes = sizes_of(options, in);
  StreamSpec out = in;
  out.axis = {AxisKind::depth, 0.0, sizes.step_m};
  out.n_samples = static_cast<Index>(sizes.depths);
  return out;
}

}  // namespace

Problem validate(const PhaseShiftOptions& o, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(o)) return problem;
  const auto velocities = static_cast<double>(o.velocity_m_per_s.count);
  if (o.velocity_m_per_s.empty())
    return {"velocity_m_per_s", "needs at least one number", 0.0, between(1.0, 16.0), Unit::none};
  if (o.layer_top_m.count != o.velocity_m_per_s.count)
    return {"layer_top_m", "needs as many numbers as velocity_m_per_s", static_cast<double>(o.layer_top_m.count),
            between(velocities, velocities), Unit::none};
  const auto tops = o.layer_top_m.view();
  if (tops[0] != 0.0) return {"layer_top_m", "must begin with 0", tops[0], between(0.0, 0.0), Unit::metre};
  for (std::size_t l = 1; l < tops.size(); ++l)
    if (!(tops[l] > tops[l - 1])) return {"layer_top_m", "must go down", tops[l], above(tops[l - 1]), Unit::metre};
  if (const Problem problem = check_line("velocity_m_per_s", o.velocity_m_per_s.values[0], in)) return problem;
  const Sizes sizes = sizes_of(o, in);
  if (!(o.max_depth_m <= sizes.reach_m))
    return {"max_depth_m", "lies deeper than the traces reach at these velocities", o.max_depth_m,
            between(0.0, sizes.reach_m), Unit::metre};
  if (!(sizes.depths <= most_depths)) {
    const double deepest = o.max_depth_m > 0.0 ? o.max_depth_m : sizes.reach_m;
    return {"depth_step_m", "gives more than 2^20 samples", o.depth_step_m, at_least(deepest / (most_depths - 1.0)),
            Unit::metre};
  }
  if (!(sizes.bins <= most_padded))
    return {"largest_angle_deg", "asks for more than 2^22 samples with their padding", o.largest_angle_deg,
            above_to(0.0, 85.0), Unit::degree};
  if (!(sizes.traces <= most_padded))
    return {"trace_padding", "gives more than 2^22 traces at this spacing", o.trace_padding, between(0.0, 8.0),
            Unit::none};
  return {};
}

PhaseShift::PhaseShift(const PhaseShiftOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : WholeLineTo(in, output_of(options, in), arena),
      n_samples_(in.n_samples),
      n_depths_(output().n_samples),
      depth_step_m_(output().axis.step),
      first_sample_(in.axis.start / in.axis.step),
      largest_sine_(std::sin(options.largest_angle_deg * dsp::pi / 180.0)),
      trace_spacing_m_(in.trace_spacing_m),
      sample_interval_s_(in.axis.step),
      taper_traces_(options.taper_traces),
      layers_(layers_of(options)),
      n_bins_(dsp::fft_size(static_cast<Index>(sizes_of(options, in).bins))),
      most_rows_(most_rows()),
      n_grid_(dsp::fft_size(std::max<Index>(static_cast<Index>(fewest_bins), most_rows_ + (most_rows_ + 1) / 2))),
      waves_(std::max(n_samples_, n_depths_), dsp::fft_size(static_cast<Index>(sizes_of(options, in).traces)), arena),
      kernel_(static_cast<double>(n_grid_) / static_cast<double>(most_rows_), arena),
      along_time_(n_bins_, waves_.workers(), arena),
      along_depth_(n_grid_, waves_.workers(), arena),
      correction_(arena.take<float>(most_rows_)),
      spectra_(arena.take<std::complex<float>>(std::max(n_bins_, n_grid_) * waves_.workers())),
      fields_(arena.take<Field>((n_bins_ / 2 + 1) * waves_.workers())),
      grids_(arena.take<std::array<float, 4>>((n_grid_ + taps) * waves_.workers())) {
  if (!arena.ok()) return;
  const double scale = static_cast<double>(n_grid_) / static_cast<double>(n_bins_);
  const Index centre = most_rows_ / 2;
  for (Index i = 0; i < most_rows_; ++i)
    correction_[to_size(i)] =
        static_cast<float>(scale / kernel_.transform(static_cast<double>(i - centre) / static_cast<double>(n_grid_)));
}

PhaseShift::Layers PhaseShift::layers_of(const PhaseShiftOptions& options) const noexcept {
  const Ground ground(options);
  Layers out;
  double largest_c = 0.0;
  const auto row = [this](double depth) noexcept {  // the first one at or below a depth
    return static_cast<Index>(
        std::min(std::ceil(depth / depth_step_m_ * (1.0 - 1e-12)), static_cast<double>(n_depths_)));
  };
  for (Index l = 0; l < ground.count(); ++l) {
    largest_c = std::max(largest_c, ground.c(l));
    out.layers[to_size(l)] = {row(ground.top(l)), row(ground.top(l + 1)),
                              ground.top(l),      ground.top(l + 1) - ground.top(l),
                              ground.c(l),        largest_c};
    if (out.layers[to_size(l)].first < n_depths_) out.count = l + 1;
  }
  return out;
}

Index PhaseShift::most_rows() const noexcept {
  Index most = 1;
  for (Index l = 0; l < layers_.count; ++l)
    most = std::max(most, layers_.layers[to_size(l)].last - layers_.layers[to_size(l)].first);
  return most;
}

void PhaseShift::process(ColumnRing& line, ColumnRing& made) noexcept {
  const Index n_traces = line.size();
  spacing_error_ = spacing_error(line, trace_spacing_m_);
  for (Index j = 0; j < n_traces; ++j) {
    const TraceRef column = made.push(line.tag(j));
    std::fill(column.begin(), column.end(), 0.0F);
  }
  if (n_traces == 0) return;
  if (!waves_.ok() || !along_time_.ok() || !along_depth_.ok()) return drop(made);
  waves_.forward(line, n_samples_, taper_traces_);
  if (n_traces == 1) {  // flat layers: the trace goes on beyond both ends
    for (Index k = 1; k < waves_.count(); ++k) std::fill(waves_.trace(k).begin(), waves_.trace(k).end(), 0.0F);
    for (std::complex<float>& x : waves_.trace(0)) x *= static_cast<float>(waves_.n_across());
  }
  dsp::parallel_for(n_traces == 1 ? 1 : waves_.count(), waves_.workers(),
                    [this](Index begin, Index end, Index worker) noexcept {
                      for (Index k = begin; k < end; ++k) migrate(k, worker);
                    });
  waves_.backward(made, n_depths_);
}

Index PhaseShift::findings(std::span<Note> out) const noexcept {
  if (out.empty()) return 0;
  out[0] = note_of_spacing(spacing_error_);
  return 1;
}

void PhaseShift::migrate(Index k, Index worker) noexcept {
  const std::span<std::complex<float>> trace = waves_.trace(k);
  const std::span<std::complex<float>> spectrum =
      spectra_.subspan(to_size(worker * std::max(n_bins_, n_grid_)), to_size(n_bins_));
  std::copy_n(trace.begin(), n_samples_, spectrum.begin());
  std::fill(spectrum.begin() + n_samples_, spectrum.end(), std::complex<float>{});
  along_time_.of(worker).forward(spectrum);

  const Index half = n_bins_ / 2;
  const double turns_a_bin = -first_sample_ / static_cast<double>(n_bins_);  // time zero back to its place
  Field* const fields = fields_.data() + worker * (half + 1);
  for (Index w = 0; w <= half; ++w)
    fields[w] = {spectrum[to_size(w)], spectrum[to_size(w == 0 ? 0 : n_bins_ - w)],
                 turns_a_bin * static_cast<double>(w)};

  // The rows of the trace are free now.
  const double k_per_m = static_cast<double>(k) / (static_cast<double>(waves_.n_across()) * trace_spacing_m_);
  for (Index l = 0; l < layers_.count; ++l) image_layer(layers_.layers[to_size(l)], k_per_m, trace, worker);
}

void PhaseShift::image_layer(const Layer& layer, double k_per_m, std::span<std::complex<float>> trace,
                             Index worker) noexcept {
  const Index half = n_bins_ / 2;
  const Index rows = layer.last - layer.first;
  const Index centre = most_rows_ / 2;
  Field* const fields = fields_.data() + worker * (half + 1);
  std::array<float, 4>* const grid = grids_.data() + worker * (n_grid_ + taps);
  std::fill(grid, grid + n_grid_ + taps, std::array<float, 4>{});

  const double record_s = static_cast<double>(n_bins_) * sample_interval_s_;
  const double across = layer.c_m_per_s * k_per_m * record_s;            // c k in bins of frequency
  const double steepest = layer.largest_c_m_per_s * k_per_m * record_s;  // the same where the waves were fastest
  const double cycles_a_metre = 1.0 / (record_s * layer.c_m_per_s);
  const double reference_m = static_cast<double>(layer.first + centre) * depth_step_m_ - layer.top_m;
  const double step_bins = depth_step_m_ * static_cast<double>(n_grid_);
  const auto n_grid = static_cast<double>(n_grid_);
  const double grids = 1.0 / n_grid;
  const AngleTaper taper(largest_sine_);
  const bool goes_on = std::isfinite(layer.thickness_m);
  const double first = std::ceil(steepest / largest_sine_);
  if (first <= static_cast<double>(half)) {
    for (auto w = static_cast<Index>(first); w <= half; ++w) {
      Field& field = fields[w];
      const auto frequency = static_cast<double>(w);
      const double down = std::sqrt(std::max(0.0, frequency * frequency - across * across)) * cycles_a_metre;
      const double sine = w == 0 ? 0.0 : steepest / frequency;
      const double share = w == 0 || w == half ? 0.5 : 1.0;  // what is its own mirror image counts once
      const auto gain = static_cast<float>(share * taper.at(sine));
      const Turned phase = turned(field.turns + down * reference_m);
      const float re = gain * phase.cosine;
      const float im = gain * phase.sine;
      const Eigen::Array4f wave(
          field.up.real() * re - field.up.imag() * im, field.up.real() * im + field.up.imag() * re,
          field.down.real() * re + field.down.imag() * im, field.down.imag() * re - field.down.real() * im);
      double place = down * step_bins;
      place -= n_grid * static_cast<double>(static_cast<std::int64_t>(place * grids));  // it is never negative
      const Index bin = std::clamp<Index>(static_cast<Index>(place), 0, n_grid_ - 1);
      const dsp::KaiserBessel::Weights weights = kernel_.weights(static_cast<float>(place - static_cast<double>(bin)));
      std::array<float, 4>* const at = grid + bin;  // margin bins stand before bin 0
      for (Index j = 0; j < taps; ++j) Eigen::Map<Eigen::Array4f>(at[j].data()) += weights[to_size(j)] * wave;
      if (goes_on) field.turns += down * layer.thickness_m;
    }
  }
  if (rows <= 0) return;

  // What fell beside the grid comes round; then bins p of the one and -p of the other sign meet.
  const auto add = [&](Index to, Index from) noexcept {
    for (std::size_t i = 0; i < 4; ++i) grid[to][i] += grid[from][i];
  };
  for (Index i = 0; i < margin; ++i) add(i + n_grid_, i);
  for (Index i = margin; i < taps; ++i) add(i, i + n_grid_);
  const std::span<std::complex<float>> spectrum =
      spectra_.subspan(to_size(worker * std::max(n_bins_, n_grid_)), to_size(n_grid_));
  for (Index p = 0; p < n_grid_; ++p) {
    const auto& up = grid[p + margin];
    const auto& down = grid[(p == 0 ? 0 : n_grid_ - p) + margin];
    spectrum[to_size(p)] = {up[0] + down[2], up[1] + down[3]};
  }
  along_depth_.of(worker).inverse(spectrum);
  for (Index i = 0; i < rows; ++i)
    trace[to_size(layer.first + i)] =
        spectrum[to_size(i < centre ? i - centre + n_grid_ : i - centre)] * correction_[to_size(i)];
}

}  // namespace surefoot::gpr
