// Reading publications from a version: one by name, pages, feeds, and what harvesters ask for. Everything is already
// what the caller may see.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/publication_search.pb.h"
#include "services/common/access/caller.h"
#include "services/common/audit/entry.h"
#include "services/events/catalogue/feeds.h"
#include "services/events/catalogue/oai_provider.h"
#include "services/events/view/publication_view.h"

namespace schutznetz::events {

// A publication as the caller sees it.
struct SeenPublication {
  std::string_view bytes;              // empty: not at all
  std::shared_ptr<const void> owner;   // keeps `bytes` alive
  std::vector<std::string> disclosed;  // record::Presented
};

// Empty bytes for what the caller may not know: what is deleted is known to those who may change it.
absl::StatusOr<SeenPublication> See(const PublicationReading& reading, const wire::MessageTable& table,
                                    const PublicationEntry& entry, const access::Caller& caller);

// NOT_FOUND for what does not exist or is hidden from the caller: the answers are the same.
absl::StatusOr<SeenPublication> SeePublication(const PublicationReading& reading, const wire::MessageTable& table,
                                               std::string_view name, const access::Caller& caller);

// What was shown of `entry` beyond PUBLIC, for the audit log.
void AppendDisclosed(const PublicationEntry& entry, std::vector<std::string> fields, std::vector<audit::Fact>* facts);

struct PublicationPage {
  std::string bytes;                   // the publications, each as field 1 of the response
  std::string last;                    // name of the last one; empty when there are no more
  std::vector<audit::Fact> disclosed;  // of each that tells more than everybody sees
};

// A page in the order of the names, behind `after`.
absl::StatusOr<PublicationPage> ListPublications(const PublicationReading& reading, const wire::MessageTable& table,
                                                 bool show_deleted, size_t page_size, std::string_view after,
                                                 const access::Caller& caller);

// What everybody sees of a publication, taken apart; nothing for what nobody sees.
std::optional<v1::Publication> ShownPublication(const PublicationVersion& version, std::string_view name);

// The last entered that fit, the newest first, at most kFeedEntriesMax.
std::vector<FeedEntry> LastEntered(const PublicationVersion& version, const v1::GetPublicationFeedRequest& request);

// The catalogue as harvesters see it. Holds the version.
class PublicationHarvest final : public HarvestSource {
 public:
  explicit PublicationHarvest(std::shared_ptr<const PublicationVersion> version) : version_(std::move(version)) {}

  std::optional<HarvestItem> Find(std::string_view name) const override;
  void Visit(const HarvestKey& after, absl::FunctionRef<bool(const HarvestItem&)> visit) const override;
  v1::Publication Read(std::string_view name) const override;

 private:
  const std::shared_ptr<const PublicationVersion> version_;
};

}  // namespace schutznetz::events
