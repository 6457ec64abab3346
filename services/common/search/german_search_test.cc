#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "services/common/search/index_writer.h"
#include "services/common/search/search_test_documents.h"

// What people type and what they must find. Each case stands on the same small directory, once loaded as a base and
// once written document by document, since both must behave alike.

namespace schutznetz::search {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

enum Slot : uint32_t {
  kFachkraft,
  kMuenster,
  kKinderschutzbund,
  kJugendamt,
  kPolizei,
  kMenschenhandel,
  kHotline,
  kFrauenhaus,
  kAmbulanz,
  kZoll,
  kFluechtlinge,
  kOnline,
  kStaatsanwalt,
  kZentrum,
  kParagraf,
  kWeisser,
};

std::vector<Document> Directory() {
  return {
      MakeDocument(kFachkraft, {"Insoweit erfahrene Kinderschutzfachkraft", "Landkreis Lüneburg", "Lüneburg",
                                "Kindeswohlgefährdung", "Beratung nach § 8a SGB VIII für Schulen und Kitas."}),
      MakeDocument(kMuenster, {"Fachberatungsstelle für Betroffene von Menschenhandel", "Musterverein e. V.", "Münster",
                               "sexuelle Ausbeutung", "Wir beraten Mädchen und junge Frauen, auch online."}),
      MakeDocument(kKinderschutzbund, {"Kinderschutzbund Ortsverband", "Deutscher Kinderschutzbund", "Köln",
                                       "Gewalt gegen Kinder", "Elternkurse, Hilfe und Beratungen."}),
      MakeDocument(kJugendamt, {"Jugendamt, Allgemeiner Sozialer Dienst", "Stadt Münster", "Münster", "Inobhutnahme",
                                "Schutz von Kindern und Jugendlichen bei Gefahr."}),
      MakeDocument(kPolizei, {"Kriminalpolizei, Kommissariat 12", "Polizeipräsidium", "Düsseldorf",
                              "Straftaten gegen die sexuelle Selbstbestimmung", "Anzeige erstatten, Spuren sichern."}),
      MakeDocument(kMenschenhandel, {"Koordinierungsstelle Menschenhandel", "Landeskriminalamt", "Hannover",
                                     "Menschenhandel, Zwangsprostitution", "Kooperation von Polizei und Beratung."}),
      MakeDocument(kHotline, {"Hilfe-Telefon Sexueller Missbrauch", "Bund", "bundesweit", "Missbrauch",
                              "Anonym und kostenfrei, E-Mail und Telefon."}),
      MakeDocument(kFrauenhaus, {"Frauenhaus", "Autonomer Frauenverein", "Gießen", "häusliche Gewalt",
                                 "Zuflucht für Frauen und ihre Kinder."}),
      MakeDocument(kAmbulanz, {"Trauma-Ambulanz für Kinder", "Universitätsklinikum", "Göttingen", "Traumatherapie",
                               "Ärztliche und therapeutische Hilfe. Berater*innen mit Sprachkenntnissen."}),
      MakeDocument(kZoll, {"Finanzkontrolle Schwarzarbeit", "Hauptzollamt", "Saarbrücken", "Arbeitsausbeutung",
                           "Prüft Betriebe; Opfer von Zwangsarbeit erhalten Hinweise."}),
      MakeDocument(kFluechtlinge, {"Clearingstelle für unbegleitete minderjährige Geflüchtete", "Diakonie", "Kassel",
                                   "Asyl, Aufenthalt", "Vormundschaft, Unterkünfte, Dolmetscherdienste."}),
      MakeDocument(kOnline, {"Prävention von Cybergrooming", "Medienzentrum", "Mainz", "Cybergrooming, Loverboys",
                             "Workshops für Schulklassen und Lehrkräfte."}),
      MakeDocument(kStaatsanwalt, {"Staatsanwaltschaft, Sonderdezernat", "Justiz", "Würzburg", "Menschenhandel",
                                   "Ermittlungsverfahren, Opferschutz, Nebenklage."}),
      MakeDocument(kZentrum, {"Kinderschutz-Zentrum", "Träger der Jugendhilfe", "Oldenburg", "Misshandlung",
                              "Krisenwohnung und Familienberatung."}),
      MakeDocument(kParagraf, {"Sprechstunde zu § 232a StGB", "Rechtsanwaltskammer", "Jena", "Zwangsprostitution",
                               "Rechtsberatung für Betroffene."}),
      MakeDocument(kWeisser, {"Weißer Ring, Außenstelle", "Weißer Ring", "Fulda", "Opferhilfe",
                              "Begleitung zu Gericht, Straßensozialarbeit."}),
  };
}

class GermanSearchTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      LoadAll(&writer_, Directory());
    } else {
      for (const Document& document : Directory()) writer_.Apply({{document}, {}});
    }
  }

  std::vector<uint32_t> Find(std::string_view text) {
    Query query{.text = text};
    return SlotsOf(writer_.current()->Search(query).value());
  }

  // As after pressing enter: the last word is complete.
  Result Ask(std::string_view text) {
    Query query{.text = text, .last_term_is_prefix = false};
    return writer_.current()->Search(query).value();
  }

  uint32_t First(std::string_view text) {
    const std::vector<uint32_t> found = Find(text);
    return found.empty() ? UINT32_MAX : found[0];
  }

  IndexWriter writer_{TestOptions()};
};

INSTANTIATE_TEST_SUITE_P(Tiers, GermanSearchTest, ::testing::Bool(),
                         [](const auto& tier) { return tier.param ? "Base" : "Delta"; });

TEST_P(GermanSearchTest, UmlautsMeetInAllThreeSpellings) {
  for (std::string_view text : {"Münster", "Muenster", "munster", "MÜNSTER", "mu\u0308nster"}) {
    EXPECT_THAT(Ask(text).hits.size(), 2u) << text;
  }
  EXPECT_EQ(First("Goettingen"), kAmbulanz);
  EXPECT_EQ(First("Saarbruecken"), kZoll);
  EXPECT_EQ(First("Koeln"), kKinderschutzbund);
  EXPECT_EQ(First("wurzburg"), kStaatsanwalt);
}

TEST_P(GermanSearchTest, SharpSMeetsDoubleS) {
  EXPECT_EQ(First("Giessen"), kFrauenhaus);
  EXPECT_EQ(First("Weisser Ring"), kWeisser);
  EXPECT_EQ(First("WEISSER RING"), kWeisser);
  EXPECT_EQ(First("Weißer Ring"), kWeisser);
}

TEST_P(GermanSearchTest, NumberAndCaseEndingsMeet) {
  EXPECT_THAT(Find("Unterkunft"), ElementsAre(kFluechtlinge));
  EXPECT_THAT(Find("Lehrkraft"), ElementsAre(kOnline));
  EXPECT_THAT(Find("Beratungen"), Contains(kFachkraft));
  EXPECT_THAT(Find("Häuslicher"), ElementsAre(kFrauenhaus));
}

TEST_P(GermanSearchTest, WordAsTypedBeatsItsStem) {
  EXPECT_EQ(First("Beratungen"), kKinderschutzbund) << "the only one with exactly this form";
}

TEST_P(GermanSearchTest, FirstPartOfACompoundFindsIt) {
  EXPECT_THAT(Ask("Kinderschutz").hits.size(), 3u);
  EXPECT_THAT(Find("Opfer"), Contains(kStaatsanwalt));
  EXPECT_THAT(Find("Trauma"), Contains(kAmbulanz));
  EXPECT_THAT(SlotsOf(Ask("Frau")), Contains(kFrauenhaus));
}

TEST_P(GermanSearchTest, LastPartOfACompoundFindsIt) {
  EXPECT_THAT(Find("Fachkraft"), ElementsAre(kFachkraft));
  EXPECT_THAT(Find("Ausbeutung"), ElementsAre(kMuenster, kZoll)) << "the plain word first";
  EXPECT_THAT(Find("Dolmetscherdienst"), ElementsAre(kFluechtlinge));
  EXPECT_THAT(Find("Bund"), Contains(kKinderschutzbund));
}

TEST_P(GermanSearchTest, MiddlePartsOfACompoundFindIt) {
  EXPECT_THAT(Find("Beratungsstelle"), Contains(kMuenster));
  EXPECT_THAT(SlotsOf(Ask("Schutz")), Contains(kFachkraft));
}

TEST_P(GermanSearchTest, WholeWordBeatsPartOfCompound) {
  const std::vector<uint32_t> found = SlotsOf(Ask("Schutz"));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0], kJugendamt) << "it says Schutz, if only in the description";
}

TEST_P(GermanSearchTest, HyphenMakesNoDifference) {
  EXPECT_THAT(Find("Kinderschutzzentrum"), ElementsAre(kZentrum));
  EXPECT_THAT(Find("Kinderschutz-Zentrum"), ElementsAre(kZentrum));
  EXPECT_THAT(Find("Hilfetelefon"), ElementsAre(kHotline));
  EXPECT_THAT(Find("E-Mail"), ElementsAre(kHotline));
  EXPECT_THAT(Find("Email"), ElementsAre(kHotline));
}

TEST_P(GermanSearchTest, InclusiveFormsAreFoundByEachForm) {
  for (std::string_view text : {"Beraterinnen", "Berater*innen", "Berater:innen", "BeraterInnen", "Berater/-innen"}) {
    EXPECT_EQ(First(text), kAmbulanz) << text;
  }
  EXPECT_THAT(Find("Beraterin"), Contains(kAmbulanz));
}

TEST_P(GermanSearchTest, CompoundThatNobodyWritesIsTakenApart) {
  EXPECT_THAT(Find("Mädchenberatungsstelle"), Contains(kMuenster));
  EXPECT_THAT(Find("Opferfamilienberatung"), Not(IsEmpty()));
}

TEST_P(GermanSearchTest, OneTypingErrorIsForgiven) {
  EXPECT_EQ(First("Jugendamd"), kJugendamt);
  EXPECT_EQ(First("Frauenahus"), kFrauenhaus) << "swapped letters";
  EXPECT_EQ(First("Clearingstele"), kFluechtlinge);
  EXPECT_EQ(First("Fullda"), kWeisser);
  EXPECT_EQ(First("Kinderschuzbund"), kKinderschutzbund);
}

TEST_P(GermanSearchTest, TwoTypingErrorsAreForgivenInLongWords) {
  EXPECT_EQ(First("Statsanwaltschafft"), kStaatsanwalt);
  EXPECT_EQ(First("Kohrdinierungsstele"), kMenschenhandel);
}

TEST_P(GermanSearchTest, ShortWordsAndNumbersMustBeRight) {
  EXPECT_THAT(Find("Asy Kassell xyz"), Contains(kFluechtlinge)) << "relaxed, not corrected";
  EXPECT_THAT(Ask("Zol").hits, IsEmpty());
  EXPECT_THAT(Ask("232b").hits, IsEmpty());
}

TEST_P(GermanSearchTest, KnownWordIsNeverTakenForATypingError) {
  EXPECT_THAT(Find("Jena"), ElementsAre(kParagraf));
  EXPECT_THAT(Ask("Mainz").total, 1u);
}

TEST_P(GermanSearchTest, LastTermIsCompletedWhileTyping) {
  EXPECT_THAT(Find("Clear"), ElementsAre(kFluechtlinge));
  EXPECT_THAT(Find("Menschenhandel Müns"), ElementsAre(kMuenster));
  EXPECT_THAT(Find("Kommiss"), ElementsAre(kPolizei));
  EXPECT_THAT(Ask("Kommiss").hits, IsEmpty()) << "a finished word is no beginning";
}

TEST_P(GermanSearchTest, BeginningOfAnUmlautSpellingCompletes) {
  EXPECT_THAT(Find("Mue"), Contains(kMuenster));
  EXPECT_THAT(Find("Mü"), Contains(kJugendamt));
}

TEST_P(GermanSearchTest, AllTermsMustMatch) {
  EXPECT_THAT(Find("Menschenhandel Hannover"), ElementsAre(kMenschenhandel));
  const Result result = Ask("Menschenhandel Würzburg Opferschutz");
  EXPECT_THAT(SlotsOf(result), ElementsAre(kStaatsanwalt));
  EXPECT_EQ(result.required, 3u);
}

TEST_P(GermanSearchTest, WhereNothingHasAllTermsMostCount) {
  const Result result = Ask("Jugendamt Münster Hubschrauber");
  EXPECT_EQ(result.terms, 3u);
  EXPECT_EQ(result.required, 2u);
  EXPECT_THAT(SlotsOf(result), ElementsAre(kJugendamt));
}

TEST_P(GermanSearchTest, StopWordsAreDroppedBesideOthers) {
  EXPECT_THAT(SlotsOf(Ask("Hilfe für die Opfer von Zwangsarbeit")), Contains(kZoll));
  const Result result = Ask("wo ist das Jugendamt in Münster");
  EXPECT_EQ(result.terms, 2u);
  EXPECT_EQ(result.hits.at(0).slot, kJugendamt);
}

TEST_P(GermanSearchTest, StopWordsAloneAreSearched) {
  EXPECT_THAT(SlotsOf(Ask("für")), Contains(kAmbulanz));
  EXPECT_GT(Ask("und").total, 3u);
}

TEST_P(GermanSearchTest, NameCountsMoreThanDescription) {
  const std::vector<uint32_t> found = SlotsOf(Ask("Menschenhandel"));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[2], kStaatsanwalt) << "the others have it in the name";
}

TEST_P(GermanSearchTest, ParagraphsAreWords) {
  EXPECT_THAT(Find("§ 232a"), ElementsAre(kParagraf));
  EXPECT_THAT(Find("8a SGB VIII"), ElementsAre(kFachkraft));
  EXPECT_THAT(Find("§8a"), ElementsAre(kFachkraft));
}

TEST_P(GermanSearchTest, PolicePartsAreFound) {
  const std::vector<uint32_t> found = SlotsOf(Ask("Polizei"));
  EXPECT_THAT(found, Contains(kPolizei));
  EXPECT_THAT(found, Contains(kMenschenhandel));
  EXPECT_THAT(Find("Kripo Kriminalpolizei"), Contains(kPolizei));
}

TEST_P(GermanSearchTest, MinorsAreFoundInTheUsualWords) {
  EXPECT_THAT(Find("minderjährig"), ElementsAre(kFluechtlinge));
  EXPECT_THAT(Find("Jugendliche"), Contains(kJugendamt));
  EXPECT_THAT(Find("unbegleitete Minderjährige Vormund"), ElementsAre(kFluechtlinge));
}

TEST_P(GermanSearchTest, ProhibitedPartsAreNotSplitOff) {
  EXPECT_THAT(Ask("Burg").hits, IsEmpty()) << "Lüneburg and Würzburg are no castles";
  EXPECT_THAT(Ask("Kunft").hits, IsEmpty());
}

TEST_P(GermanSearchTest, PunctuationAloneMatchesEverything) {
  EXPECT_EQ(Ask("?!").total, Directory().size());
  EXPECT_EQ(Ask("").total, Directory().size());
}

TEST_P(GermanSearchTest, CompletionsShowTheUsualSpelling) {
  EXPECT_THAT(writer_.current()->Complete("muen", 5), ElementsAre("Münster"));
  EXPECT_THAT(writer_.current()->Complete("Menschenh", 5), ElementsAre("Menschenhandel"));
  EXPECT_THAT(writer_.current()->Complete("", 5), IsEmpty());
}

TEST_P(GermanSearchTest, CompletionsForgetDeletedDocuments) {
  const auto version = writer_.Apply({{}, {kFluechtlinge}});
  EXPECT_THAT(version->Complete("Clearing", 5), IsEmpty());
}

}  // namespace
}  // namespace schutznetz::search
