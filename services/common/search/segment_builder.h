#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/common/search/document.h"
#include "services/common/search/segment.h"
#include "services/common/search/segment_assembler.h"

namespace schutznetz::search {

// The bytes by which sort names compare: German rules, letters only. Thread safe.
std::string CollationKey(const std::string& name);

// Indexes documents. For one thread; one segment each.
class SegmentBuilder {
 public:
  explicit SegmentBuilder(const IndexOptions& options);

  // Slots must be distinct.
  void Add(const Document& document);
  size_t documents() const { return documents_.size(); }

  // See SegmentAssembler::Finish about null.
  std::shared_ptr<const Segment> Build(Derivations* derivations);

 private:
  struct Occurrence {
    uint32_t word;
    uint8_t impact;
  };

  uint32_t Intern(std::string_view folded, std::string_view surface);
  size_t CountWords(const Document& document);
  void KeepOccurrences(size_t words);
  void AddFacets(const std::vector<uint32_t>& ordinal_of, SegmentAssembler* assembler) const;

  IndexOptions options_;
  absl::flat_hash_map<std::string, uint32_t> word_numbers_;
  std::vector<std::string> surfaces_;  // by word number
  std::vector<float> weights_;         // by word number, of the current document
  std::vector<uint32_t> current_;      // word numbers of the current document

  std::vector<DocumentRecord> documents_;
  std::vector<Occurrence> occurrences_;                                      // document after document
  std::vector<size_t> first_occurrence_{0};                                  // one more than documents
  std::map<std::pair<FacetId, std::string>, std::vector<uint32_t>> facets_;  // indexes of documents
};

}  // namespace schutznetz::search
