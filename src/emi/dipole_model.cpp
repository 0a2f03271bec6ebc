// SPDX-License-Identifier: MIT
#include <surefoot/emi/dipole_model.hpp>

#include <algorithm>

namespace surefoot::emi {
namespace {

constexpr Index n_matrices = 4;  // G and its three derivatives

Index count_coils(std::span<const std::span<const Coil>> windings) noexcept {
  Index n = 0;
  for (const std::span<const Coil> w : windings) n += static_cast<Index>(w.size());
  return n;
}

Index count_channels(const ArrayView& array) noexcept {
  return array.channels.empty() ? static_cast<Index>(array.transmitters.size() * array.receivers.size())
                                : static_cast<Index>(array.channels.size());
}

}  // namespace

DipoleModel::DipoleModel(const ArrayView& array, Arena& arena) noexcept
    : coils_(arena.take<Coil>(count_coils(array.transmitters) + count_coils(array.receivers))),
      windings_(arena.take<Group>(static_cast<Index>(array.transmitters.size() + array.receivers.size()))),
      channels_(arena.take<Index>(count_channels(array))),
      fields_(arena.take<physics::CoilField>(count_coils(array.transmitters) + count_coils(array.receivers))),
      sums_(arena.take<physics::CoilField>(static_cast<Index>(array.transmitters.size() + array.receivers.size()))),
      full_(arena.take<double>(n_matrices * physics::n_symmetric *
                               static_cast<Index>(array.transmitters.size() * array.receivers.size()))),
      n_transmitters_(static_cast<Index>(array.transmitters.size())),
      n_receivers_(static_cast<Index>(array.receivers.size())) {
  if (!arena.ok()) return;
  Index coil = 0;
  std::size_t winding = 0;
  for (const auto& list : {array.transmitters, array.receivers})
    for (const std::span<const Coil> coils : list) {
      windings_[winding++] = {coil, static_cast<Index>(coils.size())};
      for (const Coil& c : coils) coils_[to_size(coil++)] = c;
    }
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    channels_[c] = static_cast<Index>(c);
    if (array.channels.empty()) continue;
    const auto [t, r] = array.channels[c];
    const bool exists = t >= 0 && t < n_transmitters_ && r >= 0 && r < n_receivers_;
    channels_[c] = exists ? t * n_receivers_ + r : -1;
  }
}

physics::CoilField DipoleModel::sum_of(const Group& group) const noexcept {
  physics::CoilField sum;
  for (Index i = 0; i < group.count; ++i) {
    const physics::CoilField& f = fields_[to_size(group.first + i)];
    for (std::size_t k = 0; k < 3; ++k) sum.h[k] += f.h[k];
    for (std::size_t k = 0; k < 9; ++k) sum.gradient[k] += f.gradient[k];
  }
  return sum;
}

void DipoleModel::at(const Vector3& place_m, const dsp::Columns& g,
                     const std::array<dsp::Columns, 3>& by_place) noexcept {
  const bool slopes = by_place[0].data != nullptr;
  if (slopes) {
    physics::fields_of(coils_, place_m, fields_);
  } else {
    for (std::size_t i = 0; i < coils_.size(); ++i) fields_[i].h = physics::field_of(coils_[i], place_m);
  }
  for (std::size_t w = 0; w < windings_.size(); ++w) sums_[w] = sum_of(windings_[w]);

  const Index n_pairs = n_transmitters_ * n_receivers_;
  const std::size_t size = to_size(physics::n_symmetric * n_pairs);
  physics::SensingMatrix full{full_.first(size), {}};
  for (std::size_t k = 0; slopes && k < 3; ++k) full.by_place[k] = full_.subspan((k + 1) * size, size);
  physics::sensing_matrix(sums_.first(to_size(n_transmitters_)), sums_.subspan(to_size(n_transmitters_)), full);

  const auto gather = [this, n_pairs](std::span<const double> from, const dsp::Columns& to) noexcept {
    for (Index j = 0; j < physics::n_symmetric; ++j)
      for (Index c = 0; c < n_channels(); ++c) {
        const Index row = channels_[to_size(c)];
        to.at(c, j) = row < 0 ? 0.0 : physics::vacuum_permeability * from[to_size(j * n_pairs + row)];
      }
  };
  gather(full.g, g);
  for (std::size_t k = 0; slopes && k < 3; ++k) gather(full.by_place[k], by_place[k]);
}

}  // namespace surefoot::emi
