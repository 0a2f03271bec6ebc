// SPDX-License-Identifier: MIT
#include <surefoot/base/fields.hpp>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace surefoot {
namespace {

enum class Colour : std::uint8_t { red, green };
constexpr std::array<const char*, 2> colours{"red", "green"};

struct PaintOptions {
  double depth_m = 0.5;
  Index coats = 2;
  bool glossy = false;
  Colour colour = Colour::red;
};

template <class V>
void fields(V& v, PaintOptions& o) {
  v(o.depth_m, "depth_m", Unit::metre, above_to(0.0, 1.0), "Depth of the paint.");
  v(o.coats, "coats", Unit::none, between(1, 3), "Number of coats.");
  v(o.glossy, "glossy", "Whether it shines.");
  v(o.colour, "colour", Words(colours), "Which it is.");
}

TEST(Range, EndsAreOpenOrClosedAsDeclared) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(above(0.0).contains(0.0));
  EXPECT_TRUE(above(0.0).contains(1e-300));
  EXPECT_TRUE(at_least(0.0).contains(0.0));
  EXPECT_TRUE(between(1, 3).contains(1) && between(1, 3).contains(3));
  EXPECT_FALSE(above_to(0.0, 1.0).contains(0.0));
  EXPECT_TRUE(above_to(0.0, 1.0).contains(1.0));
  for (const Range r : {above(0.0), at_least(0.0), finite(), between(0, 1)}) {
    EXPECT_FALSE(r.contains(nan));
    EXPECT_FALSE(r.contains(inf));
    EXPECT_FALSE(r.contains(-inf));
  }
}

TEST(Fields, TheFirstOptionOutsideItsRangeIsNamed) {
  EXPECT_FALSE(check_ranges(PaintOptions{}));
  const Problem depth = check_ranges(PaintOptions{.depth_m = 0.0, .coats = 9});
  ASSERT_TRUE(depth);
  EXPECT_STREQ(depth.field, "depth_m");
  EXPECT_EQ(depth.value, 0.0);
  EXPECT_EQ(depth.unit, Unit::metre);
  EXPECT_STREQ(check_ranges(PaintOptions{.coats = 9}).field, "coats");
  EXPECT_STREQ(check_ranges(PaintOptions{.colour = static_cast<Colour>(7)}).field, "colour");
}

// Doubles every number and takes the last word.
class Change final : public FieldVisitor {
 public:
  std::vector<std::string> seen;
  void real(double& value, const char* name, Unit, Range, const char*) override {
    seen.emplace_back(name);
    value *= 2.0;
  }
  void count(Index& value, const char* name, Unit, Range, const char*) override {
    seen.emplace_back(name);
    value *= 2;
  }
  void list(NumberList& value, const char* name, Unit, Range, const char*) override {
    seen.emplace_back(name);
    for (double& x : value.values) x *= 2.0;
  }
  void flag(bool& value, const char* name, const char*) override {
    seen.emplace_back(name);
    value = !value;
  }
  void choice(std::size_t& value, const char* name, Words words, const char*) override {
    seen.emplace_back(name);
    value = words.size() - 1;
  }
};

TEST(Fields, AVisitorBehindVirtualFunctionsSeesAndChangesAll) {
  PaintOptions o;
  Change change;
  FieldVisitor& visitor = change;
  fields(visitor, o);
  EXPECT_EQ(change.seen, (std::vector<std::string>{"depth_m", "coats", "glossy", "colour"}));
  EXPECT_EQ(o.depth_m, 1.0);
  EXPECT_EQ(o.coats, 4);
  EXPECT_TRUE(o.glossy);
  EXPECT_EQ(o.colour, Colour::green);
}

struct LayerOptions {
  NumberList top_m{0.0, 0.5};
};
template <class V>
void fields(V& v, LayerOptions& o) {
  v(o.top_m, "top_m", Unit::metre, at_least(0.0), "Tops of the layers.");
}

TEST(Fields, EachNumberOfAListIsChecked) {
  EXPECT_FALSE(check_ranges(LayerOptions{}));
  const Problem low = check_ranges(LayerOptions{.top_m = {0.0, -1.0}});
  ASSERT_TRUE(low);
  EXPECT_STREQ(low.field, "top_m");
  EXPECT_EQ(low.value, -1.0);
  LayerOptions damaged;
  damaged.top_m.count = NumberList::capacity + 1;
  EXPECT_TRUE(check_ranges(damaged));
  damaged.top_m.count = -1;
  EXPECT_TRUE(check_ranges(damaged));
  LayerOptions o;
  Change change;
  fields(static_cast<FieldVisitor&>(change), o);
  EXPECT_EQ(o.top_m.view()[1], 1.0);
}

TEST(NumberList, TakesWhatFits) {
  const NumberList none;
  EXPECT_TRUE(none.empty());
  const NumberList full{1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17,
                        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33};
  EXPECT_EQ(full.count, NumberList::capacity);
  EXPECT_EQ(full.view().back(), 32.0);
}

}  // namespace
}  // namespace surefoot
