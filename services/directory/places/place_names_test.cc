#include "services/directory/places/place_names.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlaceNamesTest, SpellingsOfOneNameFoldAlike) {
  for (const char* name : {"Münster", "MÜNSTER", "muenster", " Muenster ", "Mu\xcc\x88nster"})
    EXPECT_EQ(FoldPlaceName(name), "muenster");
  EXPECT_EQ(FoldPlaceName("Weiße Straße"), "weisse strasse");
  EXPECT_EQ(FoldPlaceName("WEIẞENBURG"), "weissenburg");
  EXPECT_EQ(FoldPlaceName("St. Ingbert"), FoldPlaceName("Sankt Ingbert"));
  EXPECT_EQ(FoldPlaceName("Halle (Saale)"), "halle saale");
  EXPECT_EQ(FoldPlaceName("Budyšin"), "budysin");
  EXPECT_EQ(FoldPlaceName("Mönchengladbach-Rheydt"), "moenchengladbach rheydt");
}

TEST(PlaceNamesTest, WithoutUmlautsTheDotsAreGone) {
  EXPECT_EQ(FoldWithoutUmlauts("Münster"), "munster");
  EXPECT_EQ(FoldWithoutUmlauts("Köln"), FoldWithoutUmlauts("Koln"));
}

TEST(PlaceNamesTest, OddBytesDoNoHarm) {
  EXPECT_EQ(FoldPlaceName(""), "");
  EXPECT_EQ(FoldPlaceName(" \t--()"), "");
  EXPECT_EQ(FoldPlaceName("\xff\xfe"), "");
  EXPECT_EQ(FoldPlaceName("K\xc3ln"), "k ln");
}

TEST(PlaceNamesTest, RegisterNamesLoseTheirTitle) {
  EXPECT_THAT(NamesOf("Münster, Stadt").full, ElementsAre("Münster"));
  EXPECT_THAT(NamesOf("Münster, Stadt").brief, IsEmpty());
  EXPECT_THAT(NamesOf("Hamburg, Freie und Hansestadt").full, ElementsAre("Hamburg"));
  EXPECT_THAT(NamesOf("Frankfurt am Main, Stadt").brief, ElementsAre("Frankfurt"));
  EXPECT_THAT(NamesOf("Halle (Saale), Stadt").brief, ElementsAre("Halle"));
  EXPECT_THAT(NamesOf("Königsberg i.Bay., St").brief, ElementsAre("Königsberg"));
  EXPECT_THAT(NamesOf("Bautzen / Budyšin, Stadt").full, ElementsAre("Bautzen", "Budyšin"));
}

}  // namespace
}  // namespace schutznetz::directory
