// SPDX-License-Identifier: MIT
#pragma once

namespace surefoot::emi {

/// Mean of e^{-t/tau} over a gate and its rate of change by ln tau.
struct GateMean {
  double value;
  double slope;
};

/// (tau / d) (e^{-a/tau} - e^{-b/tau}), d = b - a.
///
/// Units     seconds; tau > 0, b >= a >= 0.
/// Accuracy  1e-15 relative, 1e-14 for the slope, also for gates that are short against tau.
/// Cost      two exponentials. The same bits everywhere.
/// @source   emi.md F4
[[nodiscard]] GateMean gate_mean(double tau_s, double a_s, double b_s) noexcept;

}  // namespace surefoot::emi
