#include "services/directory/view/listing_maker.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "services/common/errors/macros.h"
#include "services/directory/view/search_fields.h"

namespace schutznetz::directory {
namespace {

template <typename Message>
absl::StatusOr<Message> Parse(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("a stored body is no ", Message::descriptor()->full_name()));
  }
  return message;
}

// The most specific level that has lines, and the one that has hours.
Calls MostSpecific(std::initializer_list<const std::shared_ptr<const CallFacts>*> levels) {
  Calls calls;
  for (const auto* level : levels) {
    if (!*level) continue;
    if (!calls.lines && !(*level)->lines.empty()) calls.lines = *level;
    if (!calls.hours && (*level)->hours) calls.hours = *level;
  }
  return calls;
}

// Tells changed documents from unchanged ones inside one process.
uint64_t FingerprintOf(const std::vector<search::Document>& documents) {
  uint64_t fingerprint = documents.size();
  for (const search::Document& document : documents) {
    const geo::Point point = document.point.value_or(geo::Point{1000, 1000});
    fingerprint =
        absl::HashOf(fingerprint, document.slot, document.key, document.sort_name, point.latitude, point.longitude);
    for (const search::FieldText& text : document.fields)
      fingerprint = absl::HashOf(fingerprint, text.field, text.text);
    for (const search::FacetValue& facet : document.facets) {
      fingerprint = absl::HashOf(fingerprint, facet.facet, facet.value);
    }
  }
  return fingerprint;
}

// Where people of a service without a place work, as far as its areas tell.
std::string_view HomeKey(const v1::Service& service, const std::string& land_key) {
  if (service.service_areas_size() == 1) return service.service_areas(0).area_key();
  return land_key;
}

std::string KeyOfLand(LandNumber land) {
  if (land == 0) return std::string(kNationKey);
  return absl::StrCat(land / 10, land % 10);
}

// Only what ladder and filters ask for stays in memory a second time.
v1::Service Trimmed(const v1::Service& service) {
  v1::Service trimmed;
  trimmed.set_name(service.name());
  trimmed.set_display_name(service.display_name());
  trimmed.set_kind(service.kind());
  *trimmed.mutable_forms() = service.forms();
  trimmed.set_advises_minors(service.advises_minors());
  trimmed.set_minimum_age(service.minimum_age());
  trimmed.set_maximum_age(service.maximum_age());
  *trimmed.mutable_channels() = service.channels();
  trimmed.set_email(service.email());
  trimmed.set_chat_url(service.chat_url());
  *trimmed.mutable_service_areas() = service.service_areas();
  if (service.has_verify_time()) *trimmed.mutable_verify_time() = service.verify_time();
  return trimmed;
}

}  // namespace

ListingMaker::ListingMaker(const ViewVersion& version, absl::CivilDay today, HoursTable& hours, const Viewer* viewer)
    : version_(version), today_(today), hours_(hours), viewer_(viewer) {}

// Empty for what may not be seen. Good until the next call.
absl::StatusOr<std::string_view> ListingMaker::BytesOf(const Entry* entry) {
  if (entry == nullptr || entry->deleted()) return std::string_view();
  if (viewer_ == nullptr) return std::string_view(entry->shown);
  ASSIGN_OR_RETURN(record::Presented presented, PresentTo(version_, viewer_->tables, *entry, viewer_->caller));
  seen_ = std::move(presented.bytes);
  return std::string_view(seen_);
}

absl::StatusOr<ShownFacts> ListingMaker::FactsOf(const Entry& entry) {
  if (viewer_ == nullptr) return ShownFacts{entry.calls, entry.place};
  ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(&entry));
  return ReadShown(entry.kind, bytes, hours_);
}

// Whether it is seen at which location this is.
bool ListingMaker::TellsLocation(const Entry& placement) const {
  if (viewer_ == nullptr) return placement.shows_address();
  return LevelsOf(version_, placement, viewer_->caller)
      .Has(wire::Stricter(placement.own.record, placement.own.address));
}

absl::StatusOr<const ListingMaker::OrganizationFacts*> ListingMaker::OrganizationOf(Slot slot) {
  std::unique_ptr<OrganizationFacts>& facts = organizations_[slot];
  if (facts) return facts.get();
  facts = std::make_unique<OrganizationFacts>();
  const Entry* entry = version_.entry(slot);
  ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(entry));
  if (bytes.empty()) return facts.get();
  ASSIGN_OR_RETURN(const v1::Organization organization, Parse<v1::Organization>(bytes));
  ASSIGN_OR_RETURN(const ShownFacts shown, FactsOf(*entry));
  *facts = {organization.display_name(), organization.alternate_name(), organization.authority(), shown.calls};
  return facts.get();
}

absl::StatusOr<ListingMaker::Draft> ListingMaker::MakeDraft(Slot slot) {
  Draft draft;
  const Entry* entry = version_.entry(slot);
  ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(entry));
  if (bytes.empty()) return draft;
  ASSIGN_OR_RETURN(draft.service, Parse<v1::Service>(bytes));
  ASSIGN_OR_RETURN(draft.organization, OrganizationOf(entry->parents[0]));
  ASSIGN_OR_RETURN(const ShownFacts own, FactsOf(*entry));
  draft.listing = std::make_shared<Listing>();
  Listing& listing = *draft.listing;
  listing.slot = slot;
  listing.key = HashOfName(entry->name);
  listing.service = Trimmed(draft.service);
  listing.organization_display_name = draft.organization->display_name;
  listing.authority = draft.organization->authority;
  listing.land = LandOfName(draft.service.land());
  listing.calls = MostSpecific({&own.calls, &draft.organization->calls});
  listing.calls.holidays = civil::Holidays::RegionOf(HomeKey(draft.service, KeyOfLand(listing.land)));
  RETURN_IF_ERROR(AddPlaces(*entry, own.calls, draft));
  return draft;
}

absl::Status ListingMaker::AddPlaces(const Entry& service, const std::shared_ptr<const CallFacts>& own, Draft& draft) {
  std::vector<const Entry*> placements;
  version_.VisitDependents(service.slot, [&](Slot dependent) {
    const Entry* entry = version_.entry(dependent);
    if (entry == nullptr || entry->kind != Kind::kServiceAtLocation || entry->deleted()) return;
    const bool seen = viewer_ == nullptr ? entry->is_public() : MayKnow(version_, *entry, viewer_->caller);
    if (seen) placements.push_back(entry);
  });
  std::sort(placements.begin(), placements.end(), [](const Entry* a, const Entry* b) { return a->name < b->name; });
  for (const Entry* placement : placements) RETURN_IF_ERROR(AddPlace(*placement, own, draft));
  return absl::OkStatus();
}

absl::Status ListingMaker::AddPlace(const Entry& placement, const std::shared_ptr<const CallFacts>& own, Draft& draft) {
  const Entry* location = version_.entry(placement.parents[1]);
  if (location == nullptr || location->deleted()) return absl::OkStatus();
  // Those who may see the service need not know of every place it is at.
  if (viewer_ != nullptr && !MayKnow(version_, *location, viewer_->caller)) return absl::OkStatus();
  const bool shown = TellsLocation(placement);
  ASSIGN_OR_RETURN(const ShownFacts here, FactsOf(placement));
  ShownFacts there;  // what stands on a location that is withheld would tell which one it is
  if (shown) {
    ASSIGN_OR_RETURN(there, FactsOf(*location));
  }
  ListedPlace place{.placement = placement.slot, .location = shown ? location->slot : kNoSlot};
  place.calls = MostSpecific({&here.calls, &there.calls, &own, &draft.organization->calls});
  Locate(*location, there.place.get(), place);
  PlaceTexts texts{.area_key = location->kreis_key};
  if (there.place) texts = {there.place->display_name, there.place->city, there.place->area_key};
  draft.place_texts.push_back(std::move(texts));
  draft.listing->places.push_back(std::move(place));
  return absl::OkStatus();
}

void ListingMaker::Locate(const Entry& location, const PlaceFacts* shown, ListedPlace& place) const {
  place.kreis_key = location.kreis_key;
  const std::string& finest = shown != nullptr && !shown->area_key.empty() ? shown->area_key : location.kreis_key;
  place.calls.holidays = civil::Holidays::RegionOf(finest);
  if (shown != nullptr && shown->point) {
    place.point = shown->point;
    return;
  }
  place.approximate = true;
  const v1::Area* kreis = version_.places == nullptr ? nullptr : version_.places->Find(location.kreis_key);
  if (kreis == nullptr || !kreis->has_center()) return;
  const geo::Point center{kreis->center().latitude(), kreis->center().longitude()};
  if (geo::IsValid(center)) place.point = center;
}

MadeListing ListingMaker::Make(Slot service) {
  MadeListing made;
  absl::StatusOr<Draft> draft = MakeDraft(service);
  if (!draft.ok() || !draft->listing) return made;
  made.documents = DocumentsOf(*draft);
  made.listing = std::move(draft->listing);
  made.listing->documents = FingerprintOf(made.documents);
  return made;
}

}  // namespace schutznetz::directory
