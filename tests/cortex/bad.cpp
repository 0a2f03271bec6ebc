// SPDX-License-Identifier: MIT
// Everything that the core must not do, once each: check_symbols_test.py expects to be told of all of it.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

struct HasDestructor {
  explicit HasDestructor(int n);
  ~HasDestructor();
  int value;
};

int* from_new(int n) { return new int[static_cast<unsigned>(n)]; }
void to_delete(const int* p) { delete[] p; }
void* from_malloc(unsigned n) { return std::malloc(n); }
void to_free(void* p) { std::free(p); }
int guarded(int n) {
  static const HasDestructor kept(n);
  return kept.value;
}
int throwing(int n) {
  if (n < 0) throw std::runtime_error("negative");
  return n;
}
float checked(const std::vector<float>& v, unsigned i) { return v.at(i); }
double converted(long long n) { return static_cast<double>(n); }
double library(double x) { return std::exp(x); }
void printing(int n) { std::printf("%d\n", n); }
