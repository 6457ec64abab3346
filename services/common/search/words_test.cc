#include "services/common/search/words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/common/search/word_folding.h"

namespace schutznetz::search {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> WordsOf(std::string_view text, TextPurpose purpose) {
  std::vector<std::string> words;
  ForEachWord(text, purpose, [&words](const Word& word) { words.emplace_back(word.folded); });
  return words;
}
std::vector<std::string> InDocument(std::string_view text) { return WordsOf(text, TextPurpose::kDocument); }
std::vector<std::string> InQuery(std::string_view text) { return WordsOf(text, TextPurpose::kQuery); }

TEST(WordFoldingTest, SpellingsOfUmlautsMeet) {
  for (std::string_view word : {"Münster", "MÜNSTER", "Muenster", "munster", "Mu\u0308nster"}) {
    EXPECT_EQ(Fold(word), "munster") << word;
  }
  EXPECT_EQ(Fold("Bäuerin"), Fold("Baeuerin"));
  EXPECT_EQ(Fold("Öffentlichkeit"), Fold("Oeffentlichkeit"));
  EXPECT_EQ(Fold("Ärztin"), Fold("aerztin"));
}

TEST(WordFoldingTest, SharpSIsDoubleS) {
  EXPECT_EQ(Fold("Straße"), "strasse");
  EXPECT_EQ(Fold("STRASSE"), "strasse");
  EXPECT_EQ(Fold("STRA\u1E9EE"), "strasse");
}

TEST(WordFoldingTest, DiphthongsKeepTheirE) {
  EXPECT_EQ(Fold("Frauen"), "frauen");
  EXPECT_EQ(Fold("neue"), "neue");
  EXPECT_EQ(Fold("Quelle"), "quelle");
  EXPECT_EQ(Fold("bauen"), "bauen");
}

TEST(WordFoldingTest, OtherAccentsAndScriptsAreFolded) {
  EXPECT_EQ(Fold("Café"), "cafe");
  EXPECT_EQ(Fold("Łódź"), "lodz");
  EXPECT_EQ(Fold("Søren"), "soren");
  EXPECT_EQ(Fold("ＡＢＣ"), "abc") << "full width";
  EXPECT_EQ(Fold("ДОПОМОГА"), "допомога");
  EXPECT_EQ(Fold("Kinder\u00ADschutz"), "kinderschutz") << "soft hyphen";
}

TEST(WordFoldingTest, BrokenBytesVanish) {
  EXPECT_EQ(Fold("ab\xFF\xC3"), "ab");
  EXPECT_EQ(Fold(""), "");
}

TEST(WordsTest, TextIsCutAtEverythingButLettersAndDigits) {
  EXPECT_THAT(InDocument("Hilfe, Schutz. (Rat)  § 8a"), ElementsAre("hilfe", "schutz", "rat", "8a"));
  EXPECT_THAT(InDocument("\xFF\xFEHilfe\x80Rat"), ElementsAre("hilfe", "rat"));
  EXPECT_THAT(InDocument("  –—…  "), IsEmpty());
}

TEST(WordsTest, HyphenatedWordsAreFoundTogetherAndApart) {
  EXPECT_THAT(InDocument("Kinderschutz-Zentrum"), ElementsAre("kinderschutz", "kinderschutzzentrum", "zentrum"));
  EXPECT_THAT(InQuery("Kinderschutz-Zentrum"), ElementsAre("kinderschutz", "zentrum"));
  EXPECT_THAT(InQuery("E-Mail"), ElementsAre("email"));
  EXPECT_THAT(InDocument("Eltern-Kind-Gruppe"),
              ElementsAre("eltern", "elternkind", "kind", "kindgruppe", "gruppe", "elternkindgruppe"));
  EXPECT_THAT(InDocument("Kinder- und Jugendhilfe"), ElementsAre("kinder", "und", "jugendhilfe"));
}

TEST(WordsTest, InclusiveFormsGiveBothForms) {
  for (std::string_view text : {"Berater*innen", "Berater:innen", "Berater_innen", "Berater/innen", "Berater/-innen"}) {
    EXPECT_THAT(InDocument(text), ElementsAre("berater", "beraterinnen")) << text;
    EXPECT_THAT(InQuery(text), ElementsAre("beraterinnen")) << text;
  }
  EXPECT_THAT(InDocument("und/oder"), ElementsAre("und", "oder"));
}

TEST(WordsTest, LongWordsAreCutAtALetter) {
  const std::vector<std::string> words = InDocument(std::string(200, 'x') + " д" + std::string(200, 'y'));
  ASSERT_EQ(words.size(), 2u);
  EXPECT_EQ(words[0].size(), 60u);
  EXPECT_LE(words[1].size(), 60u);
}

TEST(WordsTest, StemsOfInflectedFormsAgree) {
  EXPECT_EQ(Stem("beratungen"), Stem("beratung"));
  EXPECT_EQ(Stem("kinder"), Stem("kind"));
  EXPECT_EQ(Stem(Fold("Häuser")), Stem(Fold("Haus")));
  EXPECT_EQ(Stem(Fold("Ärzte")), Stem(Fold("Arzt")));
}

TEST(WordsTest, StopWordsAreWordsOfGrammar) {
  EXPECT_TRUE(IsStopWord(Fold("für")));
  EXPECT_TRUE(IsStopWord("und"));
  EXPECT_FALSE(IsStopWord("kinder"));
}

}  // namespace
}  // namespace schutznetz::search
