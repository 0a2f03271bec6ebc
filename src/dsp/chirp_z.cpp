// SPDX-License-Identifier: MIT
#include <surefoot/dsp/chirp_z.hpp>

#include <surefoot/dsp/fft_size.hpp>
#include <surefoot/dsp/math.hpp>

#include <algorithm>
#include <cmath>

namespace surefoot::dsp {
namespace {

constexpr Index longest = Index{1} << 24;

std::complex<double> phasor(double cycles) noexcept {
  const double turn = 2.0 * pi * (cycles - std::floor(cycles));
  return {cos(turn), sin(turn)};
}

std::complex<float> to_float(std::complex<double> z) noexcept {
  return {static_cast<float>(z.real()), static_cast<float>(z.imag())};
}

// Complex numbers as the pairs that they are ([complex.numbers.general]): a std::complex that is put together from two floats
// goes through memory and costs ten times the product.
float* numbers(std::span<std::complex<float>> z) noexcept { return reinterpret_cast<float*>(z.data()); }

// to[k] = a[k] b[k], n pairs; to may be a.
void multiply(const float* a, const float* b, float* to, std::size_t n) noexcept {
  for (std::size_t k = 0; k < 2 * n; k += 2) {
    const float re = a[k] * b[k] - a[k + 1] * b[k + 1];
    const float im = a[k] * b[k + 1] + a[k + 1] * b[k];
    to[k] = re;
    to[k + 1] = im;
  }
}

bool is_sound(Index n_in, Index n_out, double cycles) noexcept {
  return cycles > 0.0 && cycles <= 1.0 && n_in >= 1 && n_out >= 1 && n_in <= longest && n_out <= longest;
}

// The length of the single transform that has these sums on its grid; 0 if there is none.
Index grid(Index n_in, Index n_out, double cycles) noexcept {
  const double length = std::nearbyint(1.0 / cycles);
  constexpr double same = 1e-14;  // of a cycle a turn: what rounding of 1 / (n step) leaves
  if (length > static_cast<double>(longest) || std::abs(length * cycles - 1.0) > same) return 0;
  const auto n = static_cast<Index>(length);
  return n >= n_in && n >= n_out && fft_size(n) == n ? n : 0;
}

bool is_direct(Index n_in, Index n_out, double cycles) noexcept {
  const Index one = grid(n_in, n_out, cycles);
  const Index work = one == fastest_fft_size(one) ? one : 2 * one;
  return one != 0 && work <= 2 * fastest_fft_size(n_in + n_out - 1);
}

Index length_of(Index n_in, Index n_out, double cycles) noexcept {
  if (!is_sound(n_in, n_out, cycles)) return 0;  // no transform: ok() is false
  return is_direct(n_in, n_out, cycles) ? grid(n_in, n_out, cycles) : fastest_fft_size(n_in + n_out - 1);
}

}  // namespace

ChirpZ::ChirpZ(Index n_in, Index n_out, double cycles, Arena& arena) noexcept
    : cycles_(cycles),
      direct_(is_sound(n_in, n_out, cycles) && dsp::is_direct(n_in, n_out, cycles)),
      fft_(length_of(n_in, n_out, cycles)),
      before_(arena.take<std::complex<float>>(n_in)),
      after_(arena.take<std::complex<float>>(n_out)),
      filter_(arena.take<std::complex<float>>(direct_ ? 0 : fft_.n())),
      work_(arena.take<std::complex<float>>(fft_.n())) {
  if (!ok()) arena.fail();
  if (!arena.ok()) return;
  for (Index k = 0; k < n_in; ++k) weigh_input(k, 1.0);
  for (Index n = 0; n < n_out; ++n) weigh_output(n, 1.0);
  if (direct_) return;
  const auto length = static_cast<Index>(filter_.size());
  std::fill(filter_.begin(), filter_.end(), std::complex<float>{});
  for (Index m = 0; m < n_out; ++m) filter_[to_size(m)] = to_float(std::conj(chirp(m)));
  for (Index m = 1; m < n_in; ++m) filter_[to_size(length - m)] = to_float(std::conj(chirp(m)));
  fft_.forward(filter_);
}

std::complex<double> ChirpZ::chirp(Index m) const noexcept {
  const auto x = static_cast<double>(m);
  return phasor(0.5 * cycles_ * x * x);
}

void ChirpZ::weigh_input(Index k, std::complex<double> a) noexcept {
  before_[to_size(k)] = to_float(direct_ ? a : a * chirp(k));
}

void ChirpZ::weigh_output(Index n, std::complex<double> b) noexcept {
  // The inverse transform divides by its length, which only the direct sums have to undo.
  after_[to_size(n)] = to_float(direct_ ? b * static_cast<double>(fft_.n()) : b * chirp(n));
}

void ChirpZ::run(std::span<const float> pairs) noexcept {
  const std::size_t n_in = before_.size();
  multiply(pairs.data(), numbers(before_), numbers(work_), n_in);
  std::fill(work_.begin() + static_cast<std::ptrdiff_t>(n_in), work_.end(), std::complex<float>{});
  if (!direct_) {
    fft_.forward(work_);
    multiply(numbers(work_), numbers(filter_), numbers(work_), work_.size());
  }
  fft_.inverse(work_);
}

void ChirpZ::real_part(std::span<float> out) const noexcept {
  const float* z = numbers(work_);
  const float* b = numbers(after_);
  for (std::size_t n = 0; n < out.size(); ++n) out[n] = z[2 * n] * b[2 * n] - z[2 * n + 1] * b[2 * n + 1];
}

void ChirpZ::magnitude(std::span<float> out) const noexcept {
  const float* z = numbers(work_);
  const float* b = numbers(after_);
  for (std::size_t n = 0; n < out.size(); ++n) {
    const auto re = static_cast<double>(z[2 * n] * b[2 * n] - z[2 * n + 1] * b[2 * n + 1]);
    const auto im = static_cast<double>(z[2 * n] * b[2 * n + 1] + z[2 * n + 1] * b[2 * n]);
    out[n] = static_cast<float>(std::sqrt(re * re + im * im));
  }
}

}  // namespace surefoot::dsp
