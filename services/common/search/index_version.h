#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/search/query.h"

namespace schutznetz::search {

struct IndexState;

// One immutable state of the index. Every method may be called from any number of threads without locks; a reader that
// holds the shared_ptr keeps its version, whatever the writer does.
//
// Text: words meet in all German spellings (Münster, Muenster, Munster), by stem (Beratungen, Beratung), as parts of
// compounds (Kinderschutz in Kinderschutzfachkraft), as beginning of the last term, and with typing errors (one edit
// from four letters, two from eight) where no document has the word as typed. All terms must match; where no
// document has them all, those with the most terms are returned. Stop words count only when nothing else is asked.
//
// Scores depend on the document, the query and statistics that change with base_number() only: between two base
// rebuilds, writes move no other document, and paging by Cursor neither repeats nor drops an unchanged one.
class IndexVersion {
 public:
  ~IndexVersion();

  // INVALID_ARGUMENT: more than kMaxQueryTerms terms or kMaxQueryBytes bytes; a limit above kMaxPageSize; kDistance
  // without near; an invalid point.
  absl::StatusOr<Result> Search(const Query& query) const;

  // Words of the index that begin like `prefix` (in any spelling), most frequent first, in their usual spelling. Only
  // words that a document of this version has now.
  std::vector<std::string> Complete(std::string_view prefix, size_t limit) const;

  // All slots that pass the filters, for exports and maps.
  Roaring Select(const std::vector<FacetFilter>& filters) const;

  bool Contains(uint32_t slot) const;
  size_t size() const;
  uint64_t base_number() const;
  size_t segment_count() const;
  // Bytes held by this version, shared parts included.
  size_t MemoryBytes() const;

 private:
  friend class IndexWriter;
  explicit IndexVersion(std::unique_ptr<const IndexState> state);

  std::unique_ptr<const IndexState> state_;
};

}  // namespace schutznetz::search
