#include "services/directory/view/search_cursor.h"

#include "gtest/gtest.h"

namespace schutznetz::directory {
namespace {

TEST(SearchCursor, ComesBackAsItWas) {
  SearchCursor cursor{.by_kreis = true, .kreis = 17};
  cursor.shown.after = search::Cursor{.rank = 0, .key = ~uint64_t{0}, .name = "Köln", .required = 2, .base = 9};
  cursor.own.ended = true;
  const auto decoded = SearchCursor::Decode(cursor.Encode());
  ASSERT_TRUE(decoded.has_value());
  EXPECT_TRUE(decoded->by_kreis);
  EXPECT_EQ(decoded->kreis, 17u);
  ASSERT_TRUE(decoded->shown.after.has_value());
  EXPECT_EQ(decoded->shown.after->rank, 0u);
  EXPECT_EQ(decoded->shown.after->key, ~uint64_t{0});
  EXPECT_EQ(decoded->shown.after->name, "Köln");
  EXPECT_EQ(decoded->shown.after->base, 9u);
  EXPECT_FALSE(decoded->own.after.has_value());
  EXPECT_TRUE(decoded->own.ended);
}

TEST(SearchCursor, NothingReadYetIsNotAHit) {
  const auto decoded = SearchCursor::Decode(SearchCursor().Encode());
  ASSERT_TRUE(decoded.has_value());
  EXPECT_FALSE(decoded->shown.after.has_value());
}

TEST(SearchCursor, OtherBytesAreRefused) {
  EXPECT_FALSE(SearchCursor::Decode("\x7f").has_value());
  EXPECT_FALSE(SearchCursor::Decode("\x1a\x05\x01").has_value());
}

}  // namespace
}  // namespace schutznetz::directory
