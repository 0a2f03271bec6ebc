// SPDX-License-Identifier: MIT
#pragma once

#include <surefoot/base/fields.hpp>
#include <surefoot/base/two_pass.hpp>
#include <surefoot/dsp/leading_vectors.hpp>
#include <surefoot/dsp/low_rank.hpp>

#include <array>
#include <cstdint>

namespace surefoot::gpr {

enum class SvdSelection : std::uint8_t { rank, energy };
inline constexpr std::array svd_selection_words{"rank", "energy"};

struct SvdClutterOptions {
  SvdSelection select = SvdSelection::rank;
  Index first_component = 1;
  Index last_component = 1;
  double energy_share = 0.9;
};

template <class V>
void fields(V& v, SvdClutterOptions& o) {
  v(o.select, "select", Words(svd_selection_words),
    "Which eigenimages to remove: first_component to last_component, or as many of the strongest as hold "
    "energy_share.");
  v(o.first_component, "first_component", Unit::none, between(1, 1e6),
    "rank: the strongest eigenimage that is removed, counted from 1.");
  v(o.last_component, "last_component", Unit::none, between(1, 1e6), "rank: the weakest eigenimage that is removed.");
  v(o.energy_share, "energy_share", Unit::none, above_to(0.0, 1.0),
    "energy: share of the energy of the line that the removed eigenimages hold at least.");
}

/// The problem with these options on this input, if any: components must exist.
[[nodiscard]] Problem validate(const SvdClutterOptions& options, const StreamSpec& in) noexcept;

/// Subtract the strongest eigenimages of the line: what all traces share but for a factor.
///
///   X = U S V^T,  Y = X - sum over removed q of s_q u_q v_q^T;  X the usable traces (n_samples, n_traces)
///   energy: removed are 1 .. r with the smallest r for which  sum_{q <= r} s_q^2 >= energy_share sum_q s_q^2
///
/// A few components that stand out are found by reading the line a few times (dsp::LeadingVectors), others from the eigenvectors
/// of the smaller of X X^T and X^T X; in double, Y is rounded once to float32.
///
/// Axis      along time and across traces. Shape (n_samples) in, the same out.
/// Edges     a line with fewer usable traces than components loses all of them: zero, with a warning. A zero line stays zero.
/// Accuracy  as a full SVD in double, to about 1e-8 of the largest singular value: weaker eigenimages than that are noise.
/// Notes     removed_components; removed_energy_share; smallest_component_ratio, the weakest removed singular value over the
///           strongest. A warning if more than a quarter of all components is removed.
/// Cost      about 100 m n operations where the components stand out, else m n^2 + 4/3 n^3, n the smaller side; latency: the
///           whole line, of which it keeps a copy in double, and one in float32 unless the input stays where it is.
/// Not       live. A target that is flat and long, or a layer, is an eigenimage too and goes with the clutter. Not centred:
///           the mean trace is not taken out before.
/// @throws ConfigError  (from the pipeline) if a component lies beyond the smaller side of the line, or first after last.
/// @source   eigenimages: Freire and Ulrych, Geophysics 53(6), 1988; for GPR e.g. Verma et al., PIER M 9, 2009
class SvdClutter final : public TwoPass {
 public:
  SvdClutter(const SvdClutterOptions& options, const StreamSpec& in, Arena& arena) noexcept;

 private:
  [[nodiscard]] Index findings(std::span<Note> out) const noexcept override;
  void learn(KeptColumns& line) noexcept override;
  void map(Index k, ConstTraceRef in, TraceRef out) noexcept override;
  void subtract_clutter(const dsp::Dense& x) noexcept;
  void choose(Index columns, std::span<const double> squares, double total) noexcept;

  SvdClutterOptions options_;
  std::span<const Sample*> traces_;  // the usable ones
  std::span<double> matrix_;
  std::span<double> clutter_;
  dsp::LeadingVectors leading_;
  dsp::LowRank low_rank_;
  dsp::Dense result_;  // empty where the leading vectors are taken off trace by trace
  // What the notes say.
  Index first_ = 0;
  Index removed_ = 0;
  double energy_share_ = 0.0;
  double weakest_ratio_ = 0.0;
  bool too_many_ = false;
};

}  // namespace surefoot::gpr
