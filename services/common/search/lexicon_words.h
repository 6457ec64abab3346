#pragma once

#include <span>
#include <string_view>

// The word lists behind Lexicon, in folded form (see word_folding.h).

namespace schutznetz::search {

// Words that compounds of the field are made of.
std::span<const std::string_view> BuiltInParts();

// Words of three letters that are parts all the same.
std::span<const std::string_view> ShortParts();

// Words that are never parts: particles and words of grammar, which also begin and end other words.
std::span<const std::string_view> NeverParts();

// Words that are never taken apart, mostly towns.
std::span<const std::string_view> WholeWords();

}  // namespace schutznetz::search
