// SPDX-License-Identifier: MIT
#include <surefoot/gpr/section_filter.hpp>

#include <surefoot/dsp/tidy.hpp>

namespace surefoot::gpr {

Index padding_of(FilterMethod method, const dsp::Sections& sections) noexcept {
  return method == FilterMethod::zero_phase ? dsp::default_padding(sections) : 0;
}

SectionFilter::SectionFilter(const dsp::Sections& sections, FilterMethod method, FilterStart start,
                             const StreamSpec& in, Arena& arena) noexcept
    : CausalStage(in, in, arena),
      method_(method),
      start_(start),
      padding_(padding_of(method, sections)),
      cascade_(sections),
      work_(arena.take<double>(in.n_samples + 2 * padding_)) {}

void SectionFilter::step(ConstTraceRef in, TraceRef out, TraceTag&) noexcept {
  const std::size_t n = in.size();
  const std::size_t pad = to_size(padding_);
  const std::span<double> middle = work_.subspan(pad, n);
  for (std::size_t i = 0; i < n; ++i) middle[i] = static_cast<double>(in[i]);

  if (method_ == FilterMethod::zero_phase) {
    const double first = 2.0 * middle[0];
    const double last = 2.0 * middle[n - 1];
    for (std::size_t i = 1; i <= pad; ++i) {
      work_[pad - i] = first - middle[i];
      work_[pad + n - 1 + i] = last - middle[n - 1 - i];
    }
    cascade_.settle(work_.front());
    cascade_.run(work_);
    cascade_.settle(work_.back());
    cascade_.run_backwards(work_);
  } else {
    if (start_ == FilterStart::rest) cascade_.rest();
    else if (start_ == FilterStart::steady || !started_) cascade_.settle(middle[0]);
    started_ = true;
    cascade_.run(middle);
    cascade_.flush();
  }
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<Sample>(middle[i]);
  dsp::tidy(out);
}

void SectionFilter::forget() noexcept {
  started_ = false;
  cascade_.rest();
}

void SectionFilter::remember(StateArchive& archive) noexcept {
  if (start_ != FilterStart::previous_trace || method_ != FilterMethod::causal) return;
  archive(started_);
  cascade_.state(archive);
}

}  // namespace surefoot::gpr
