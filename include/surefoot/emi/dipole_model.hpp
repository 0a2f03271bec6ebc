// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/arena.hpp>
#include <surefoot/base/coil.hpp>
#include <surefoot/dsp/tall_qr.hpp>
#include <surefoot/physics/sensing.hpp>

#include <array>
#include <span>

namespace surefoot::emi {

/// A view of an array for the core: coils in series make a winding. No channels listed: all pairs, transmitter by transmitter.
///
/// From a CoilArray: one span of each winding's coils, and its channels.
struct ArrayView {
  std::span<const std::span<const Coil>> transmitters;
  std::span<const std::span<const Coil>> receivers;
  std::span<const CoilChannel> channels;
};

/// What a point dipole at a place gives in each channel of an array, per element of its polarizability, and how that changes
/// with the place.
///
///   y = G(r0) q,   G = mu0 [row of F7],   q = vech(M) = (xx, xy, xz, yy, yz, zz)
///
/// Units     with M in m^3 and a current I the voltage of continuous wave is -i w I y, that of a pulse -d(I y)/dt. Whatever
///           stands before M in the data comes back in q: data V / (-i w I) give q in m^3.
/// Shape     columns of n_channels() numbers.
/// Edges     a channel that names no winding of the array gives zeros. On a wire, NaN.
/// Cost      that of physics::fields_of for all coils and 0.02 us a channel. Takes copies of all coils into the arena.
/// Not       for targets as large as their distance: the field must be the same over the target.
/// @source   emi.md F7
class DipoleModel {
 public:
  DipoleModel(const ArrayView& array, Arena& arena) noexcept;

  [[nodiscard]] Index n_channels() const noexcept { return static_cast<Index>(channels_.size()); }
  /// Fill g (n_channels, 6), and where its data are not null by_place[k], the derivative of g by coordinate k of the place.
  void at(const Vector3& place_m, const dsp::Columns& g, const std::array<dsp::Columns, 3>& by_place = {}) noexcept;

 private:
  struct Group {
    Index first = 0;
    Index count = 0;
  };
  [[nodiscard]] physics::CoilField sum_of(const Group& group) const noexcept;

  std::span<Coil> coils_;
  std::span<Group> windings_;  // transmitters, then receivers
  std::span<Index> channels_;  // row of the full matrix; -1 where there is none
  std::span<physics::CoilField> fields_;
  std::span<physics::CoilField> sums_;
  std::span<double> full_;  // G and its derivatives for all pairs
  Index n_transmitters_ = 0;
  Index n_receivers_ = 0;
};

}  // namespace surefoot::emi
