// The index alone, in process, without a server: nanoseconds per query over invented German-like services.
//   search_bench [documents [part of a measurement's name]]
// Not a peer comparison (tests/bench/run does those); it is for tuning the library.

#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "services/common/search/index_writer.h"

namespace schutznetz::search {
namespace {

// Processor time of this thread: everything measured here runs in one, and other programs do not count.
struct Clock {
  using time_point = double;
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
  }
};

enum Field : FieldId { kName, kOrganization, kPlace, kTopic, kDescription };
enum Facet : FacetId { kKind, kTopicFacet, kMinors, kLand, kKreis, kLanguage };

double Seconds(Clock::time_point since) { return Clock::now() - since; }

// Words by rank with the frequencies of a language: the n-th most frequent word comes about 1/n as often as the first.
class Language {
 public:
  explicit Language(uint32_t seed) : random_(seed) {
    static const char* const kCommon[] = {"Beratung",   "Hilfe",      "Kinder",         "Jugendliche", "Schutz",
                                          "Gewalt",     "Familie",    "Opfer",          "Polizei",     "Telefon",
                                          "Betroffene", "Missbrauch", "Menschenhandel", "Begleitung",  "Unterstützung",
                                          "Jugendamt",  "Therapie",   "Mädchen",        "Frauen",      "Zwang",
                                          "Verfahren",  "Gericht",    "Fachkraft"};
    for (const char* word : kCommon) words_.emplace_back(word);
    while (words_.size() < 9000) words_.push_back(Stem());
    const size_t simple = words_.size();
    while (words_.size() < 60000) {  // compounds of what is there, as German goes on making them
      std::string tail = words_[Ranked(simple)];
      tail[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(tail[0])));
      words_.push_back(words_[Ranked(simple)] + (random_() % 3 == 0 ? "s" : "") + tail);
    }
    for (int i = 0; i < 2500; ++i) towns_.push_back(Stem() + (i % 2 == 0 ? "stedt" : "hausen"));
  }

  // A rank below `limit`, small ones often.
  size_t Ranked(size_t limit) {
    const double uniform = std::uniform_real_distribution<double>(0, 1)(random_);
    return std::min(limit - 1, static_cast<size_t>(std::pow(static_cast<double>(limit), uniform)) - 1);
  }
  const std::string& Word() { return words_[Ranked(words_.size())]; }
  const std::string& WordOfRank(size_t rank) const { return words_[rank]; }
  const std::string& Town() { return towns_[Ranked(towns_.size())]; }
  std::string Text(int words) {
    std::string text;
    for (int i = 0; i < words; ++i) text += Word() + (i % 9 == 8 ? ". " : " ");
    return text;
  }
  uint64_t Number(uint64_t limit) { return random_() % limit; }
  double Uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

 private:
  std::string Stem() {
    static const char* const kOnsets[] = {"B", "Br", "D", "F", "Fl", "G",   "H",  "K", "Kl", "L",
                                          "M", "N",  "P", "R", "S",  "Sch", "St", "T", "W",  "Z"};
    static const char* const kRimes[] = {"ab",  "eck", "ing", "und", "eit", "ahl",
                                         "orm", "üst", "ärk", "ief", "elt", "onn"};
    static const char* const kEnds[] = {"er", "el", "ung", "e", "en", "ig", "at", "or", "ling", "ner", "stal", "mut"};
    std::string word = std::string(kOnsets[random_() % 20]) + kRimes[random_() % 12];
    if (random_() % 2 == 0) word += std::string(kEnds[random_() % 12]).substr(0, 2) + kRimes[random_() % 12];
    return word + kEnds[random_() % 12];
  }

  std::mt19937_64 random_;
  std::vector<std::string> words_, towns_;
};

Document MakeDocument(uint32_t slot, Language* language) {
  Document document{.slot = slot, .key = (uint64_t{slot} * 0x9E3779B97F4A7C15ULL)};
  const std::string town = language->Town();
  document.sort_name = language->Text(2) + town;
  document.fields = {{kName, document.sort_name},
                     {kOrganization, language->Text(3) + town},
                     {kPlace, town},
                     {kTopic, language->Text(3)},
                     {kDescription, language->Text(45)}};
  const uint64_t land = language->Number(16);
  document.facets = {{kKind, "kind" + std::to_string(language->Number(12))},
                     {kTopicFacet, "topic" + std::to_string(language->Number(5))},
                     {kMinors, language->Number(2) == 0 ? "YES" : "UNKNOWN"},
                     {kLand, "land" + std::to_string(land)},
                     {kKreis, "kreis" + std::to_string(land * 25 + language->Number(25))},
                     {kLanguage, "language" + std::to_string(language->Ranked(30))}};
  if (language->Number(20) != 0) document.point = geo::Point{language->Uniform(47.3, 55), language->Uniform(6, 15)};
  return document;
}

std::string wanted;  // measurements without this in their name are left out

// Prints the median of five rounds.
void Measure(const char* name, int queries, const std::function<uint64_t(int)>& run) {
  if (std::string(name).find(wanted) == std::string::npos) return;
  std::vector<double> rounds;
  uint64_t found = 0;
  for (int round = 0; round < 5; ++round) {
    const Clock::time_point start = Clock::now();
    found = 0;
    for (int i = 0; i < queries; ++i) found += run(i);
    rounds.push_back(Seconds(start) / queries * 1e9);
  }
  std::sort(rounds.begin(), rounds.end());
  std::printf("%-44s %12.0f ns   %10.1f found on average\n", name, rounds[2], static_cast<double>(found) / queries);
}

class Bench {
 public:
  explicit Bench(uint32_t documents) : documents_(documents), writer_({.field_weights = {8, 4, 4, 3, 1}}) {
    uint32_t slot = 0;
    double making = 0;  // the language, not the index
    const Clock::time_point start = Clock::now();
    version_ = writer_.Load([&](Document* document) {
      if (slot == documents) return false;
      const Clock::time_point begin = Clock::now();
      *document = MakeDocument(slot++, &language_);
      making += Seconds(begin);
      return true;
    });
    std::printf("%u documents in %.2f s, %.0f bytes each\n", documents, Seconds(start) - making,
                static_cast<double>(version_->MemoryBytes()) / documents);
  }

  uint64_t Ask(Query query) const { return version_->Search(query)->total; }

  // The queries are made before the clock runs.
  void Text(const char* name, const std::function<std::string()>& make, bool filtered = false, bool facets = false) {
    std::vector<std::string> texts;
    for (int i = 0; i < 200; ++i) texts.push_back(make());
    Measure(name, 200, [&](int i) {
      Query query{.text = texts[static_cast<size_t>(i)], .last_term_is_prefix = false};
      if (filtered) query.filters = {{kTopicFacet, {"topic1"}}, {kMinors, {"YES"}}};
      if (facets) query.facets = {kKind, kTopicFacet, kLand, kLanguage};
      return Ask(query);
    });
  }

  void Texts() {
    const auto broad = [this] {
      return language_.WordOfRank(language_.Number(8)) + " " + language_.WordOfRank(8 + language_.Number(12));
    };
    Text("selective: rare and middling", [this] {
      return language_.WordOfRank(3000 + language_.Number(3000)) + " " +
             language_.WordOfRank(60 + language_.Number(300));
    });
    Text("selective: rare and broad", [this] {
      return language_.WordOfRank(1500 + language_.Number(3000)) + " " + language_.WordOfRank(language_.Number(20));
    });
    Text("selective: middling, town",
         [this] { return language_.WordOfRank(60 + language_.Number(300)) + " " + language_.Town(); });
    Text("broad: two frequent", broad);
    Text("broad: three frequent", [&] { return broad() + " " + language_.WordOfRank(20 + language_.Number(3)); });
    Text("broad: two frequent, two filters", broad, true);
    Text("broad: two frequent, four facets", broad, true, true);
    Text("one typing error", [this] {
      std::string word = language_.WordOfRank(200 + language_.Number(8000));
      std::swap(word[2], word[3]);
      return word;
    });
    Text("two typing errors in a compound", [this] {
      std::string word = language_.WordOfRank(20000 + language_.Number(8000));
      word[3] = word[3] == 'x' ? 'q' : 'x';
      word[7] = word[7] == 'x' ? 'q' : 'x';
      return word;
    });
    for (size_t letters : {2, 3, 5}) {
      std::vector<std::string> texts;
      for (int i = 0; i < 200; ++i) texts.push_back("Hilfe " + language_.Word().substr(0, letters));
      Measure(("while typing: " + std::to_string(letters) + " letters").c_str(), 200,
              [&](int i) { return Ask({.text = texts[static_cast<size_t>(i)]}); });
    }
  }

  void Places() {
    const auto near = [this] { return Near{{language_.Uniform(47.3, 55), language_.Uniform(6, 15)}}; };
    Measure("20 nearest", 1000, [&](int) { return Ask({.near = near(), .order = Order::kDistance}); });
    Measure("20 nearest, topic and minors", 1000, [&](int) {
      return Ask(
          {.filters = {{kTopicFacet, {"topic1"}}, {kMinors, {"YES"}}}, .near = near(), .order = Order::kDistance});
    });
    Measure("20 nearest, one Kreis of the 400", 1000, [&](int) {
      return Ask({.filters = {{kKreis, {"kreis17"}}}, .near = near(), .order = Order::kDistance});
    });
    Measure("20 nearest with a frequent word", 200, [&](int) {
      return Ask({.text = "Beratung", .near = near(), .order = Order::kDistance, .last_term_is_prefix = false});
    });
    Measure("all by name, two filters", 200, [&](int) {
      return Ask({.filters = {{kTopicFacet, {"topic1"}}, {kMinors, {"YES"}}}, .order = Order::kName});
    });
  }

  void Writes() {
    std::vector<Batch> batches;
    for (uint32_t i = 0; i < 3000; ++i) {
      batches.push_back({{MakeDocument(static_cast<uint32_t>(language_.Number(documents_)), &language_)}, {}});
    }
    double longest = 0;
    const Clock::time_point start = Clock::now();
    for (const Batch& batch : batches) {
      const Clock::time_point one = Clock::now();
      version_ = writer_.Apply(batch);
      longest = std::max(longest, Seconds(one));
    }
    std::printf("%zu single updates: %.0f us each, longest %.1f ms, %zu segments\n", batches.size(),
                Seconds(start) / static_cast<double>(batches.size()) * 1e6, longest * 1e3, version_->segment_count());
  }

  void Rebuild() {
    const Clock::time_point start = Clock::now();
    version_ = writer_.Rebuild();
    std::printf("base rebuilt in %.2f s\n", Seconds(start));
  }

 private:
  uint32_t documents_;
  Language language_{20261122};
  IndexWriter writer_;
  std::shared_ptr<const IndexVersion> version_;
};

}  // namespace
}  // namespace schutznetz::search

int main(int argc, char** argv) {
  const auto documents = static_cast<uint32_t>(argc > 1 ? std::atoi(argv[1]) : 100'000);
  if (argc > 2) schutznetz::search::wanted = argv[2];
  schutznetz::search::Bench bench(documents);
  bench.Texts();
  bench.Places();
  bench.Writes();
  std::puts("with the delta beside the base:");
  bench.Texts();
  bench.Places();
  bench.Rebuild();
  return 0;
}
