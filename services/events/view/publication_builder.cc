#include "services/events/view/publication_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/events/catalogue/oai_provider.h"
#include "services/events/view/publication_fields.h"

namespace schutznetz::events {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

// The same in every process: FNV-1a. It breaks ties of searches and stands in page tokens.
uint64_t KeyOf(std::string_view name) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

const PublicationEntry* PublicationVersion::Find(std::string_view name) const {
  const PublicationEntry* found = nullptr;
  names.VisitFrom(name, [&](const PublicationName& item) {
    if (*item.name == name) found = entries.Get(item.slot);
    return false;
  });
  return found;
}

PublicationBuilder::PublicationBuilder(const PublicationRules& rules, uint64_t last)
    : rules_(rules), index_(PublicationIndexOptions()) {
  next_.number = last;
}

std::shared_ptr<const std::string> PublicationBuilder::NameOf(const record::Record& record) {
  const auto [slot, is_new] = slots_.try_emplace(record.key.id, static_cast<uint32_t>(slots_.size()));
  if (const PublicationEntry* known = next_.entries.Get(slot->second)) return known->name;
  return std::make_shared<const std::string>(rules_.NameOf(record.key.id));
}

absl::Status PublicationBuilder::Fill(PublicationEntry* entry, search::Document* document) const {
  v1::Publication publication;
  if (!publication.ParseFromString(entry->record.body)) return absl::DataLossError("a publication cannot be read");
  entry->scope = rules_.ScopeOf(publication, {});
  entry->sets = SetsOf(publication);
  const int64_t stamp_us = std::max(entry->record.public_update_us, entry->record.delete_us);
  entry->stamp_s = stamp_us / kMicrosPerSecond;
  if (entry->record.deleted()) return absl::OkStatus();
  ASSIGN_OR_RETURN(record::Presented presented,
                   record::Present(entry->record, rules_.table(), wire::LevelSet(), wire::Floors()));
  entry->shown = std::move(presented.bytes);
  // Of what everybody sees: internal notes are not found.
  v1::Publication shown;
  if (!shown.ParseFromString(entry->shown)) return absl::DataLossError("a publication cannot be read");
  *document = DocumentOf(shown, entry->slot, KeyOf(*entry->name));
  return absl::OkStatus();
}

absl::Status PublicationBuilder::Put(const record::Record& record) {
  auto entry = std::make_shared<PublicationEntry>();
  entry->name = NameOf(record);
  entry->slot = slots_.at(record.key.id);
  entry->record = record;
  search::Document document;
  const absl::Status status = Fill(entry.get(), &document);
  if (!status.ok()) entry->shown.clear();
  const PublicationEntry* before = next_.entries.Get(entry->slot);
  if (before == nullptr) next_.names.Insert(stamp_, {entry->name, entry->slot});
  if (entry->is_public()) {
    batch_.documents.push_back(std::move(document));
  } else {
    batch_.deleted_slots.push_back(entry->slot);
  }
  Replace(before, std::move(entry));
  return status;
}

void PublicationBuilder::Replace(const PublicationEntry* before, std::shared_ptr<const PublicationEntry> after) {
  if (before != nullptr) {
    stamps_.Erase(stamp_, {before->stamp_s, before->name, before->slot});
    if (before->is_public()) entered_.Erase(stamp_, {before->record.create_us, before->slot});
  }
  stamps_.Insert(stamp_, {after->stamp_s, after->name, after->slot});
  if (after->is_public()) entered_.Insert(stamp_, {after->record.create_us, after->slot});
  const uint32_t slot = after->slot;
  next_.entries.Set(stamp_, slot, std::move(after));
}

std::shared_ptr<const PublicationVersion> PublicationBuilder::Finish(const storage::Position& position) {
  if (!loaded_) {
    // A slot put twice counts as it was put last.
    size_t next = 0;
    index_.Load([&](search::Document* document) {
      if (next == batch_.documents.size()) return false;
      *document = std::move(batch_.documents[next++]);
      return true;
    });
    batch_ = {};
    loaded_ = true;
  } else if (!batch_.documents.empty() || !batch_.deleted_slots.empty()) {
    index_.Apply(std::exchange(batch_, {}));
  }
  next_.stamps = stamps_.set();
  next_.entered = entered_.set();
  next_.index = index_.current();
  next_.position = position;
  ++next_.number;
  ++stamp_;
  return std::make_shared<const PublicationVersion>(next_);
}

}  // namespace schutznetz::events
