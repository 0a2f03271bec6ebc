// SPDX-License-Identifier: MIT
#include <surefoot/dsp/fir_design.hpp>

#include <surefoot/dsp/math.hpp>

namespace surefoot::dsp {
namespace {

// edge sinc(edge m): the taps of a low-pass with its corner at `edge` of the Nyquist frequency.
double below(double edge, double m) noexcept { return m == 0.0 ? edge : sin(pi * edge * m) / (pi * m); }

}  // namespace

void fir(const FirDesign& design, double sample_rate_hz, std::span<double> taps) noexcept {
  const double half = 0.5 * static_cast<double>(taps.size() - 1);
  const double low = 2.0 * design.low_hz / sample_rate_hz;
  const double high = 2.0 * design.high_hz / sample_rate_hz;
  double unit = 0.0;  // where the gain is 1
  if (design.band == FirBand::bandpass) unit = 0.5 * (low + high);
  if (design.band == FirBand::highpass) unit = 1.0;
  double gain = 0.0;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const double m = static_cast<double>(i) - half;
    double h = 0.0;
    if (design.band == FirBand::lowpass || design.band == FirBand::bandpass) h += below(high, m);
    if (design.band == FirBand::bandpass) h -= below(low, m);
    if (design.band == FirBand::bandstop) h += below(low, m) - below(high, m);
    if (design.band == FirBand::highpass) h -= below(low, m);
    // All that lies below the Nyquist frequency: a single tap of 1.
    if ((design.band == FirBand::highpass || design.band == FirBand::bandstop) && m == 0.0) h += 1.0;
    taps[i] =
        h * window_weight(design.window, static_cast<Index>(i), static_cast<Index>(taps.size()), design.kaiser_beta);
    gain += taps[i] * cos(pi * unit * m);
  }
  for (double& h : taps) h /= gain;
}

}  // namespace surefoot::dsp
