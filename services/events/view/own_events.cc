#include "services/events/view/own_events.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/search/index_writer.h"
#include "services/events/view/event_documents.h"
#include "services/events/view/event_reads.h"

namespace schutznetz::events {
namespace {

absl::StatusOr<std::shared_ptr<const search::IndexVersion>> MakeIndex(const access::Caller& caller,
                                                                      const EventsReading& reading,
                                                                      const wire::MessageTable& table) {
  std::vector<search::Document> documents;
  absl::Status failed;
  reading.version->hidden.VisitAll([&](Slot slot) {
    const EventEntry* entry = reading.version->entries.Get(slot);
    if (!failed.ok() || entry == nullptr || !MayKnow(*entry, caller)) return;
    absl::StatusOr<SeenEvent> seen = See(reading, table, *entry, caller);
    failed = seen.status();
    v1::Event shown;
    if (failed.ok() && shown.ParseFromString(std::string(seen->bytes))) {
      documents.push_back(DocumentOf(slot, shown));
    }
  });
  if (!failed.ok()) return failed;
  if (documents.empty()) return nullptr;
  search::IndexWriter writer(EventIndexOptions());
  size_t at = 0;
  return writer.Load([&](search::Document* document) {
    if (at == documents.size()) return false;
    *document = std::move(documents[at++]);
    return true;
  });
}

}  // namespace

absl::StatusOr<std::shared_ptr<const search::IndexVersion>> OwnEvents::For(const access::Caller& caller,
                                                                           const EventsReading& reading,
                                                                           const wire::MessageTable& table) {
  const std::string sight = record::SightOf(caller);
  {
    std::lock_guard lock(mutex_);
    const auto known = kept_.find(sight);
    if (known != kept_.end() && known->second.hidden_number == reading.version->hidden_number) {
      known->second.used = ++uses_;
      return known->second.index;
    }
  }
  // Two of one sight may both make it; the outcome is the same.
  ASSIGN_OR_RETURN(std::shared_ptr<const search::IndexVersion> index, MakeIndex(caller, reading, table));
  std::lock_guard lock(mutex_);
  if (kept_.size() >= kKeptMax && !kept_.contains(sight)) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                                 [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
  }
  kept_[sight] = {reading.version->hidden_number, index, ++uses_};
  return index;
}

}  // namespace schutznetz::events
