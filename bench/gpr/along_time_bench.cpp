// SPDX-License-Identifier: MIT
// Stages along time: one push and one pull a turn; argument: samples a trace.
#include <surefoot/gpr/bandpass.hpp>
#include <surefoot/gpr/dc.hpp>
#include <surefoot/gpr/deconvolution.hpp>
#include <surefoot/gpr/dewow.hpp>
#include <surefoot/gpr/envelope.hpp>
#include <surefoot/gpr/fir.hpp>
#include <surefoot/gpr/gain.hpp>
#include <surefoot/gpr/notch.hpp>
#include <surefoot/gpr/whiten.hpp>

#include "support/allocations.hpp"

#include <vector>

namespace {

using namespace surefoot;

template <class StageType, class Options>
void push_and_pull(benchmark::State& state, Options options) {
  const Index n = state.range(0);
  const StreamSpec spec{{AxisKind::two_way_time, 0.0, 0.1e-9}, n, 0.01, 0.02, 0};
  std::vector<std::byte> memory(std::size_t{1} << 20U);
  Arena arena(memory);
  StageType stage(options, spec, arena);
  std::vector<Sample> in(to_size(n));
  std::vector<Sample> out(to_size(n));
  unsigned seed = 1;
  for (Sample& x : in) {
    seed = seed * 1664525U + 1013904223U;
    x = static_cast<Sample>(seed >> 16U) - 32768.0F;
  }
  TraceTag tag;
  const std::int64_t before = bench::allocations();
  for (auto _ : state) {
    stage.push(in, tag);
    benchmark::DoNotOptimize(stage.pull(out, tag));
    benchmark::ClobberMemory();
  }
  bench::report(state, n, before);
}

void dc(benchmark::State& state) { push_and_pull<gpr::Dc>(state, gpr::DcOptions{}); }
void dc_median(benchmark::State& state) {
  push_and_pull<gpr::Dc>(state, gpr::DcOptions{.method = gpr::DcMethod::median});
}
void dewow(benchmark::State& state) { push_and_pull<gpr::Dewow>(state, gpr::DewowOptions{}); }
void dewow_median(benchmark::State& state) {
  push_and_pull<gpr::Dewow>(state, gpr::DewowOptions{.method = gpr::DewowMethod::median});
}
void dewow_median_101(benchmark::State& state) {
  push_and_pull<gpr::Dewow>(state, gpr::DewowOptions{.window_s = 10e-9, .method = gpr::DewowMethod::median});
}
void notch_zero_phase(benchmark::State& state) { push_and_pull<gpr::Notch>(state, gpr::NotchOptions{}); }
void bandpass_zero_phase(benchmark::State& state) { push_and_pull<gpr::Bandpass>(state, gpr::BandpassOptions{}); }
void bandpass_causal(benchmark::State& state) {
  push_and_pull<gpr::Bandpass>(state, gpr::BandpassOptions{.method = gpr::FilterMethod::causal});
}
void gain_power(benchmark::State& state) { push_and_pull<gpr::Gain>(state, gpr::GainOptions{}); }
void gain_agc(benchmark::State& state) {
  push_and_pull<gpr::Gain>(state, gpr::GainOptions{.method = gpr::GainMethod::agc});
}
void gain_envelope(benchmark::State& state) {
  push_and_pull<gpr::Gain>(state, gpr::GainOptions{.method = gpr::GainMethod::envelope});
}
void fir(benchmark::State& state) { push_and_pull<gpr::Fir>(state, gpr::FirOptions{}); }
void whiten(benchmark::State& state) { push_and_pull<gpr::Whiten>(state, gpr::WhitenOptions{}); }
void deconvolution_spiking(benchmark::State& state) {
  push_and_pull<gpr::Deconvolution>(state, gpr::DeconvolutionOptions{});
}
void deconvolution_wavelet(benchmark::State& state) {
  push_and_pull<gpr::Deconvolution>(state, gpr::DeconvolutionOptions{.method = gpr::DeconvolutionMethod::wavelet});
}
void deconvolution_direct_wave(benchmark::State& state) {
  push_and_pull<gpr::Deconvolution>(state, gpr::DeconvolutionOptions{.method = gpr::DeconvolutionMethod::wavelet,
                                                                     .wavelet = gpr::WaveletSource::direct_wave,
                                                                     .start_s = 0.0});
}
void envelope(benchmark::State& state) { push_and_pull<gpr::Envelope>(state, gpr::EnvelopeOptions{}); }
void envelope_phase(benchmark::State& state) {
  push_and_pull<gpr::Envelope>(state, gpr::EnvelopeOptions{.output = gpr::Attribute::phase});
}
void envelope_frequency(benchmark::State& state) {
  push_and_pull<gpr::Envelope>(state, gpr::EnvelopeOptions{.output = gpr::Attribute::frequency});
}

BENCHMARK(dc)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(dc_median)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(dewow)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(dewow_median)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(dewow_median_101)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(notch_zero_phase)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(bandpass_zero_phase)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(bandpass_causal)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(gain_power)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(gain_agc)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(gain_envelope)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(fir)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(whiten)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(deconvolution_spiking)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(deconvolution_wavelet)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(deconvolution_direct_wave)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(envelope)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(envelope_phase)->RangeMultiplier(2)->Range(256, 2048);
BENCHMARK(envelope_frequency)->RangeMultiplier(2)->Range(256, 2048);

}  // namespace
