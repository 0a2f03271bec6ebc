// SPDX-License-Identifier: MIT
#include <surefoot/dsp/running_median.hpp>

#include "../base/lanes.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace surefoot::dsp {
namespace {

constexpr Index group = 16;
constexpr float infinity = std::numeric_limits<float>::infinity();

// In `n_places` places of a group: what `out` holds leaves, what `in` holds is sorted in. One more place must follow.
struct Replace {
  template <int Bytes>
  [[gnu::always_inline]] static inline void run(float* sorted, Index n_places, const float* out,
                                                const float* in) noexcept {
    using V = Lanes<float, Bytes>;
    constexpr Index step = Bytes / static_cast<Index>(sizeof(float));
    for (Index lane = 0; lane < group; lane += step) {
      V gone;
      V come;
      V here;
      V below = V{} - infinity;
      load(gone, out + lane);
      load(come, in + lane);
      float* place = sorted + lane;
      load(here, place);
      for (Index j = 0; j < n_places; ++j, place += group) {
        V next;
        load(next, place + group);
        const V left = here < gone ? here : next;
        const V lower = come < left ? come : left;
        const V sorted_in = below < lower ? lower : below;
        store(place, sorted_in);
        below = left;
        here = next;
      }
    }
  }
};

// Samples first .. first + 15 of a column; beyond its end zeros; infinite everywhere if there is no column.
void gather(ConstTraceRef column, Index first, std::array<float, group>& to) noexcept {
  if (column.empty()) {
    to.fill(infinity);
    return;
  }
  const Index n = std::min(group, column.n() - first);
  const float* const from = column.data() + first;
  for (Index i = 0; i < n; ++i) to[to_size(i)] = from[i] + 0.0F;  // -0 becomes 0
  for (Index i = n; i < group; ++i) to[to_size(i)] = 0.0F;
}

Index groups_of(Index n_samples) noexcept { return (n_samples + group - 1) / group; }

}  // namespace

RunningMedian::RunningMedian(Index n_samples, Index capacity, Arena& arena) noexcept
    : n_samples_(n_samples),
      capacity_(capacity),
      sorted_(arena.take<float>(groups_of(n_samples) * group * (capacity + 1))) {
  std::fill(sorted_.begin(), sorted_.end(), infinity);
}

void RunningMedian::replace(ConstTraceRef out, ConstTraceRef in) noexcept {
  if (out.empty() && in.empty()) return;
  const Index after = count_ - (out.empty() ? 0 : 1) + (in.empty() ? 0 : 1);
  const Index n_places = std::clamp<Index>(std::max(count_, after), 0, capacity_);
  std::array<float, group> gone{};
  std::array<float, group> come{};
  float* sorted = sorted_.data();
  for (Index first = 0; first < n_samples_; first += group, sorted += (capacity_ + 1) * group) {
    gather(out, first, gone);
    gather(in, first, come);
    dispatch<Replace, float*, Index, const float*, const float*>(sorted, n_places, gone.data(), come.data());
  }
  count_ = std::clamp<Index>(after, 0, capacity_);
}

void RunningMedian::subtract_from(ConstTraceRef x, TraceRef y) const noexcept {
  const Index low = std::max<Index>(count_ - 1, 0) / 2;
  const Index high = count_ / 2;
  const float* sorted = sorted_.data();
  for (Index first = 0; first < n_samples_; first += group, sorted += (capacity_ + 1) * group) {
    const Index n = std::min(group, n_samples_ - first);
    const float* const a = sorted + low * group;
    const float* const b = sorted + high * group;
    const float* const from = x.data() + first;
    float* const to = y.data() + first;
    if (count_ == 0) std::copy(from, from + n, to);
    else
      for (Index i = 0; i < n; ++i)
        to[i] = static_cast<float>(static_cast<double>(from[i]) -
                                   0.5 * (static_cast<double>(a[i]) + static_cast<double>(b[i])));
  }
}

void RunningMedian::clear() noexcept {
  count_ = 0;
  std::fill(sorted_.begin(), sorted_.end(), infinity);
}

void RunningMedian::state(StateArchive& archive) noexcept {
  archive.index(count_, capacity_ + 1);
  archive.any(sorted_);
  if (!archive.loading()) return;
  // Numbers up to count_, infinite from there on.
  for (Index i = 0; i < static_cast<Index>(sorted_.size()); ++i) {
    const float x = sorted_[to_size(i)];
    if (i / group % (capacity_ + 1) < count_ ? x - x != 0.0F : x != infinity) return archive.fail();
  }
}

}  // namespace surefoot::dsp
