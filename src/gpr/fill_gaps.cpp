// SPDX-License-Identifier: MIT
#include <surefoot/gpr/fill_gaps.hpp>

#include <surefoot/base/tag_between.hpp>
#include <surefoot/dsp/tidy.hpp>

#include <algorithm>

namespace surefoot::gpr {
namespace {

StreamSpec output_of(const FillGapsOptions& options, const StreamSpec& in) noexcept {
  StreamSpec out = in;
  if (in.max_traces > 0) out.max_traces += options.added_traces;
  return out;
}

// q - p without overflow, for q > p.
std::uint64_t steps_between(std::int64_t p, std::int64_t q) noexcept {
  return static_cast<std::uint64_t>(q) - static_cast<std::uint64_t>(p);
}

}  // namespace

Problem validate(const FillGapsOptions& options, const StreamSpec&) noexcept { return check_ranges(options); }

FillGaps::FillGaps(const FillGapsOptions& options, const StreamSpec& in, Arena& arena) noexcept
    : EditStage(in, output_of(options, in), arena),
      options_(options),
      before_(arena.take<Sample>(in.n_samples)),
      after_(arena.take<Sample>(in.n_samples)) {}

void FillGaps::take(ConstTraceRef trace, const TraceTag& tag) noexcept {
  if (begun_) {
    earlier_ = later_;
    std::swap(before_, after_);
  } else {
    earlier_ = tag;
  }
  begun_ = true;
  later_ = tag;
  if (trace.empty()) std::fill(after_.begin(), after_.end(), 0.0F);
  else std::copy(trace.begin(), trace.end(), after_.begin());
  put_ = to_put_ = 0;
  if (later_.index > earlier_.index)
    to_put_ = static_cast<Index>(
        std::min(steps_between(earlier_.index, later_.index) - 1, static_cast<std::uint64_t>(options_.max_gap_traces)));
  full_ = true;
}

void FillGaps::give(TraceRef out, TraceTag& tag) noexcept {
  if (put_ == to_put_) {
    std::copy(after_.begin(), after_.end(), out.begin());
    tag = later_;
    full_ = false;
    return;
  }
  ++put_;
  const std::uint64_t steps = steps_between(earlier_.index, later_.index);
  const double share = static_cast<double>(put_) / to_double(steps);
  tag = tag_between(earlier_, later_, share);
  tag.index = earlier_.index + static_cast<std::int64_t>(put_);
  const bool whole = steps - 1 == static_cast<std::uint64_t>(to_put_);
  if (options_.method == FillMethod::zero || !whole || unusable(earlier_.quality | later_.quality)) {
    tag.quality = Quality::dropped;
    return;
  }
  tag.quality = earlier_.quality | later_.quality | Quality::repaired;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto from = static_cast<double>(before_[i]);
    out[i] = static_cast<Sample>(from + share * (static_cast<double>(after_[i]) - from));
  }
  dsp::tidy(out);
}

void FillGaps::forget() noexcept {
  begun_ = full_ = false;
  put_ = to_put_ = 0;
}

void FillGaps::remember(StateArchive& archive) noexcept {
  archive(begun_);
  archive(full_);
  archive.index(put_, options_.max_gap_traces + 1);
  archive.index(to_put_, options_.max_gap_traces + 1);
  archive(earlier_);
  archive(later_);
  archive(before_);
  archive(after_);
  if (archive.loading() && put_ > to_put_) archive.fail();
}

}  // namespace surefoot::gpr
