// SPDX-License-Identifier: MIT
// Defects of other programs that were found by reading or running them, each beside what is right.
#include <gtest/gtest.h>
