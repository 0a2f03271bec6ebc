// SPDX-License-Identifier: MIT
#include <surefoot/sim/fdtd.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::sim {
namespace {

constexpr double speed_of_light = 299792458.0;
constexpr double vacuum_permeability = 1.25663706212e-6;
constexpr double vacuum_permittivity = 1.0 / (vacuum_permeability * speed_of_light * speed_of_light);

constexpr Index block = 16;  // columns are padded to whole blocks: loops over them have no remainder
// Fields are kept so much larger than they are: what runs ahead of the wave and what has died away would otherwise be
// subnormal, which is slow on many processors.
constexpr double scale = 0x1p60;

constexpr std::size_t cubic_points = 4;
std::array<double, cubic_points> cubic(double u) noexcept {  // Lagrange, nodes -1, 0, 1, 2
  return {-u * (u - 1.0) * (u - 2.0) / 6.0, (u + 1.0) * (u - 1.0) * (u - 2.0) / 2.0, -(u + 1.0) * u * (u - 2.0) / 2.0,
          (u + 1.0) * u * (u - 1.0) / 6.0};
}

void require(bool condition, const char* option, const char* message) {
  if (!condition) throw ConfigError(option, message);
}

// What a row writes overlaps nothing that it reads, and hx is read where another function has written it.
void magnetic_row(Index n, const float* e, const float* e_next, float* __restrict hx, float* __restrict hz) noexcept {
  for (Index k = 0; k < n; k += block)
    for (Index i = k; i < k + block; ++i) {
      hx[i] += e[i + 1] - e[i];
      hz[i] -= e_next[i] - e[i];
    }
}

void electric_row(Index n, const float* keep, const float* drive, const float* hx, const float* hz,
                  const float* hz_before, float* __restrict e) noexcept {
  for (Index k = 0; k < n; k += block)
    for (Index i = k; i < k + block; ++i)
      e[i] = keep[i] * e[i] + drive[i] * ((hx[i] - hx[i - 1]) - (hz[i] - hz_before[i]));
}

// The same with a polarization current j.
void relaxing_row(Index n, const float* keep, const float* drive, const float* relaxing, float relax_keep,
                  float relax_share, const float* hx, const float* hz, const float* hz_before, float* __restrict e,
                  float* __restrict j) noexcept {
  for (Index k = 0; k < n; k += block)
    for (Index i = k; i < k + block; ++i) {
      const float before = e[i];
      const float curl = (hx[i] - hx[i - 1]) - (hz[i] - hz_before[i]);
      const float now = keep[i] * before + drive[i] * (curl - relax_share * j[i]);
      j[i] = relax_keep * j[i] + relaxing[i] * (now - before);
      e[i] = now;
    }
}

// The convolution of one border of rows.
void convolve_row(Index n, float keep, float add, const float* a, const float* b, float* __restrict psi) noexcept {
  for (Index k = 0; k < n; k += block)
    for (Index i = k; i < k + block; ++i) psi[i] = keep * psi[i] + add * (a[i] - b[i]);
}

}  // namespace

double longest_time_step_s(double cell_m) noexcept { return cell_m / (speed_of_light * std::sqrt(2.0)); }

FdtdMedia::FdtdMedia(const GridOptions& options) : options_(options) {
  constexpr Index most_nodes = 100'000'000;
  require(options.cell_m > 0.0 && options.cell_m <= 1.0, "cell_m", "must be above 0 and at most 1");
  require(options.border >= 1 && options.border <= 100, "border", "must be from 1 to 100");
  require(options.rows > 2 * options.border && options.columns > 2 * options.border &&
              options.rows <= most_nodes / options.columns,
          "rows, columns", "must exceed twice the border, with at most 1e8 nodes");
  require(options.relaxation_s > 0.0, "relaxation_s", "must be above 0");
  const double longest = longest_time_step_s(options.cell_m);
  if (options_.time_step_s == 0.0) options_.time_step_s = 0.99 * longest;
  require(options_.time_step_s > 0.0 && options_.time_step_s < longest, "time_step_s",
          "must be above 0 and below cell / (c sqrt(2))");
  stride_ = (options.columns + 2 + block - 1) / block * block;
  keep_.resize(to_size(options.rows * stride_));
  drive_.resize(keep_.size());
  for (Index i = 0; i < options.rows; ++i)
    for (Index k = 0; k < options.columns; ++k) set(i, k, Medium{});
}

void FdtdMedia::set(Index row, Index column, const Medium& medium) noexcept {
  const std::size_t at_node = at(row, column);
  if (medium.debye_drop > 0.0 && relaxing_.empty()) relaxing_.resize(keep_.size());
  if (medium.conductor) {
    keep_[at_node] = drive_[at_node] = 0.0F;
    if (dispersive()) relaxing_[at_node] = 0.0F;
    return;
  }
  const double dt = options_.time_step_s;
  const double tau = options_.relaxation_s;
  const double share = 1.0 + dt / (2.0 * tau);
  const double relaxing = medium.debye_drop * dt / (tau * share);  // all as shares of eps0
  const double loss = medium.conductivity_s_m * dt / vacuum_permittivity;
  const double whole = 2.0 * medium.permittivity + relaxing + loss;
  const double courant = speed_of_light * dt / options_.cell_m;
  keep_[at_node] = static_cast<float>((2.0 * medium.permittivity + relaxing - loss) / whole);
  drive_[at_node] = static_cast<float>(2.0 * courant * courant / whole);
  if (dispersive()) relaxing_[at_node] = static_cast<float>(relaxing / (courant * courant));
}

Fdtd::Fdtd(const FdtdMedia& media, Index rows) : media_(&media), rows_(rows), stride_(media.stride_) {
  const GridOptions& grid = media.options();
  require(rows > 2 * grid.border && rows <= grid.rows, "rows",
          "of the window must exceed twice the border and fit the media");
  const double half = grid.time_step_s / (2.0 * grid.relaxation_s);
  relax_keep_ = static_cast<float>((1.0 - half) / (1.0 + half));
  relax_share_ = static_cast<float>(1.0 / (1.0 + half));
  row_borders_ = {border_of(rows, false), border_of(rows, true)};
  column_borders_ = {border_of(grid.columns, false), border_of(grid.columns, true)};
  const std::size_t nodes = to_size((rows + 3) * stride_);
  for (std::vector<float>* field : {&e_, &hx_, &hz_, &psi_hz_, &psi_ez_}) field->resize(nodes);
  if (media.dispersive()) j_.resize(nodes);
  psi_hx_.resize(to_size(rows * 2 * (grid.border + 1)));
  psi_ex_.resize(psi_hx_.size());
}

Fdtd::Border Fdtd::border_of(Index nodes, bool at_end) const {
  const GridOptions& grid = media_->options();
  const Index n = grid.border;
  // Depth 1 is the guard node; losses rise with its fourth power.
  constexpr double alpha_s_m = 0.01;
  const double most_s_m = 0.5 * 0.8 * 5.0 / (vacuum_permeability * speed_of_light * grid.cell_m);
  const auto layer = [&](double depth, std::vector<float>& keep, std::vector<float>& add) {
    const double loss = most_s_m * depth * depth * depth * depth;
    const double alpha = alpha_s_m * (1.0 - depth);
    const double b = dsp::exp(-(loss + alpha) * grid.time_step_s / vacuum_permittivity);
    keep.push_back(static_cast<float>(b));
    add.push_back(static_cast<float>(loss / (loss + alpha) * (b - 1.0)));
  };
  Border border;
  border.first = at_end ? nodes - n : 0;
  for (Index i = 0; i <= n; ++i) {
    const double m =
        static_cast<double>(at_end ? i : n + 1 - i);  // of the electric node; the magnetic one lies after it
    const double half = at_end ? m + 0.5 : m - 0.5;
    layer(m / static_cast<double>(n + 1), border.electric_keep, border.electric_add);
    layer(half / static_cast<double>(n + 1), border.magnetic_keep, border.magnetic_add);
  }
  return border;
}

std::size_t Fdtd::media_row(Index first, Index row) const noexcept {
  const Index border = media_->options().border;
  return to_size((first + std::clamp(row, border, rows_ - 1 - border)) * stride_);
}

void Fdtd::add_to_electric(std::size_t field, std::size_t medium, float curl) noexcept {
  const float change = media_->drive_[medium] * curl;
  e_[field] += change;
  if (media_->dispersive()) j_[field] += media_->relaxing_[medium] * change;
}

// row -1 is the guard row.
void Fdtd::magnetic_step(Index row) noexcept {
  const std::size_t at = to_size((row + 1) * stride_);
  const float* const e = e_.data() + at;
  const float* const next = e + stride_;
  float* const hx = hx_.data() + at;
  float* const hz = hz_.data() + at;
  magnetic_row(stride_, e, next, hx, hz);
  for (const Border& border : row_borders_) {
    const Index i = row + 1 - border.first;
    if (i < 0 || i >= static_cast<Index>(border.magnetic_keep.size())) continue;
    float* const psi = psi_hz_.data() + at;
    convolve_row(stride_, border.magnetic_keep[to_size(i)], border.magnetic_add[to_size(i)], next, e, psi);
    for (Index k = 0; k < stride_; ++k) hz[k] -= psi[k];
  }
  if (row < 0) return;
  float* psi = psi_hx_.data() + row * 2 * (media_->options().border + 1);
  for (const Border& border : column_borders_)
    for (std::size_t i = 0; i < border.magnetic_keep.size(); ++i, ++psi) {
      const std::size_t k = to_size(border.first) + i;
      *psi = border.magnetic_keep[i] * *psi + border.magnetic_add[i] * (e[k + 1] - e[k]);
      hx[k] += *psi;
    }
}

void Fdtd::electric_step(Index first, Index row) noexcept {
  const std::size_t at = to_size((row + 1) * stride_);
  const std::size_t in_media = media_row(first, row);
  const float* const hx = hx_.data() + at;
  const float* const hz = hz_.data() + at;
  const float* const before = hz - stride_;
  const float* const keep = media_->keep_.data() + in_media;
  const float* const drive = media_->drive_.data() + in_media;
  if (media_->dispersive())
    relaxing_row(stride_, keep, drive, media_->relaxing_.data() + in_media, relax_keep_, relax_share_, hx, hz, before,
                 e_.data() + at, j_.data() + at);
  else electric_row(stride_, keep, drive, hx, hz, before, e_.data() + at);

  for (const Border& border : row_borders_) {
    const Index i = row + 1 - border.first;
    if (i < 0 || i >= static_cast<Index>(border.electric_keep.size())) continue;
    float* const psi = psi_ez_.data() + at;
    convolve_row(stride_, border.electric_keep[to_size(i)], border.electric_add[to_size(i)], hz, before, psi);
    for (Index k = 0; k < stride_; ++k) add_to_electric(at + to_size(k), in_media + to_size(k), -psi[k]);
  }
  float* psi = psi_ex_.data() + row * 2 * (media_->options().border + 1);
  for (const Border& border : column_borders_)
    for (std::size_t i = 0; i < border.electric_keep.size(); ++i, ++psi) {
      const std::size_t k = to_size(border.first) + i;
      if (k == 0) continue;
      *psi = border.electric_keep[i] * *psi + border.electric_add[i] * (hx[k] - hx[k - 1]);
      add_to_electric(at + k, in_media + k, *psi);
    }
}

std::array<Fdtd::Tap, 16> Fdtd::taps(Index first, GridPoint place) const noexcept {
  const auto split = [](double x, Index nodes) {
    const double inside = std::clamp(x, 2.0, static_cast<double>(nodes) - 4.0);
    const double whole = std::floor(inside);
    return std::pair{static_cast<Index>(whole), inside - whole};
  };
  const auto [row, u] = split(place.row - static_cast<double>(first), rows_);
  const auto [column, v] = split(place.column, media_->options().columns);
  const auto wu = cubic(u);
  const auto wv = cubic(v);
  std::array<Tap, 16> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Index r = row - 1 + static_cast<Index>(i / cubic_points);
    const Index k = column - 1 + static_cast<Index>(i % cubic_points);
    out[i] = {to_size((r + 1) * stride_ + k + 1), media_row(first, r) + to_size(k + 1),
              wu[i / cubic_points] * wv[i % cubic_points]};
  }
  return out;
}

void Fdtd::run(Index first, GridPoint source, std::span<const double> current, GridPoint receiver,
               std::span<double> out) noexcept {
  for (std::vector<float>* field : {&e_, &hx_, &hz_, &j_, &psi_hz_, &psi_ez_, &psi_hx_, &psi_ex_})
    std::fill(field->begin(), field->end(), 0.0F);
  first = std::clamp(first, Index{0}, media_->options().rows - rows_);
  const auto sources = taps(first, source);
  const auto receivers = taps(first, receiver);
  const double to_curl = scale * vacuum_permeability / media_->time_step_s();
  for (std::size_t n = 0; n < out.size(); ++n) {
    magnetic_step(-1);
    for (Index row = 0; row < rows_; ++row) {
      magnetic_step(row);
      electric_step(first, row);
    }
    const double now = n < current.size() ? current[n] : 0.0;
    double sum = 0.0;
    for (const Tap& tap : sources)
      add_to_electric(tap.field, tap.medium, static_cast<float>(-to_curl * tap.weight * now));
    for (const Tap& tap : receivers) sum += tap.weight * static_cast<double>(e_[tap.field]);
    out[n] = sum / scale;
  }
}

}  // namespace surefoot::sim
