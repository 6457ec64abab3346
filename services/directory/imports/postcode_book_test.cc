#include "services/directory/imports/postcode_book.h"

#include "gtest/gtest.h"

namespace schutznetz::directory {
namespace {

v1::Postcode Place(const char* code, const char* key, const char* name, double latitude, double longitude) {
  v1::Postcode postcode;
  postcode.set_code(code);
  auto& part = *postcode.add_parts();
  part.set_area_key(key);
  part.set_place_name(name);
  part.mutable_point()->set_latitude(latitude);
  part.mutable_point()->set_longitude(longitude);
  return postcode;
}

TEST(PostcodeBookTest, PartsAreOrderedWhateverTheOrderOfTheFile) {
  const v1::Postcode a = Place("14476", "12054", "Potsdam", 52, 13),
                     b = Place("14476", "12063", "Wustermark", 52.5, 12.9),
                     c = Place("14476", "12054", "Golm", 52.4, 12.9);
  v1::Postcode forward = a, backward = c;
  MergePostcode(b, forward);
  MergePostcode(c, forward);
  MergePostcode(b, backward);
  MergePostcode(a, backward);
  EXPECT_EQ(forward.SerializeAsString(), backward.SerializeAsString());
  ASSERT_EQ(forward.parts_size(), 3);
  EXPECT_EQ(forward.parts(0).place_name(), "Golm");
  EXPECT_EQ(forward.parts(2).area_key(), "12063");
}

TEST(PostcodeBookTest, TheSamePlaceIsReplaced) {
  v1::Postcode postcode = Place("14476", "12054", "Potsdam", 52, 13);
  MergePostcode(Place("14476", "12054", "Potsdam", 52.4, 13.1), postcode);
  ASSERT_EQ(postcode.parts_size(), 1);
  EXPECT_DOUBLE_EQ(postcode.parts(0).point().latitude(), 52.4);
}

TEST(PostcodeBookTest, ACentreIsTheMeanOfPostcodesNotOfPlaces) {
  v1::Postcode two_places = Place("00001", "12063", "a", 50, 10);
  MergePostcode(Place("00001", "12063", "b", 52, 12), two_places);
  MergePostcode(Place("00001", "12054", "c", 40, 8), two_places);
  const auto centers = KreisCenters({two_places, Place("00002", "12063", "d", 55, 13)});
  ASSERT_EQ(centers.size(), 2u);
  EXPECT_DOUBLE_EQ(centers.at("12063").latitude(), 53);
  EXPECT_DOUBLE_EQ(centers.at("12063").longitude(), 12);
  EXPECT_DOUBLE_EQ(centers.at("12054").latitude(), 40);
}

}  // namespace
}  // namespace schutznetz::directory
