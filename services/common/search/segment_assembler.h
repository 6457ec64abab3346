#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/geo/point.h"
#include "services/common/search/derivations.h"
#include "services/common/search/segment.h"

namespace schutznetz::search {

// What a segment keeps of a document besides its words and facets.
struct DocumentRecord {
  uint32_t slot = 0;
  uint64_t key = 0;
  std::optional<geo::UnitVector> point;
  std::string name;  // collation key
};

// The order in which a segment numbers documents, as indexes into `documents`: by curve position, then slot; those
// without a point last. Depends on each pair of documents alone, so merging keeps the order of every source.
std::vector<uint32_t> OrdinalOrder(std::span<const DocumentRecord> documents);

// Puts a segment together from documents in their final order. For one thread.
class SegmentAssembler {
 public:
  // `documents` in the order of OrdinalOrder.
  explicit SegmentAssembler(std::vector<DocumentRecord> documents);

  // Folded words in ascending order, each with its documents in ascending order.
  void AddWord(std::string_view word, std::string_view surface, std::span<const Posting> postings);

  // Facet values in ascending order of (facet, value).
  void AddFacet(FacetId facet, std::string_view value, std::vector<uint32_t> ordinals);

  // A lexicon learned from the words added so far.
  std::shared_ptr<const Lexicon> LearnLexicon() const;

  // Adds what the words derive and finishes. Null: words only, for a segment that will only be merged.
  std::shared_ptr<const Segment> Finish(Derivations* derivations);

 private:
  struct Entry;
  void AddString(std::string_view text, uint32_t word, uint32_t stem, uint32_t part);
  void AddDerived(Derivations* derivations);
  void FillNames(std::span<const DocumentRecord> documents);
  void FillFacetNumbers();
  uint32_t AddUnion(std::span<const uint32_t> words);

  std::shared_ptr<Segment> segment_;
  std::vector<std::string> words_;
  std::vector<Posting> scratch_;
};

}  // namespace schutznetz::search
