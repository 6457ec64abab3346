#include "gateway/transcoding/query_string.h"

#include <gtest/gtest.h>

namespace schutznetz::gateway {
namespace {

std::string Shown(std::string_view query) {
  std::string result;
  for (const QueryParameter& parameter : SplitQuery(query)) {
    result += "[" + parameter.name + "|" + parameter.value + (parameter.well_formed ? "]" : "]!");
  }
  return result;
}

TEST(QueryStringTest, PiecesAreSplitAndDecodedOnce) {
  EXPECT_EQ(Shown(""), "");
  EXPECT_EQ(Shown("a=1&b=2"), "[a|1][b|2]");
  EXPECT_EQ(Shown("a=x+y%20z%2B&b%5Bk%5D=%3D%26"), "[a|x y z+][b[k]|=&]");
  EXPECT_EQ(Shown("a&b="), "[a|][b|]");
  EXPECT_EQ(Shown("a==b"), "[a|=b]");
  EXPECT_EQ(Shown("&&a=1&"), "[a|1]");
  EXPECT_EQ(Shown("a=%2541"), "[a|%41]");
  EXPECT_EQ(Shown("q=K%C3%B6ln"), "[q|Köln]");
}

TEST(QueryStringTest, BadEscapesAndBadUtf8AreMarked) {
  for (const char* bad : {"a=%", "a=%4", "a=%zz", "a=%ff", "a=%c0%af"}) EXPECT_EQ(Shown(bad).back(), '!') << bad;
  EXPECT_EQ(Shown("%ff=1"), "[|1]!");
}

}  // namespace
}  // namespace schutznetz::gateway
