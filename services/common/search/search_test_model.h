#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <roaring/roaring.hh>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "services/common/search/query.h"
#include "services/common/search/search_test_documents.h"

// Random documents, and a model that answers queries the plain way.

namespace schutznetz::search {

// Words that are no parts, stems or beginnings of each other and differ by more than two letters, so that what a query
// must find can be computed the plain way.
inline const std::vector<std::string> kWords = {"xavolin",  "brumkati", "zeglupor", "fyndarku", "wuxolgam", "tarpikoz",
                                                "qilvunda", "hosjemir", "dokfubax", "lyrgantu", "mipzokel", "vudsharo"};

// Documents, asked one by one.
class Model {
 public:
  void Set(const Document& document) {
    documents_[document.slot] = document;
    words_[document.slot] = WordsOf(document);
  }
  void Delete(uint32_t slot) {
    documents_.erase(slot);
    words_.erase(slot);
  }
  size_t size() const { return documents_.size(); }
  const std::map<uint32_t, Document>& documents() const { return documents_; }

  static std::set<std::string> WordsOf(const Document& document) {
    std::set<std::string> words;
    for (const FieldText& field : document.fields) {
      std::istringstream text(field.text);
      for (std::string word; text >> word;) words.insert(word);
    }
    return words;
  }
  static bool HasWord(const Document& document, const std::string& word) { return WordsOf(document).contains(word); }

  static bool HasFacet(const Document& document, const FacetFilter& filter) {
    return std::any_of(document.facets.begin(), document.facets.end(), [&filter](const FacetValue& facet) {
      return facet.facet == filter.facet &&
             std::find(filter.values.begin(), filter.values.end(), facet.value) != filter.values.end();
    });
  }

  static double Distance(const Document& document, const Near& near) {
    return document.point.has_value() ? geo::DistanceMetres(*document.point, near.centre) : 1e9;
  }

  // The slots that match; facet filters on `except` aside.
  std::vector<uint32_t> Matching(const Query& query, const std::vector<std::string>& words, int except = -1) const {
    std::vector<uint32_t> slots;
    for (const auto& [slot, document] : documents_) {
      bool matches = query.slots == nullptr || query.slots->contains(slot);
      for (const std::string& word : words) matches = matches && words_.at(slot).contains(word);
      for (const FacetFilter& filter : query.filters) {
        matches = matches && (filter.facet == except || HasFacet(document, filter));
      }
      if (query.near.has_value() && query.near->max_distance_m < 1e8) {
        matches = matches && Distance(document, *query.near) <= query.near->max_distance_m;
      }
      if (matches) slots.push_back(slot);
    }
    return slots;
  }

 private:
  std::map<uint32_t, Document> documents_;
  std::map<uint32_t, std::set<std::string>> words_;
};

class Invention {
 public:
  explicit Invention(uint32_t seed) : random_(seed) {}

  uint32_t Number(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  double Uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  std::string Text(uint32_t words) {
    std::string text;
    for (uint32_t i = 0; i < words; ++i) text += (i == 0 ? "" : " ") + kWords[Number(Number(12) + 1)];
    return text;
  }

  Document Next(uint32_t slot) {
    Document document = MakeDocument(slot, {Text(2), Text(1), "", Text(Number(3)), Text(Number(12))});
    document.key = (uint64_t{slot} * 0x9E3779B97F4A7C15ULL) ^ 77;
    document.facets = {{kKind, "kind" + std::to_string(Number(5))},
                       {kLand, "land" + std::to_string(Number(16))},
                       {kLanguage, "de"},
                       {kLanguage, Number(2) == 0 ? "en" : "uk"}};
    if (Number(8) != 0) document.point = geo::Point{Uniform(47, 55), Uniform(6, 15)};
    return document;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace schutznetz::search
