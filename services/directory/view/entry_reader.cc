#include "services/directory/view/entry_reader.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/errors/macros.h"
#include "services/directory/places/land_codes.h"
#include "services/directory/view/message_part.h"

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

uint32_t LandBit(std::string_view land) {
  const LandNumber number = LandOfName(land);
  return number == 0 ? 0 : uint32_t{1} << number;
}

Belonging BelongingOf(const v1::Organization& organization) {
  return {.lands = LandBit(organization.land()), .authority = organization.authority()};
}

Belonging BelongingOf(const v1::Location& location) {
  const LandNumber land = LandOfKey(location.kreis_key());
  return {.parents = {location.organization()},
          .lands = land == 0 ? 0 : uint32_t{1} << land,
          .kreis_key = location.kreis_key()};
}

Belonging BelongingOf(const v1::Service& service) {
  return {.parents = {service.organization()},
          .references = {service.networks().begin(), service.networks().end()},
          .lands = LandBit(service.land())};
}

Belonging BelongingOf(const v1::ServiceAtLocation& placement) {
  return {.parents = {placement.service(), placement.location()}};
}

Belonging BelongingOf(const v1::Network& network) {
  Belonging belonging{.references = {network.participants().begin(), network.participants().end()}};
  if (!network.coordinator().empty()) belonging.references.push_back(network.coordinator());
  for (const std::string& land : network.lands()) belonging.lands |= LandBit(land);
  return belonging;
}

template <typename Message>
absl::StatusOr<Belonging> Read(std::string_view body, std::initializer_list<int> fields) {
  ASSIGN_OR_RETURN(const Message message, ParsePart<Message>(body, fields));
  return BelongingOf(message);
}

template <typename Message>
std::shared_ptr<const CallFacts> CallsOf(HoursTable& hours, const Message& message) {
  if (message.phones().empty() && message.schedules().empty()) return nullptr;
  auto calls = std::make_shared<CallFacts>();
  calls->hours = hours.Of(message.schedules());
  for (const auto& phone : message.phones()) {
    calls->lines.push_back({phone, hours.Of(phone.schedules())});
  }
  return calls;
}

std::shared_ptr<const PlaceFacts> PlaceOf(const v1::Location& location) {
  auto place = std::make_shared<PlaceFacts>();
  if (location.has_point()) {
    const geo::Point point{location.point().latitude(), location.point().longitude()};
    if (geo::IsValid(point)) place->point = point;
  }
  place->area_key = location.area_key().empty() ? location.kreis_key() : location.area_key();
  place->display_name = location.display_name();
  place->city = location.address().city();
  return place;
}

template <typename Message>
absl::StatusOr<ShownFacts> ReadCalls(std::string_view bytes, HoursTable& hours) {
  ASSIGN_OR_RETURN(const Message message,
                   ParsePart<Message>(bytes, {Message::kPhonesFieldNumber, Message::kSchedulesFieldNumber}));
  return ShownFacts{.calls = CallsOf(hours, message)};
}

absl::StatusOr<ShownFacts> ReadLocation(std::string_view bytes, HoursTable& hours) {
  ASSIGN_OR_RETURN(const v1::Location location, Parse<v1::Location>(bytes));
  return ShownFacts{CallsOf(hours, location), PlaceOf(location)};
}

// Removes the names in `hidden` from a repeated field. True when there were any.
bool RemoveNames(const std::vector<std::string_view>& hidden, google::protobuf::RepeatedPtrField<std::string>* names) {
  const auto is_hidden = [&](const std::string& name) {
    return std::find(hidden.begin(), hidden.end(), name) != hidden.end();
  };
  const auto end = std::remove_if(names->begin(), names->end(), is_hidden);
  const bool any = end != names->end();
  names->erase(end, names->end());
  return any;
}

}  // namespace

absl::StatusOr<Belonging> ReadBelonging(Kind kind, std::string_view body) {
  using O = v1::Organization;
  using L = v1::Location;
  using S = v1::Service;
  using P = v1::ServiceAtLocation;
  using N = v1::Network;
  switch (kind) {
    case Kind::kOrganization:
      return Read<v1::Organization>(body, {O::kLandFieldNumber, O::kAuthorityFieldNumber});
    case Kind::kLocation:
      return Read<v1::Location>(body, {L::kOrganizationFieldNumber, L::kKreisKeyFieldNumber});
    case Kind::kService:
      return Read<v1::Service>(body, {S::kOrganizationFieldNumber, S::kLandFieldNumber, S::kNetworksFieldNumber});
    case Kind::kServiceAtLocation:
      return Read<v1::ServiceAtLocation>(body, {P::kServiceFieldNumber, P::kLocationFieldNumber});
    case Kind::kNetwork:
      return Read<v1::Network>(body, {N::kLandsFieldNumber, N::kCoordinatorFieldNumber, N::kParticipantsFieldNumber});
  }
  return absl::InternalError("an unknown kind");
}

absl::StatusOr<ShownFacts> ReadShown(Kind kind, std::string_view bytes, HoursTable& hours) {
  switch (kind) {
    case Kind::kOrganization:
      return ReadCalls<v1::Organization>(bytes, hours);
    case Kind::kLocation:
      return ReadLocation(bytes, hours);
    case Kind::kService:
      return ReadCalls<v1::Service>(bytes, hours);
    case Kind::kServiceAtLocation:
      return ReadCalls<v1::ServiceAtLocation>(bytes, hours);
    case Kind::kNetwork:
      return ShownFacts{};
  }
  return ShownFacts{};
}

absl::StatusOr<std::string> WithoutReferences(Kind kind, std::string_view body,
                                              const std::vector<std::string_view>& hidden) {
  if (hidden.empty()) return std::string();
  if (kind == Kind::kService) {
    ASSIGN_OR_RETURN(v1::Service service, Parse<v1::Service>(body));
    return RemoveNames(hidden, service.mutable_networks()) ? service.SerializeAsString() : std::string();
  }
  if (kind != Kind::kNetwork) return std::string();
  ASSIGN_OR_RETURN(v1::Network network, Parse<v1::Network>(body));
  bool any = RemoveNames(hidden, network.mutable_participants());
  if (std::find(hidden.begin(), hidden.end(), network.coordinator()) != hidden.end()) {
    network.clear_coordinator();
    any = true;
  }
  return any ? network.SerializeAsString() : std::string();
}

LandNumber LandOfName(std::string_view name) {
  constexpr std::string_view kPrefix = "lands/";
  if (!name.starts_with(kPrefix)) return 0;
  const auto found = std::find(kLandIsoCodes.begin(), kLandIsoCodes.end(), name.substr(kPrefix.size()));
  return found == kLandIsoCodes.end() ? 0 : static_cast<LandNumber>(found - kLandIsoCodes.begin() + 1);
}

LandNumber LandOfKey(std::string_view area_key) {
  const std::string_view code = IsoCodeOfLand(area_key);
  if (code.empty()) return 0;
  return static_cast<LandNumber>(std::find(kLandIsoCodes.begin(), kLandIsoCodes.end(), code) - kLandIsoCodes.begin() +
                                 1);
}

}  // namespace schutznetz::directory
