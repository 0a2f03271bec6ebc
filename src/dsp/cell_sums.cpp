// SPDX-License-Identifier: MIT
#include <surefoot/dsp/cell_sums.hpp>

#include <algorithm>

namespace surefoot::dsp {
namespace {

// As to_double, without its branch: two halves, rounded once.
double number(std::uint64_t n) noexcept {
  return static_cast<double>(static_cast<std::int32_t>(n >> 32U)) * 4294967296.0 +
         static_cast<double>(static_cast<std::uint32_t>(n));
}

}  // namespace

std::int32_t CellSums::quanta(double x) noexcept {
  constexpr auto most = static_cast<double>(most_quanta);
  const double scaled = x * 0x1p16;
  if (!(scaled > -most)) return scaled <= -most ? -most_quanta : 0;
  if (scaled >= most) return most_quanta;
  return static_cast<std::int32_t>(scaled < 0.0 ? scaled - 0.5 : scaled + 0.5);
}

template <int Sign>
void CellSums::change(std::span<const std::int32_t> cell) noexcept {
  const std::int32_t* const x = cell.data();
  std::uint64_t* to = products_.data();
  for (Index i = 0; i < features_; ++i) {
    const std::int64_t own = Sign * static_cast<std::int64_t>(x[i]);
    sum_[to_size(i)] += static_cast<std::uint64_t>(own);
    for (Index j = 0; j <= i; ++j) to[j] += static_cast<std::uint64_t>(own * x[j]);
    to += i + 1;
  }
  cells_ += Sign;
}
template void CellSums::change<1>(std::span<const std::int32_t>) noexcept;
template void CellSums::change<-1>(std::span<const std::int32_t>) noexcept;

void CellSums::copy(const CellSums& other) noexcept {
  cells_ = other.cells_;
  std::copy(other.sum_.begin(), other.sum_.end(), sum_.begin());
  std::copy(other.products_.begin(), other.products_.end(), products_.begin());
}

void CellSums::mean(std::span<double> out) const noexcept {
  const double scale = cells_ > 0 ? 0x1p-16 / static_cast<double>(cells_) : 0.0;
  for (std::size_t k = 0; k < sum_.size(); ++k) out[k] = number(sum_[k]) * scale;
}

void CellSums::covariance(std::span<double> out) const noexcept {
  const double per_cell = cells_ > 0 ? 1.0 / static_cast<double>(cells_) : 0.0;
  const double scale = cells_ > 1 ? 0x1p-32 / static_cast<double>(cells_ - 1) : 0.0;
  const std::uint64_t* from = products_.data();
  for (Index i = 0; i < features_; ++i) {
    const double mean = number(sum_[to_size(i)]) * per_cell;
    double* const row = out.data() + i * features_;
    for (Index j = 0; j <= i; ++j) row[j] = (number(from[j]) - mean * number(sum_[to_size(j)])) * scale;
    from += i + 1;
  }
}

void CellSums::clear() noexcept {
  cells_ = 0;
  std::fill(sum_.begin(), sum_.end(), std::uint64_t{0});
  std::fill(products_.begin(), products_.end(), std::uint64_t{0});
}

void CellSums::state(StateArchive& archive) noexcept {
  archive.index(cells_, most_cells + 1);
  archive(sum_);
  archive(products_);
}

}  // namespace surefoot::dsp
