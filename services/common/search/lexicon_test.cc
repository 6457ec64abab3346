#include "services/common/search/lexicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/search/word_folding.h"
#include "services/common/search/words.h"

namespace schutznetz::search {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

// Words as a directory's own texts have them, from which the lexicon learns what the built-in list lacks.
std::shared_ptr<const Lexicon> LearnedLexicon() {
  static const char* const kTexts[] = {
      "Beschwerde", "Verletzung",    "Ombuds",      "Spielsucht", "Kinderarzt",    "Bahnhof", "Mission",   "Werkstatt",
      "Erziehung",  "Sprachmittler", "Mittler",     "Clearing",   "Streetwork",    "Werbung", "Ausstieg",  "Täter",
      "Schwangere", "Konflikt",      "Betroffenen", "Befragung",  "Vernehmung",    "Richter", "Zimmer",    "Video",
      "Spuren",     "Sicherung",     "Vertrauen",   "Lehrer",     "Pflege",        "Eltern",  "Ernährung", "Lotsen",
      "Angebot",    "Suche",         "Rückkehr",    "Förderung",  "Unterbringung", "Geld",    "Fonds",     "Bewerbung",
      "Gefährdung", "Einschätzung",  "Risiko",      "Handel",     "Waren",         "Ladung",  "Stellung",  "Leistung",
      "Gaben",      "Orten",         "Kunst",       "Ring",       "Eigen",         "Zeug",    "Schein",    "Lichten"};
  static const auto* const kWords = [] {
    auto* words = new std::vector<std::string>();
    for (const char* text : kTexts) words->push_back(Fold(text));
    return words;
  }();
  std::vector<Lexicon::WordCount> counts;
  for (const std::string& word : *kWords) counts.push_back({word, 5});
  return Lexicon::Make(counts);
}

std::string Split(const Lexicon& lexicon, std::string_view word) {
  const std::string folded = Fold(word);
  std::string text;
  for (const Lexicon::Part& part : lexicon.Split(folded)) {
    text += (text.empty() ? "" : "+") + folded.substr(part.begin, static_cast<size_t>(part.end - part.begin));
  }
  return text;
}

// "gerichts+hilfe" and "gericht+hilfe" find the same.
std::string Stems(std::string_view parts) {
  std::string stems;
  for (size_t begin = 0; begin < parts.size();) {
    const size_t end = std::min(parts.find('+', begin), parts.size());
    stems += Stem(parts.substr(begin, end - begin)) + "+";
    begin = end + 1;
  }
  return stems;
}

struct Case {
  std::string_view word;
  std::string_view parts;  // empty: must stay whole
};

// Compounds and non-compounds of the field, judged by hand. Parts are given as the lexicon cuts them: without the
// linking element.
constexpr Case kCases[] = {
    {"Kinderschutz", "kinder+schutz"},
    {"Kinderschutzfachkraft", "kinder+schutz+fach+kraft"},
    {"Kindeswohlgefährdung", "kindes+wohl+gefahrdung"},
    {"Fachberatungsstelle", "fach+beratung+stelle"},
    {"Opferberatungsstellen", "opfer+beratung+stellen"},
    {"Jugendamt", "jugend+amt"},
    {"Landesjugendamt", "landes+jugend+amt"},
    {"Jugendgerichtshilfe", "jugend+gericht+hilfe"},
    {"Menschenhandel", "menschen+handel"},
    {"Arbeitsausbeutung", "arbeit+ausbeutung"},
    {"Zwangsprostitution", "zwang+prostitution"},
    {"Zwangsheirat", "zwang+heirat"},
    {"Kriminalpolizei", "kriminal+polizei"},
    {"Polizeipräsidium", "polizei+prasidium"},
    {"Bundespolizeiinspektion", "bundes+polizei+inspektion"},
    {"Staatsanwaltschaft", "staat+anwaltschaft"},
    {"Familiengericht", "familien+gericht"},
    {"Hauptzollamt", "haupt+zoll+amt"},
    {"Frauenhaus", "frauen+haus"},
    {"Mädchenzuflucht", "madchen+zuflucht"},
    {"Notruf", "not+ruf"},
    {"Hilfetelefon", "hilfe+telefon"},
    {"Elterntelefon", "eltern+telefon"},
    {"Krisendienst", "krisen+dienst"},
    {"Nachtdienst", "nacht+dienst"},
    {"Bereitschaftsdienst", "bereitschaft+dienst"},
    {"Traumaambulanz", "trauma+ambulanz"},
    {"Traumatherapie", "trauma+therapie"},
    {"Kinderklinik", "kinder+klinik"},
    {"Rechtsmedizin", "recht+medizin"},
    {"Gesundheitsamt", "gesundheit+amt"},
    {"Ausländerbehörde", "auslander+behorde"},
    {"Flüchtlingsberatung", "fluchtling+beratung"},
    {"Asylverfahrensberatung", "asyl+verfahren+beratung"},
    {"Rechtsberatung", "recht+beratung"},
    {"Onlineberatung", "online+beratung"},
    {"Schulsozialarbeit", "schul+sozial+arbeit"},
    {"Schulpsychologie", "schul+psychologie"},
    {"Familienhilfe", "familien+hilfe"},
    {"Erziehungsberatung", "erziehung+beratung"},
    {"Opferschutzbeauftragte", "opfer+schutz+beauftragte"},
    {"Gewaltschutzzentrum", "gewalt+schutz+zentrum"},
    {"Strafverfahren", "straf+verfahren"},
    {"Strafanzeige", "straf+anzeige"},
    {"Ermittlungsverfahren", "ermittlung+verfahren"},
    {"Zeugenbegleitung", "zeugen+begleitung"},
    {"Dolmetscherdienst", "dolmetscher+dienst"},
    {"Sprachmittlerpool", ""},
    {"Vormundschaft", ""},
    {"Datenschutz", "daten+schutz"},
    {"Medienpädagogik", "medien+padagogik"},
    {"Internetkriminalität", "internet+kriminalitat"},
    {"Selbsthilfegruppe", "selbst+hilfe+gruppe"},
    {"Koordinierungsstelle", "koordinierung+stelle"},
    {"Kooperationsvertrag", "kooperation+vertrag"},
    {"Fachtagung", "fach+tagung"},
    {"Arbeitskreis", "arbeit+kreis"},
    {"Stadtverwaltung", "stadt+verwaltung"},
    {"Kreisjugendring", "kreis+jugend+ring"},
    {"Bahnhofsmission", "bahnhof+mission"},
    {"Beschwerdestelle", "beschwerde+stelle"},
    {"Videovernehmung", "video+vernehmung"},
    {"Spurensicherung", "spuren+sicherung"},
    {"Richterzimmer", "richter+zimmer"},
    {"Schwangerenkonfliktberatung", "schwangere+konflikt+beratung"},
    {"Ausstiegsberatung", "ausstieg+beratung"},
    {"Rückkehrberatung", "ruckkehr+beratung"},
    {"Opferentschädigung", "opfer+entschadigung"},
    {"Inobhutnahme", ""},
    {"Clearingstelle", "clearing+stelle"},
    {"Vertrauensstelle", "vertrauen+stelle"},
    {"Täterarbeit", "tater+arbeit"},
    {"Wohngruppe", "wohn+gruppe"},
    {"Schutzwohnung", "schutz+wohnung"},
    {"Kontaktstelle", ""},
    {"Risikoeinschätzung", ""},  // "oe" is taken for an umlaut
    {"Fondsleistung", "fonds+leistung"},
    // Whole words.
    {"Beratung", ""},
    {"Beratungen", ""},
    {"Unterkunft", ""},
    {"Unterstützung", ""},
    {"Einrichtung", ""},
    {"Verfahren", ""},
    {"Misshandlung", ""},
    {"Behandlung", ""},
    {"Verhandlung", ""},
    {"Vorstellung", ""},
    {"Herstellung", ""},
    {"Begleitung", ""},
    {"Jugendliche", ""},
    {"jugendlich", ""},
    {"kindlich", ""},
    {"Kindheit", ""},
    {"Menschheit", ""},
    {"Menschlichkeit", ""},
    {"Gesellschaft", ""},
    {"Landschaft", ""},
    {"Bereitschaft", ""},
    {"Mannheim", ""},
    {"Brandenburg", ""},
    {"Magdeburg", ""},
    {"Regensburg", ""},
    {"Wolfsburg", ""},
    {"Lüneburg", ""},
    {"Oldenburg", ""},
    {"Heidelberg", ""},
    {"Nürnberg", ""},
    {"Dortmund", ""},
    {"Düsseldorf", ""},
    {"Frankfurt", ""},
    {"Saarbrücken", ""},
    {"Hannover", ""},
    {"Rosenheim", ""},
    {"Ingolstadt", ""},
    {"Darmstadt", ""},
    {"persönlich", ""},
    {"kostenlos", ""},
    {"vertraulich", ""},
    {"anonym", ""},
    {"minderjährig", ""},
    {"sexuell", ""},
    {"Information", ""},
    {"Organisation", ""},
    {"Prostituierte", ""},
    {"Erzieherin", ""},
    {"Beraterin", ""},
    {"Sozialarbeiterin", "sozial+arbeiterin"},
    {"Verletzung", ""},
    {"Veranstaltung", ""},
    {"Gewalttätigkeit", ""},
    {"verantwortlich", ""},
    {"Wiederholung", ""},
    {"Mitteilung", ""},
    {"Zusammenarbeit", ""},
};

TEST(LexiconTest, PartsOfTheFieldAreCutAsPeopleRead) {
  const auto lexicon = LearnedLexicon();
  int cut = 0, cut_rightly = 0, to_cut = 0;
  for (const Case& one : kCases) {
    const std::string parts = Split(*lexicon, one.word);
    cut += parts.empty() ? 0 : 1;
    to_cut += one.parts.empty() ? 0 : 1;
    const bool right = Stems(parts) == Stems(one.parts);
    cut_rightly += !parts.empty() && right ? 1 : 0;
    if (!right) std::cout << one.word << ": " << parts << " instead of " << one.parts << "\n";
  }
  const double precision = static_cast<double>(cut_rightly) / cut, recall = static_cast<double>(cut_rightly) / to_cut;
  std::cout << std::size(kCases) << " words: precision " << precision << ", recall " << recall << "\n";
  EXPECT_GE(precision, 0.95);
  EXPECT_GE(recall, 0.95);
}

TEST(LexiconTest, IndexTeachesNewParts) {
  const auto without = Lexicon::Make({});
  EXPECT_THAT(without->Split("ombudsbeschwerde"), IsEmpty());
  const std::vector<Lexicon::WordCount> words = {{"beschwerde", 3}, {"ombuds", 2}, {"seltenes", 1}};
  const auto with = Lexicon::Make(words);
  EXPECT_EQ(Split(*with, "Ombudsbeschwerde"), "ombuds+beschwerde");
  EXPECT_EQ(Split(*with, "Seltenesbeschwerde"), "") << "one document is no proof";
}

TEST(LexiconTest, KeysAreStemsOfAllRunsOfParts) {
  const auto keys = CompoundKeys(*Lexicon::Make({}), "kinderschutzfachkraft");
  for (const char* key : {"kind", "schutz", "fach", "kraft", "kinderschutz", "fachkraft", "schutzfach"}) {
    EXPECT_THAT(keys, Contains(key));
  }
  EXPECT_THAT(keys, Not(Contains("kinderschutzfachkraft")));
}

TEST(LexiconTest, OddInputStaysWhole) {
  const auto lexicon = Lexicon::Make({});
  for (const std::string& word :
       {std::string(), std::string("abc"), std::string(60, 's'), std::string("8akinderschutz"),
        std::string("kinderschutz\xFF"), std::string("kinder") + std::string(54, 'e')}) {
    EXPECT_THAT(lexicon->Split(word), IsEmpty()) << word;
  }
}

}  // namespace
}  // namespace schutznetz::search
