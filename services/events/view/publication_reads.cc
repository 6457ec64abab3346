#include "services/events/view/publication_reads.h"

#include <algorithm>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/record/rights.h"
#include "services/common/time/timestamp.h"
#include "services/common/view/append_field.h"

namespace schutznetz::events {
namespace {

HarvestItem ItemOf(const PublicationEntry& entry) {
  return {*entry.name, absl::FromUnixSeconds(entry.stamp_s), !entry.is_public(), &entry.sets};
}

template <typename List, typename Value>
bool PassesFilter(const List& wanted, const Value& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

bool Fits(const v1::Publication& publication, const v1::GetPublicationFeedRequest& request) {
  const bool language = request.languages().empty() ||
                        std::any_of(publication.languages().begin(), publication.languages().end(),
                                    [&](const std::string& own) { return PassesFilter(request.languages(), own); });
  return language && PassesFilter(request.types(), static_cast<int>(publication.type())) &&
         PassesFilter(request.lands(), publication.land());
}

}  // namespace

absl::StatusOr<SeenPublication> See(const PublicationReading& reading, const wire::MessageTable& table,
                                    const PublicationEntry& entry, const access::Caller& caller) {
  if (record::SeesOnlyPublic(caller)) return SeenPublication{entry.shown, reading.version, {}};
  if (entry.record.deleted() && !record::MayEdit(caller, entry.scope)) return SeenPublication();
  ASSIGN_OR_RETURN(record::Presented presented,
                   record::Present(entry.record, table, record::LevelsFor(caller, entry.scope), wire::Floors()));
  if (!presented.visible) return SeenPublication();
  auto owner = std::make_shared<const std::string>(std::move(presented.bytes));
  return SeenPublication{*owner, owner, std::move(presented.disclosed)};
}

absl::StatusOr<SeenPublication> SeePublication(const PublicationReading& reading, const wire::MessageTable& table,
                                               std::string_view name, const access::Caller& caller) {
  const PublicationEntry* entry = reading.version->Find(name);
  if (entry == nullptr) return errors::NotFound(name);
  ASSIGN_OR_RETURN(SeenPublication seen, See(reading, table, *entry, caller));
  if (seen.bytes.empty()) return errors::NotFound(name);
  return seen;
}

void AppendDisclosed(const PublicationEntry& entry, std::vector<std::string> fields, std::vector<audit::Fact>* facts) {
  if (fields.empty()) return;
  facts->push_back({audit::Act::kRead, kPublicationKind, *entry.name, std::move(fields)});
}

absl::StatusOr<PublicationPage> ListPublications(const PublicationReading& reading, const wire::MessageTable& table,
                                                 bool show_deleted, size_t page_size, std::string_view after,
                                                 const access::Caller& caller) {
  PublicationPage page;
  absl::Status status;
  size_t count = 0;
  std::string last;
  reading.version->names.VisitFrom(after, [&](const PublicationName& item) {
    const PublicationEntry* entry = reading.version->entries.Get(item.slot);
    if (*item.name == after || entry == nullptr || (entry->record.deleted() && !show_deleted)) return true;
    absl::StatusOr<SeenPublication> seen = See(reading, table, *entry, caller);
    if (!seen.ok()) {
      status = seen.status();
      return false;
    }
    if (seen->bytes.empty()) return true;
    if (count++ == page_size) {
      page.last = last;
      return false;
    }
    view::AppendBytes(v1::ListPublicationsResponse::kPublicationsFieldNumber, seen->bytes, &page.bytes);
    AppendDisclosed(*entry, std::move(seen->disclosed), &page.disclosed);
    last = *item.name;
    return true;
  });
  RETURN_IF_ERROR(status);
  return page;
}

std::optional<v1::Publication> ShownPublication(const PublicationVersion& version, std::string_view name) {
  const PublicationEntry* entry = version.Find(name);
  v1::Publication publication;
  if (entry == nullptr || !entry->is_public() || !publication.ParseFromString(entry->shown)) return std::nullopt;
  return publication;
}

std::vector<FeedEntry> LastEntered(const PublicationVersion& version, const v1::GetPublicationFeedRequest& request) {
  std::vector<FeedEntry> entries;
  version.entered.VisitFrom(PublicationEntered{INT64_MAX, UINT32_MAX}, [&](const PublicationEntered& item) {
    const PublicationEntry* entry = version.entries.Get(item.slot);
    FeedEntry feed;
    if (entry == nullptr || !feed.publication.ParseFromString(entry->shown)) return true;
    if (!Fits(feed.publication, request)) return true;
    feed.entered = TimeOf(feed.publication.create_time());
    feed.updated = TimeOf(feed.publication.update_time());
    entries.push_back(std::move(feed));
    return entries.size() < kFeedEntriesMax;
  });
  return entries;
}

std::optional<HarvestItem> PublicationHarvest::Find(std::string_view name) const {
  const PublicationEntry* entry = version_->Find(name);
  if (entry == nullptr) return std::nullopt;
  return ItemOf(*entry);
}

void PublicationHarvest::Visit(const HarvestKey& after, absl::FunctionRef<bool(const HarvestItem&)> visit) const {
  const int64_t stamp_s = after.datestamp == absl::InfinitePast() ? INT64_MIN : absl::ToUnixSeconds(after.datestamp);
  const PublicationStamp from = {stamp_s, std::make_shared<const std::string>(after.name), 0};
  version_->stamps.VisitFrom(from, [&](const PublicationStamp& item) {
    if (item.stamp_s == stamp_s && *item.name == after.name) return true;
    const PublicationEntry* entry = version_->entries.Get(item.slot);
    return entry == nullptr || visit(ItemOf(*entry));
  });
}

v1::Publication PublicationHarvest::Read(std::string_view name) const {
  return ShownPublication(*version_, name).value_or(v1::Publication());
}

}  // namespace schutznetz::events
