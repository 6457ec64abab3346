// A large invented catalogue of publications and searches in it, the same every time.
//
// usage: bench_generate_publications FOLDER COUNT
// Writes publications.bin (length-delimited CreatePublicationRequest), publication_searches.bin (5,000 searches of two
// words, every second with a filter, facets included) and publications.tsv for PostgreSQL: id, text, type, language,
// year, subject.
#include <google/protobuf/util/delimited_message_util.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <string>

#include "schutznetz/events/v1/publication.pb.h"
#include "schutznetz/events/v1/publication_search.pb.h"

namespace {

using namespace schutznetz::events::v1;  // NOLINT: one contract
using google::protobuf::util::SerializeDelimitedToOstream;

// The first words of a publication are rare, the others common: searches ask for one of each.
constexpr const char* kCommon[] = {"Kinderschutz", "Ausbeutung", "Netzwerk",    "Verdacht",  "Begleitung",
                                   "Schule",       "Polizei",    "Jugendamt",   "Beratung",  "Trauma",
                                   "Prävention",   "Unterkunft", "Migration",   "Handel",    "Gespräch",
                                   "Opfer",        "Verfahren",  "Supervision", "Leitfaden", "Zusammenarbeit"};
constexpr const char* kLanguages[] = {"de", "de", "de", "en", "fr", "ro", "uk", "ar"};
constexpr int kRareWords = 400;

class CatalogueGenerator {
 public:
  CatalogueGenerator(std::string folder, int count) : folder_(std::move(folder)), count_(count) {}

  void Run() {
    Publications();
    Searches();
  }

 private:
  std::ofstream Open(const char* name) { return std::ofstream(folder_ + "/" + name, std::ios::binary); }
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  // A word of its own for each number: "Thema" and four syllables.
  static std::string RareWord(int number) {
    static constexpr const char* kSyllables[] = {"ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu"};
    std::string word = "Ze";
    for (int i = 0; i < 4; ++i, number /= 10) word += kSyllables[number % 10];
    return word;
  }
  std::string Words(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += std::string(i > 0 ? " " : "") + kCommon[Below(20)];
    return text;
  }
  static void Put(schutznetz::common::v1::LocalizedText* text, const std::string& words) {
    auto* translation = text->add_translations();
    translation->set_language_code("de");
    translation->set_text(words);
  }

  void Publications() {
    auto out = Open("publications.bin"), tsv = Open("publications.tsv");
    for (int i = 0; i < count_; ++i) {
      CreatePublicationRequest request;
      request.set_publication_id("bench-" + std::to_string(i));
      Publication& publication = *request.mutable_publication();
      const std::string title = RareWord(Below(kRareWords)) + " " + Words(4), description = Words(40);
      const std::string subject = kCommon[Below(20)];
      Put(publication.mutable_title(), title);
      Put(publication.mutable_description(), description);
      Put(publication.add_subjects(), subject);
      publication.set_type(static_cast<Publication::Type>(1 + Below(15)));
      publication.add_languages(kLanguages[Below(8)]);
      publication.set_issued(std::to_string(2000 + Below(27)));
      publication.add_creators("Muster, Erika");
      publication.add_publishers("Musterverlag");
      publication.add_links()->set_url("https://example.org/" + std::to_string(i));
      publication.mutable_links(0)->set_media_type("application/pdf");
      SerializeDelimitedToOstream(request, &out);
      tsv << i << '\t' << title << ' ' << subject << ' ' << description << '\t'
          << Publication::Type_Name(publication.type()) << '\t' << publication.languages(0) << '\t'
          << publication.issued() << '\t' << subject << '\n';
    }
  }

  void Searches() {
    auto out = Open("publication_searches.bin"), terms = Open("publication_terms.tsv");
    for (int i = 0; i < 5000; ++i) {
      SearchPublicationsRequest request;
      const std::string rare = RareWord(Below(kRareWords)), common = kCommon[Below(20)];
      request.set_q(rare + " " + common);
      request.set_page_size(20);
      if (i % 2 == 1) request.add_languages("de");
      SerializeDelimitedToOstream(request, &out);
      terms << i << '\t' << rare << '\t' << common << '\t' << (i % 2 == 1 ? "de" : "") << '\n';
    }
    auto broad = Open("publication_broad.bin");
    for (int i = 0; i < 5000; ++i) {
      SearchPublicationsRequest request;
      request.set_q(std::string(kCommon[Below(20)]) + " " + kCommon[Below(20)]);
      request.set_page_size(20);
      SerializeDelimitedToOstream(request, &broad);
    }
  }

  const std::string folder_;
  const int count_;
  std::mt19937 random_{20261201};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_generate_publications FOLDER COUNT\n");
    return 2;
  }
  CatalogueGenerator(argv[1], std::atoi(argv[2])).Run();
  return 0;
}
