// SPDX-License-Identifier: MIT
#include <surefoot/gpr/svd_clutter.hpp>

#include "line_matrix.hpp"

#include <algorithm>
#include <cmath>

namespace surefoot::gpr {
namespace {

Index most_removed(const SvdClutterOptions& options, const StreamSpec& in) noexcept {
  if (options.select == SvdSelection::energy) return shorter_side(in);
  return options.last_component - options.first_component + 1;
}

}  // namespace

Problem validate(const SvdClutterOptions& options, const StreamSpec& in) noexcept {
  if (const Problem problem = check_ranges(options)) return problem;
  if (options.select != SvdSelection::rank) return {};
  const auto last = static_cast<double>(options.last_component);
  const Index sides = in.max_traces > 0 ? shorter_side(in) : in.n_samples;
  if (options.last_component > sides) {
    return {"last_component", "must not be above the smaller of n_samples and the number of traces", last,
            between(1.0, static_cast<double>(sides)), Unit::none};
  }
  if (options.first_component > options.last_component) {
    return {"first_component", "must not be above last_component", static_cast<double>(options.first_component),
            between(1.0, last), Unit::none};
  }
  return {};
}

SvdClutter::SvdClutter(const SvdClutterOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : TwoPass(in, arena),
      options_(options),
      traces_(arena.take<const Sample*>(in.max_traces)),
      matrix_(arena.take_unset<double>(matrix_values(in))),
      clutter_(arena.take<double>(dsp::LowRank::rows_at_once * dsp::padded(shorter_side(in)))),
      leading_(in.n_samples, arena),
      low_rank_(shorter_side(in), most_removed(options, in), arena) {}

void SvdClutter::learn(KeptColumns& line) noexcept {
  result_ = {};
  first_ = removed_ = 0;
  energy_share_ = weakest_ratio_ = 0.0;
  too_many_ = false;
  std::size_t n_traces = 0;
  for (Index k = 0; k < line.size(); ++k)
    if (line.usable(k)) traces_[n_traces++] = line.column(k).data();
  const Index columns = std::min(static_cast<Index>(n_traces), output().n_samples);
  if (columns == 0) return;
  if (options_.select == SvdSelection::rank) {
    const Index first = std::min(options_.first_component - 1, columns);
    const Index end = std::min(options_.last_component, columns);
    if (leading_.find(traces_.first(n_traces), first, end - first))
      return choose(columns, leading_.squares(), leading_.energy());
  }
  const dsp::Dense x = pack(line, output().n_samples, matrix_);
  result_ = x;
  if (low_rank_.decompose(x)) {
    choose(columns, low_rank_.squares(), low_rank_.energy());
    subtract_clutter(x);
  } else {
    for (Index k = 0; k < line.size(); ++k) line.tag(k).quality |= Quality::not_converged;
  }
}

void SvdClutter::map(Index k, ConstTraceRef in, TraceRef out) noexcept {
  if (result_.columns > 0) unpack(result_, k, out);
  else leading_.subtract_from(in, out);
}

void SvdClutter::subtract_clutter(const dsp::Dense& x) noexcept {
  low_rank_.choose(first_, removed_, [](Index) noexcept { return 1.0; });
  for (Index first = 0; first < x.rows; first += dsp::LowRank::rows_at_once) {
    const Index n = std::min(dsp::LowRank::rows_at_once, x.rows - first);
    const dsp::Dense rows{x.row(first), n, x.columns};
    const dsp::Dense clutter{clutter_.data(), n, x.columns};
    low_rank_.apply(rows, clutter);
    for (Index i = 0; i < n * x.stride(); ++i) rows.data[i] -= clutter.data[i];
  }
}

// Which components go, and what the notes say of them.
void SvdClutter::choose(Index columns, std::span<const double> squares, double total) noexcept {
  Index end = 0;
  if (options_.select == SvdSelection::rank) {
    first_ = std::min(options_.first_component - 1, columns);
    end = std::min(options_.last_component, columns);
  } else {
    for (double sum = 0.0; end < columns && sum < options_.energy_share * total; ++end)
      sum += std::max(squares[to_size(end)], 0.0);
  }
  removed_ = end - first_;
  double energy = 0.0;
  for (Index q = first_; q < end; ++q) energy += std::max(squares[to_size(q)], 0.0);
  if (total > 0.0 && removed_ > 0) {
    energy_share_ = energy / total;
    weakest_ratio_ = std::sqrt(std::max(squares[to_size(end - 1)], 0.0) / squares[0]);
  }
  too_many_ = 4 * removed_ > columns;
}

Index SvdClutter::findings(std::span<Note> out) const noexcept {
  if (out.size() < 3) return 0;
  out[0] = {"removed_components", static_cast<double>(removed_), Unit::none,
            too_many_ ? "More than a quarter of all components was removed: targets may have gone with the clutter."
                      : nullptr};
  out[1] = {"removed_energy_share", energy_share_, Unit::none, nullptr};
  out[2] = {"smallest_component_ratio", weakest_ratio_, Unit::none, nullptr};
  return 3;
}

}  // namespace surefoot::gpr
