// SPDX-License-Identifier: MIT
#include <surefoot/sim/fdtd.hpp>

#include <surefoot/base/error.hpp>
#include <surefoot/dsp/math.hpp>

#include "../base/lanes.hpp"

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

Index whole_blocks(Index n) noexcept { return (n + block - 1) / block * block; }

void require(bool condition, const char* option, const char* message) {
  if (!condition) throw ConfigError(option, message);
}

// Rows of n columns, whole blocks. What a row writes overlaps nothing that it reads.
struct MagneticRow {
  template <int Bytes>
  [[gnu::always_inline]] static void run(Index n, const float* e, const float* next, float* hx, float* hz) noexcept {
    Lanes<float, Bytes> here, below, right, x, z;
    for (Index k = 0; k < n; k += Bytes / 4) {
      load(here, e + k);
      load(below, e + k + 1);
      load(right, next + k);
      load(x, hx + k);
      load(z, hz + k);
      x += below - here;
      z -= right - here;
      store(hx + k, x);
      store(hz + k, z);
    }
  }
};

struct Magnetic {
  const float* hx;
  const float* hz;
  const float* before;  // the row of hz before
};

template <class V>
[[gnu::always_inline]] inline void curl_at(const Magnetic& h, Index k, V& curl) noexcept {
  V x, above, z, left;
  load(x, h.hx + k);
  load(above, h.hx + k - 1);
  load(z, h.hz + k);
  load(left, h.before + k);
  curl = (x - above) - (z - left);
}

struct ElectricRow {
  template <int Bytes>
  [[gnu::always_inline]] static void run(Index n, const float* keep, const float* drive, const Magnetic* h,
                                         float* e) noexcept {
    const Magnetic own = *h;
    Lanes<float, Bytes> curl, kept, driven, field;
    for (Index k = 0; k < n; k += Bytes / 4) {
      curl_at(own, k, curl);
      load(kept, keep + k);
      load(driven, drive + k);
      load(field, e + k);
      field = kept * field + driven * curl;
      store(e + k, field);
    }
  }
};

struct Relaxing {
  const float* strength;
  float keep;
  float share;
};

// The same with a polarization current j.
struct RelaxingRow {
  template <int Bytes>
  [[gnu::always_inline]] static void run(Index n, const float* keep, const float* drive, const Magnetic* h,
                                         const Relaxing* r, float* e, float* j) noexcept {
    const Magnetic own = *h;
    const Relaxing law = *r;
    Lanes<float, Bytes> curl, kept, driven, field, current, strength;
    for (Index k = 0; k < n; k += Bytes / 4) {
      curl_at(own, k, curl);
      load(kept, keep + k);
      load(driven, drive + k);
      load(field, e + k);
      load(current, j + k);
      load(strength, law.strength + k);
      const Lanes<float, Bytes> now = kept * field + driven * (curl - law.share * current);
      current = law.keep * current + strength * (now - field);
      store(j + k, current);
      store(e + k, now);
    }
  }
};

// One border's convolution, psi = keep psi + add (a - b), added to a magnetic field. step 0: one block of factors for all columns.
struct Convolution {
  const float* keep;
  const float* add;
  Index step;
  const float* a;
  const float* b;
};

template <class V>
[[gnu::always_inline]] inline void convolve(const Convolution& c, Index k, float* psi, V& sum) noexcept {
  V keep, add, first, second;
  load(keep, c.keep + k * c.step);
  load(add, c.add + k * c.step);
  load(first, c.a + k);
  load(second, c.b + k);
  load(sum, psi + k);
  sum = keep * sum + add * (first - second);
  store(psi + k, sum);
}

struct MagneticBorder {
  template <int Bytes>
  [[gnu::always_inline]] static void run(Index n, const Convolution* c, float* psi, float* h) noexcept {
    const Convolution own = *c;
    Lanes<float, Bytes> sum, field;
    for (Index k = 0; k < n; k += Bytes / 4) {
      convolve(own, k, psi, sum);
      load(field, h + k);
      field += sum;
      store(h + k, field);
    }
  }
};

// The same for an electric field; relaxing and j may be null.
struct ElectricBorder {
  template <int Bytes>
  [[gnu::always_inline]] static void run(Index n, const Convolution* c, float* psi, const float* drive, float* e,
                                         const float* relaxing, float* j) noexcept {
    const Convolution own = *c;
    Lanes<float, Bytes> sum, driven, field;
    for (Index k = 0; k < n; k += Bytes / 4) {
      convolve(own, k, psi, sum);
      load(driven, drive + k);
      load(field, e + k);
      sum *= driven;
      field += sum;
      store(e + k, field);
      if (j == nullptr) continue;
      load(driven, relaxing + k);
      load(field, j + k);
      field += driven * sum;
      store(j + k, field);
    }
  }
};

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
  stride_ = whole_blocks(options.columns + 2);
  keep_.resize(to_size(options.rows * stride_ + block));
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
  row_borders_ = {border_of(rows, false, block), border_of(rows, true, block)};
  column_borders_ = {border_of(grid.columns, false, 1), border_of(grid.columns, true, 1)};
  border_stride_ = whole_blocks(grid.border + 1);
  const std::size_t nodes = to_size((rows + 3) * stride_);
  for (std::vector<float>* field : {&e_, &hx_, &hz_, &psi_hz_, &psi_ez_}) field->resize(nodes);
  if (media.dispersive()) j_.resize(nodes);
  psi_hx_.resize(to_size(rows * 2 * border_stride_));
  psi_ex_.resize(psi_hx_.size());
}

Fdtd::Border Fdtd::border_of(Index nodes, bool at_end, Index copies) const {
  const GridOptions& grid = media_->options();
  const Index n = grid.border;
  // Depth 1 is the guard node; losses rise with its fourth power.
  constexpr double alpha_s_m = 0.01;
  const double most_s_m = 0.5 * 0.8 * 5.0 / (vacuum_permeability * speed_of_light * grid.cell_m);
  const auto layer = [&](double depth, std::vector<float>& keep, std::vector<float>& add) {
    const double loss = most_s_m * depth * depth * depth * depth;
    const double alpha = alpha_s_m * (1.0 - depth);
    const double b = dsp::exp(-(loss + alpha) * grid.time_step_s / vacuum_permittivity);
    keep.insert(keep.end(), to_size(copies), static_cast<float>(b));
    add.insert(add.end(), to_size(copies), static_cast<float>(loss / (loss + alpha) * (b - 1.0)));
  };
  Border border;
  border.first = at_end ? nodes - n : 0;
  border.layers = n + 1;
  for (Index i = 0; i < border.layers; ++i) {
    const double m =
        static_cast<double>(at_end ? i : n + 1 - i);  // of the electric node; the magnetic one lies after it
    const double half = at_end ? m + 0.5 : m - 0.5;
    layer(m / static_cast<double>(n + 1), border.electric_keep, border.electric_add);
    layer(half / static_cast<double>(n + 1), border.magnetic_keep, border.magnetic_add);
  }
  for (std::vector<float>* factors :
       {&border.electric_keep, &border.electric_add, &border.magnetic_keep, &border.magnetic_add})
    factors->resize(to_size(whole_blocks(static_cast<Index>(factors->size()))));
  return border;
}

std::size_t Fdtd::media_row(Index first, Index row) const noexcept {
  const Index border = media_->options().border;
  return to_size((first + std::clamp(row, border, rows_ - 1 - border)) * stride_);
}

// row -1 is the guard row.
void Fdtd::magnetic_step(Index row) noexcept {
  const std::size_t start = to_size((row + 1) * stride_);
  const float* const e = e_.data() + start;
  const float* const next = e + stride_;
  float* const hx = hx_.data() + start;
  float* const hz = hz_.data() + start;
  dispatch<MagneticRow>(stride_, e, next, hx, hz);
  for (const Border& border : row_borders_) {
    const Index i = row + 1 - border.first;
    if (i < 0 || i >= border.layers) continue;
    const Convolution c{border.magnetic_keep.data() + i * block, border.magnetic_add.data() + i * block, 0, e, next};
    dispatch<MagneticBorder>(stride_, &c, psi_hz_.data() + start, hz);
  }
  if (row < 0) return;
  float* psi = psi_hx_.data() + row * 2 * border_stride_;
  for (const Border& border : column_borders_) {
    const Convolution c{border.magnetic_keep.data(), border.magnetic_add.data(), 1, e + border.first + 1,
                        e + border.first};
    dispatch<MagneticBorder>(border_stride_, &c, psi, hx + border.first);
    psi += border_stride_;
  }
}

void Fdtd::electric_step(Index first, Index row) noexcept {
  const std::size_t start = to_size((row + 1) * stride_);
  const std::size_t in_media = media_row(first, row);
  const float* const hx = hx_.data() + start;
  const float* const hz = hz_.data() + start;
  const float* const before = hz - stride_;
  const float* const keep = media_->keep_.data() + in_media;
  const float* const drive = media_->drive_.data() + in_media;
  const float* const relaxing = media_->dispersive() ? media_->relaxing_.data() + in_media : nullptr;
  float* const e = e_.data() + start;
  float* const j = media_->dispersive() ? j_.data() + start : nullptr;
  const Magnetic around{hx, hz, before};
  if (j != nullptr) {
    const Relaxing law{relaxing, relax_keep_, relax_share_};
    dispatch<RelaxingRow>(stride_, keep, drive, &around, &law, e, j);
  } else {
    dispatch<ElectricRow>(stride_, keep, drive, &around, e);
  }

  for (const Border& border : row_borders_) {
    const Index i = row + 1 - border.first;
    if (i < 0 || i >= border.layers) continue;
    const Convolution c{border.electric_keep.data() + i * block, border.electric_add.data() + i * block, 0, before, hz};
    dispatch<ElectricBorder>(stride_, &c, psi_ez_.data() + start, drive, e, relaxing, j);
  }
  float* psi = psi_ex_.data() + row * 2 * border_stride_;
  for (const Border& border : column_borders_) {
    const Index k = border.first;
    const Convolution c{border.electric_keep.data(), border.electric_add.data(), 1, hx + k, hx + k - 1};
    dispatch<ElectricBorder>(border_stride_, &c, psi, drive + k, e + k, relaxing == nullptr ? nullptr : relaxing + k,
                             j == nullptr ? nullptr : j + k);
    psi += border_stride_;
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
    for (const Tap& tap : sources) {
      const float change = media_->drive_[tap.medium] * static_cast<float>(-to_curl * tap.weight * now);
      e_[tap.field] += change;
      if (media_->dispersive()) j_[tap.field] += media_->relaxing_[tap.medium] * change;
    }
    for (const Tap& tap : receivers) sum += tap.weight * static_cast<double>(e_[tap.field]);
    out[n] = sum / scale;
  }
}

}  // namespace surefoot::sim
