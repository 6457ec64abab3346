#include "services/common/search/dictionary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "services/common/search/edit_automaton.h"

namespace schutznetz::search {
namespace {

using ::testing::UnorderedElementsAre;

// Insertions, deletions, substitutions, swaps of neighbours; each letter is touched once.
int Distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<int>(i + j);
        continue;
      }
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

Dictionary Make(const std::set<std::string>& words) {
  Dictionary dictionary;
  for (const std::string& word : words) dictionary.Append(word);
  dictionary.Seal();
  return dictionary;
}

std::set<std::string> RandomWords(size_t count, std::mt19937* random) {
  std::set<std::string> words;
  while (words.size() < count) {
    std::string word;
    for (size_t length = 1 + (*random)() % 12; word.size() < length;) {
      word.push_back(static_cast<char>('a' + (*random)() % 4));
    }
    words.insert(word);
  }
  return words;
}

std::map<std::string, int> Similar(const Dictionary& dictionary, const std::string& pattern, int edits) {
  std::map<std::string, int> found;
  const EditAutomaton automaton(pattern, edits);
  dictionary.FindSimilar(automaton, 1'000'000,
                         [&](uint32_t index, int distance) { found[std::string(dictionary.at(index))] = distance; });
  return found;
}

TEST(EditAutomatonTest, CountsEachKindOfEdit) {
  const Dictionary dictionary = Make({"amt", "amts", "at", "ämt", "mat", "tma", "polizei"});
  EXPECT_THAT(Similar(dictionary, "amt", 1),
              UnorderedElementsAre(std::pair("amt", 0), std::pair("amts", 1), std::pair("at", 1), std::pair("mat", 1)));
}

TEST(DictionaryTest, SimilarWordsAgreeWithTheTableOfDistances) {
  std::mt19937 random(5);
  const std::set<std::string> words = RandomWords(3000, &random);
  const Dictionary dictionary = Make(words);
  for (const std::string& pattern : RandomWords(60, &random)) {
    for (int edits : {0, 1, 2}) {
      std::map<std::string, int> expected;
      for (const std::string& word : words) {
        if (Distance(pattern, word) <= edits) expected[word] = Distance(pattern, word);
      }
      EXPECT_EQ(Similar(dictionary, pattern, edits), expected) << pattern;
    }
  }
}

TEST(DictionaryTest, SearchForSimilarWordsStopsAtItsBudget) {
  std::mt19937 random(6);
  const Dictionary dictionary = Make(RandomWords(1000, &random));
  const EditAutomaton automaton("abcabc", 2);
  size_t found = 0;
  dictionary.FindSimilar(automaton, 10, [&found](uint32_t, int) { ++found; });
  EXPECT_LE(found, 10u);
}

TEST(DictionaryTest, FindsWordsAndBeginnings) {
  std::mt19937 random(7);
  const std::set<std::string> words = RandomWords(2000, &random);
  const Dictionary dictionary = Make(words);
  ASSERT_EQ(dictionary.size(), words.size());
  for (const std::string& probe : RandomWords(500, &random)) {
    const auto found = dictionary.Find(probe);
    ASSERT_EQ(found.has_value(), words.contains(probe));
    if (found.has_value()) {
      EXPECT_EQ(dictionary.at(*found), probe);
    }
    const Dictionary::Range range = dictionary.StartingWith(probe);
    const auto begins = [&probe](const std::string& word) { return word.starts_with(probe); };
    ASSERT_EQ(range.end - range.begin, static_cast<uint32_t>(std::count_if(words.begin(), words.end(), begins)));
    for (uint32_t i = range.begin; i < range.end; ++i) ASSERT_TRUE(dictionary.at(i).starts_with(probe));
  }
}

TEST(DictionaryTest, EmptyDictionaryAndEmptyString) {
  const Dictionary none = Make({});
  EXPECT_FALSE(none.Find("a").has_value());
  EXPECT_EQ(none.StartingWith("a").end, 0u);
  const Dictionary empty = Make({"", "\xFF"});
  EXPECT_EQ(empty.Find(""), 0u);
  EXPECT_EQ(empty.StartingWith("\xFF").end, 2u);
}

}  // namespace
}  // namespace schutznetz::search
