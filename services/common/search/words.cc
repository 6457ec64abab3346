#include "services/common/search/words.h"

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "services/common/search/document.h"
#include "services/common/search/word_folding.h"

namespace schutznetz::search {
namespace {

constexpr size_t kMaxChain = 8;

enum class Joiner : uint8_t { kNone, kHyphen, kInclusive };

// Words that stand together without a space: "Kinder-Jugend-Hilfe", "Berater:in".
struct Chain {
  std::array<std::string_view, kMaxChain> words;
  std::array<Joiner, kMaxChain> joiner_before;  // of words[i]; [0] is kNone
  size_t size = 0;
};

bool IsWordCharacter(UChar32 c, bool inside) {
  if (u_isalnum(c)) return true;
  if (!inside) return false;
  const int8_t type = u_charType(c);  // accents, soft hyphens and zero-width characters do not end a word
  return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_FORMAT_CHAR;
}

// Reads a text from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool NextChain(Chain* chain) {
    chain->size = 0;
    while (at_ < text_.size() && !WordCharacterAt(at_, false)) Skip();
    if (at_ == text_.size()) return false;
    chain->joiner_before[0] = Joiner::kNone;
    do {
      chain->words[chain->size++] = NextWord();
    } while (chain->size < kMaxChain && TakeJoiner(&chain->joiner_before[chain->size]));
    return true;
  }

 private:
  // The length in bytes of the word character at `at`, or 0.
  size_t WordCharacterAt(size_t at, bool inside) const {
    const unsigned char c = static_cast<unsigned char>(text_[at]);
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? 1 : 0;
    size_t next = at;
    UChar32 point = 0;
    U8_NEXT(text_.data(), next, text_.size(), point);
    return point >= 0 && IsWordCharacter(point, inside) ? next - at : 0;
  }

  void Skip() {
    UChar32 point = 0;
    U8_NEXT(text_.data(), at_, text_.size(), point);
  }

  std::string_view NextWord() {
    const size_t begin = at_;
    for (size_t length = 0; at_ < text_.size() && (length = WordCharacterAt(at_, true)) != 0;) at_ += length;
    return text_.substr(begin, at_ - begin);
  }

  // Steps over a joiner if a word follows it directly.
  bool TakeJoiner(Joiner* joiner) {
    static constexpr std::pair<std::string_view, Joiner> kJoiners[] = {
        {"/-", Joiner::kInclusive},  {"-", Joiner::kHyphen},    {"\u2010", Joiner::kHyphen},
        {"\u2011", Joiner::kHyphen}, {"*", Joiner::kInclusive}, {":", Joiner::kInclusive},
        {"_", Joiner::kInclusive},   {"/", Joiner::kInclusive}, {"\u00B7", Joiner::kInclusive}};
    for (const auto& [text, kind] : kJoiners) {
      if (text_.substr(at_, text.size()) != text) continue;
      const size_t next = at_ + text.size();
      if (next >= text_.size() || WordCharacterAt(next, false) == 0) return false;
      at_ = next;
      *joiner = kind;
      return true;
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
};

// Cuts at a character boundary.
void Truncate(std::string* word) {
  if (word->size() <= kMaxWordBytes) return;
  size_t end = kMaxWordBytes;
  while (end > 0 && (static_cast<unsigned char>((*word)[end]) & 0xC0) == 0x80) --end;
  word->resize(end);
}

// Turns chains into words. Buffers are kept, so that a long text costs no allocation per word.
class ChainReader {
 public:
  ChainReader(TextPurpose purpose, absl::FunctionRef<void(const Word&)> visit) : purpose_(purpose), visit_(visit) {}

  void Read(const Chain& chain) {
    for (size_t i = 0; i < chain.size; ++i) {
      folded_[i].clear();
      AppendFolded(chain.words[i], &folded_[i]);
    }
    for (size_t i = 0; i < chain.size; ++i) ReadWord(chain, i);
    if (purpose_ == TextPurpose::kDocument && chain.size == 3 && Hyphen(chain, 1) && Hyphen(chain, 2)) {
      joined_ = folded_[0] + folded_[1] + folded_[2];
      Emit(&joined_, {});
    }
  }

 private:
  static bool Hyphen(const Chain& chain, size_t i) { return chain.joiner_before[i] == Joiner::kHyphen; }

  bool IsInclusiveEnding(const Chain& chain, size_t i) const {
    return i > 0 && i < chain.size && chain.joiner_before[i] == Joiner::kInclusive &&
           (folded_[i] == "in" || folded_[i] == "innen");
  }

  static bool IsShort(const std::string& word) {
    return word.size() < 3 && word.find_first_of("0123456789") == std::string::npos;
  }

  // Whether a query should take words i - 1 and i together only.
  bool IsOneWord(const Chain& chain, size_t i) const {
    return i > 0 && i < chain.size && Hyphen(chain, i) && (IsShort(folded_[i - 1]) || IsShort(folded_[i]));
  }

  void ReadWord(const Chain& chain, size_t i) {
    const bool query = purpose_ == TextPurpose::kQuery;
    const bool inclusive = IsInclusiveEnding(chain, i);
    const bool absorbed = query && (IsInclusiveEnding(chain, i + 1) || IsOneWord(chain, i + 1));
    const bool joined = inclusive || (i > 0 && Hyphen(chain, i) && (!query || IsOneWord(chain, i)));
    if (joined) {
      joined_ = folded_[i - 1] + folded_[i];
      Emit(&joined_, {});
    }
    if (!inclusive && !absorbed && !(query && joined)) Emit(&folded_[i], chain.words[i]);
  }

  void Emit(std::string* folded, std::string_view surface) {
    if (folded->size() > kMaxWordBytes) {
      cut_ = *folded;
      Truncate(&cut_);
      folded = &cut_;
    }
    if (!folded->empty()) visit_({*folded, surface});
  }

  TextPurpose purpose_;
  absl::FunctionRef<void(const Word&)> visit_;
  std::array<std::string, kMaxChain> folded_;
  std::string joined_, cut_;
};

struct StemmerDeleter {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

}  // namespace

void ForEachWord(std::string_view text, TextPurpose purpose, absl::FunctionRef<void(const Word&)> visit) {
  Scanner scanner(text);
  ChainReader reader(purpose, visit);
  for (Chain chain; scanner.NextChain(&chain);) reader.Read(chain);
}

bool IsStopWord(std::string_view folded) {
  static const auto* const kWords = new absl::flat_hash_set<absl::string_view>{
      "ab",    "aber",  "alle",  "als",  "am",    "an",    "auch",  "auf",    "aus",  "bei",  "beim",  "bin",
      "bis",   "da",    "das",   "dass", "dem",   "den",   "der",   "des",    "die",  "dies", "diese", "dieser",
      "doch",  "durch", "ein",   "eine", "einem", "einen", "einer", "eines",  "er",   "es",   "fur",   "gegen",
      "gibt",  "habe",  "haben", "hat",  "ich",   "ihr",   "ihre",  "im",     "in",   "ins",  "ist",   "kann",
      "mein",  "meine", "mich",  "mir",  "mit",   "muss",  "nach",  "nicht",  "noch", "nur",  "ob",    "oder",
      "sich",  "sie",   "sind",  "so",   "soll",  "sowie", "uber",  "um",     "und",  "uns",  "unser", "unsere",
      "unter", "vom",   "von",   "vor",  "wann",  "was",   "wegen", "welche", "wen",  "wenn", "wer",   "werden",
      "wie",   "wir",   "wird",  "wo",   "zu",    "zum",   "zur"};
  return kWords->contains(absl::string_view(folded.data(), folded.size()));
}

void Stem(std::string_view folded, std::string* stem) {
  // A stemmer works in its own buffer: one for each thread. "german" is part of every libstemmer.
  thread_local const std::unique_ptr<sb_stemmer, StemmerDeleter> stemmer(sb_stemmer_new("german", "UTF_8"));
  const sb_symbol* result = sb_stemmer_stem(stemmer.get(), reinterpret_cast<const sb_symbol*>(folded.data()),
                                            static_cast<int>(folded.size()));
  stem->assign(reinterpret_cast<const char*>(result), static_cast<size_t>(sb_stemmer_length(stemmer.get())));
}

std::string Stem(std::string_view folded) {
  std::string stem;
  Stem(folded, &stem);
  return stem;
}

}  // namespace schutznetz::search
