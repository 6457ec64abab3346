// docs/access.md against running programs: every method as every caller, and records of every level, over both
// transports and on both engines. The page is what is compared with, not the code that made it.
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/api/annotations.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/event_search.pb.h"
#include "schutznetz/exchange/v1/exchange_service.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/member_archive.pb.h"
#include "schutznetz/exchange/v1/membership.pb.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "tests/access/access_page.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/people.h"

namespace schutznetz::e2e {
namespace {

using namespace directory::v1;  // NOLINT: requests and resources of one contract
using common::v1::Visibility;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr Visibility kLevels[] = {common::v1::PUBLIC, common::v1::RESTRICTED, common::v1::NETWORK,
                                  common::v1::PROTECTED};
constexpr char kStaleEtag[] = "AAAAAAAAAAAAAAAA";

access_page::ReadPage WrittenPage() {
  std::ostringstream text;
  text << std::ifstream(std::string(SCHUTZNETZ_SOURCE_DIR) + "/docs/access.md").rdbuf();
  return access_page::Read(text.str());
}

std::string TemplateOf(const MethodDescriptor& method) {
  const auto& rule = method.options().GetExtension(google::api::http);
  for (const std::string* path : {&rule.get(), &rule.post(), &rule.patch(), &rule.delete_(), &rule.put()}) {
    if (!path->empty()) return *path;
  }
  return "";
}

void SetText(Message* message, const std::string& path, const std::string& text) {
  const size_t dot = path.find('.');
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByName(path.substr(0, dot));
  if (dot == std::string::npos) return message->GetReflection()->SetString(message, field, text);
  SetText(message->GetReflection()->MutableMessage(message, field), path.substr(dot + 1), text);
}

// A request with names of nothing in its path, and nothing else.
std::unique_ptr<Message> EmptyRequest(const MethodDescriptor& method) {
  static google::protobuf::DynamicMessageFactory factory;
  std::unique_ptr<Message> request(factory.GetPrototype(method.input_type())->New());
  const std::string path = TemplateOf(method);
  for (size_t open = path.find('{'); open != std::string::npos; open = path.find('{', open + 1)) {
    const size_t equals = path.find_first_of("=}", open);
    const size_t close = path.find('}', open);
    std::string name = path[equals] == '=' ? path.substr(equals + 1, close - equals - 1) : "*";
    for (size_t star; (star = name.find('*')) != std::string::npos;) name.replace(star, 1, "missing");
    SetText(request.get(), path.substr(open + 1, equals - open - 1), name);
  }
  return request;
}

// The column of the methods' table for a row of the levels' table: its first word.
std::string ColumnOf(const std::string& row) { return row.substr(0, row.find(' ')); }

class AccessTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  AccessTest() : installation_(GetParam()), people_(MakePeople(installation_)) {
    for (const auto& [row, subject] : people_) {
      callers_[row].push_back(MakeGrpcCaller(installation_, subject));
      callers_[row].push_back(MakeRestCaller(installation_, subject));
    }
    staff_ = MakeGrpcCaller(installation_, kStaff);
  }
  ~AccessTest() override { std::cout << "figure: access matrix: " << cells_ << " cells compared\n"; }

  void Compare(const std::string& row, size_t transport, const std::string& what, bool expected, bool found) {
    ++cells_;
    EXPECT_EQ(found, expected) << row << (transport == 0 ? ", gRPC: " : ", REST: ") << what;
  }

  // Whether the page says so.
  bool Sees(const std::string& row, Visibility level) const {
    return page_.levels.at(row).at(Visibility_Name(level)) == "yes";
  }
  bool MayChange(const std::string& row) const { return page_.levels.at(row).at("may change") == "yes"; }

  const access_page::ReadPage page_ = WrittenPage();
  Installation installation_;
  const std::map<std::string, std::string> people_;
  std::map<std::string, std::vector<std::unique_ptr<Caller>>> callers_;  // gRPC, REST
  std::unique_ptr<Caller> staff_;
  int cells_ = 0;
};

TEST_P(AccessTest, EveryMethodIsOpenToTheCallersOfThePageAndToNobodyElse) {
  for (const auto& row : access_page::Rows()) ASSERT_TRUE(people_.count(row.name)) << "nobody is " << row.name;
  google::protobuf::DynamicMessageFactory factory;
  for (const auto* service : access_page::Services()) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      const auto& written = page_.methods.at(absl::StrCat(service->name(), ".", method.name()));
      const bool by_role_alone = written.at("Scope") == "NONE";
      for (auto& [row, callers] : callers_) {
        const bool open = written.at(ColumnOf(row)) != "-";
        for (size_t transport = 0; transport < callers.size(); ++transport) {
          if (transport == 1 && TemplateOf(method).empty()) continue;  // not routed from outside
          const std::unique_ptr<Message> response(factory.GetPrototype(method.output_type())->New());
          const std::string reason =
              errors::ReasonOf(callers[transport]->Call(method, *EmptyRequest(method), response.get()));
          // The gateway turns a raw body of the wrong type away before the server is asked; gRPC shows the rule.
          const bool raw = method.options().GetExtension(common::v1::rule).has_raw();
          if (transport == 1 && raw && reason == "MEDIA_TYPE_UNSUPPORTED") continue;
          const bool known = reason != "CREDENTIALS_REQUIRED";
          const bool passed = known && (reason != "ACCESS_DENIED" || (open && !by_role_alone));
          Compare(row, transport, absl::StrCat(method.name(), " answers ", reason), open, passed);
          if (!open) EXPECT_EQ(known, row != "public") << method.name() << " as " << row << ": " << reason;
        }
      }
    }
  }
}

// One record of each kind, all of one level, in the own Land and network. The network is one that nobody belongs to.
struct Records {
  Network network;
  Organization organization;
  Location location;
  Service service;
  ServiceAtLocation service_at_location;
};

class RecordsTest : public AccessTest {
 protected:
  RecordsTest() {
    for (const std::string& network : {std::string(kOwnNetwork), std::string(kOtherNetwork)}) {
      CreateNetworkRequest request;
      request.set_network_id(network.substr(network.find('/') + 1));
      request.mutable_network()->set_display_name("Musternetzwerk");
      request.mutable_network()->add_lands(network == kOwnNetwork ? kOwnLand : kOtherLand);
      Made(staff_->Do<Network>("CreateNetwork", request));
    }
  }
  template <typename T>
  T Made(absl::StatusOr<T> made) {
    EXPECT_THAT(made, testing::IsOk());
    return made.ok() ? *std::move(made) : T();
  }
  Records MakeRecords(Visibility level) {
    Records records;
    CreateNetworkRequest network;
    network.mutable_network()->set_display_name(absl::StrCat("Musternetz ", level));
    network.mutable_network()->add_lands(kOwnLand);
    network.mutable_network()->set_protection(level);
    records.network = Made(staff_->Do<Network>("CreateNetwork", network));
    CreateOrganizationRequest organization;
    organization.mutable_organization()->set_display_name(absl::StrCat("Musterstelle ", level));
    organization.mutable_organization()->set_land(kOwnLand);
    organization.mutable_organization()->set_internal_note("Nur im Netzwerk.");
    organization.mutable_organization()->set_protection(level);
    records.organization = Made(staff_->Do<Organization>("CreateOrganization", organization));
    CreateLocationRequest location;
    location.mutable_location()->set_organization(records.organization.name());
    location.mutable_location()->set_kreis_key("05315");
    location.mutable_location()->mutable_address()->set_street("Musterweg 1");
    location.mutable_location()->set_protection(level);
    records.location = Made(staff_->Do<Location>("CreateLocation", location));
    CreateServiceRequest service;
    service.mutable_service()->set_organization(records.organization.name());
    service.mutable_service()->set_display_name(absl::StrCat("Beratung Stufe", level));
    service.mutable_service()->set_kind(Service::COUNSELLING);
    service.mutable_service()->set_land(kOwnLand);
    service.mutable_service()->add_networks(kOwnNetwork);
    service.mutable_service()->add_topics(absl::StrCat("Thema", level));
    service.mutable_service()->set_protection(level);
    records.service = Made(staff_->Do<Service>("CreateService", service));
    CreateServiceAtLocationRequest join;
    join.mutable_service_at_location()->set_service(records.service.name());
    join.mutable_service_at_location()->set_location(records.location.name());
    join.mutable_service_at_location()->set_protection(level);
    records.service_at_location = Made(staff_->Do<ServiceAtLocation>("CreateServiceAtLocation", join));
    return records;
  }

  // Whether the record's scope holds the own network: then members of it see its level NETWORK.
  template <typename Resource>
  bool SeesRecord(const std::string& row, Visibility level) const {
    constexpr bool kOfNetworks = std::is_same_v<Resource, Service> || std::is_same_v<Resource, ServiceAtLocation>;
    const bool network_alone = absl::StrContains(row, "network") && level == common::v1::NETWORK;
    return Sees(row, level) && (kOfNetworks || !network_alone);
  }

  template <typename Resource, typename Get, typename Update, typename Delete>
  void CompareRecord(const std::string& kind, const Resource& record, Visibility level,
                     Resource* (Update::*resource_of)()) {
    for (auto& [row, callers] : callers_) {
      const bool seen = SeesRecord<Resource>(row, level);
      for (size_t transport = 0; transport < callers.size(); ++transport) {
        const std::string what = absl::StrCat(kind, " of level ", Visibility_Name(level));
        Get get;
        get.set_name(record.name());
        const auto got = callers[transport]->template Do<Resource>("Get" + kind, get);
        Compare(row, transport, absl::StrCat(what, " is read: ", errors::ReasonOf(got.status())), seen, got.ok());
        if (!seen) EXPECT_THAT(got, testing::HasReason("RESOURCE_NOT_FOUND"));
        if (got.ok()) CompareFields(row, transport, what, record, *got, level);
        Compare(row, transport, what + " is listed", seen, IsListed(*callers[transport], kind, record.name()));

        Update update;
        *(update.*resource_of)() = record;
        (update.*resource_of)()->set_etag(kStaleEtag);
        update.mutable_update_mask()->add_paths("protection");
        const auto updated = callers[transport]->template Do<Resource>("Update" + kind, update);
        CompareChange(row, transport, absl::StrCat(what, " is changed"), seen, updated.status());
        Delete remove;
        remove.set_name(record.name());
        remove.set_etag(kStaleEtag);
        const auto removed = callers[transport]->template Do<Resource>("Delete" + kind, remove);
        CompareChange(row, transport, absl::StrCat(what, " is deleted"), seen, removed.status());
      }
    }
  }

  // Whether a page of the list of this kind names the record.
  static bool IsListed(Caller& caller, const std::string& kind, const std::string& name) {
    const MethodDescriptor& method = *DirectoryService().FindMethodByName(absl::StrCat("List", kind, "s"));
    auto* factory = google::protobuf::MessageFactory::generated_factory();
    const std::unique_ptr<Message> request(factory->GetPrototype(method.input_type())->New());
    const std::unique_ptr<Message> page(factory->GetPrototype(method.output_type())->New());
    const auto* size = method.input_type()->FindFieldByName("page_size");
    request->GetReflection()->SetInt32(request.get(), size, 500);  // more than there are
    EXPECT_THAT(caller.Call(method, *request, page.get()), testing::IsOk());
    const FieldDescriptor* list = page->GetDescriptor()->field(0);
    for (int i = 0; i < page->GetReflection()->FieldSize(*page, list); ++i) {
      const Message& listed = page->GetReflection()->GetRepeatedMessage(*page, list, i);
      const auto* name_field = listed.GetDescriptor()->FindFieldByName("name");
      if (listed.GetReflection()->GetString(listed, name_field) == name) return true;
    }
    return false;
  }

  // By a word of its name, as a facet's count, and as a total.
  void CompareSearch(const Service& service, Visibility level) {
    for (auto& [row, callers] : callers_) {
      const bool seen = SeesRecord<Service>(row, level);
      for (size_t transport = 0; transport < callers.size(); ++transport) {
        SearchServicesRequest request;
        request.set_q(service.display_name());
        const auto found = callers[transport]->Do<SearchServicesResponse>("SearchServices", request);
        ASSERT_THAT(found, testing::IsOk());
        bool is_hit = false;
        for (const auto& hit : found->hits()) is_hit = is_hit || hit.service().name() == service.name();
        Compare(row, transport, absl::StrCat("finds a service of level ", Visibility_Name(level)), seen, is_hit);
        SearchServicesRequest topic;
        topic.add_topic(service.topics(0));
        const auto counted = callers[transport]->Do<SearchServicesResponse>("SearchServices", topic);
        ASSERT_THAT(counted, testing::IsOk());
        Compare(row, transport, absl::StrCat("counts a service of level ", Visibility_Name(level)), seen,
                counted->total_size() == 1);
      }
    }
  }

  // With a stale etag, so that nothing changes: who may gets as far as that.
  void CompareChange(const std::string& row, size_t transport, const std::string& what, bool seen,
                     const absl::Status& status) {
    const std::string reason = errors::ReasonOf(status);
    const std::string refusal = row == "public"                    ? "CREDENTIALS_REQUIRED"
                                : !absl::StartsWith(row, "editor") ? "ACCESS_DENIED"
                                : seen                             ? "ACCESS_DENIED"
                                                                   : "RESOURCE_NOT_FOUND";
    Compare(row, transport, absl::StrCat(what, ": ", reason), MayChange(row), reason == "ETAG_MISMATCH");
    if (!MayChange(row)) EXPECT_EQ(reason, refusal) << row << ": " << what;
  }

  // What was written and the caller may see is there, and nothing else.
  void CompareFields(const std::string& row, size_t transport, const std::string& what, const Message& written,
                     const Message& shown, Visibility level) {
    for (int i = 0; i < written.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = written.GetDescriptor()->field(i);
      if (field->is_repeated() || field->name() == "etag" || !written.GetReflection()->HasField(written, field))
        continue;
      const Visibility stated = field->options().GetExtension(common::v1::visibility);
      const Visibility effective = std::max(stated, level);
      const bool seen =
          Sees(row, effective) && !(effective == common::v1::NETWORK && absl::StrContains(row, "network") &&
                                    !absl::StartsWith(written.GetDescriptor()->name(), "Service"));
      Compare(row, transport, absl::StrCat(what, " shows ", field->name()), seen,
              shown.GetReflection()->HasField(shown, field));
    }
  }
};

TEST_P(RecordsTest, EveryLevelIsSeenAndChangedByTheCallersOfThePageOnly) {
  for (const Visibility level : kLevels) {
    const Records records = MakeRecords(level);
    CompareRecord<Network, GetNetworkRequest, UpdateNetworkRequest, DeleteNetworkRequest>(
        "Network", records.network, level, &UpdateNetworkRequest::mutable_network);
    CompareRecord<Organization, GetOrganizationRequest, UpdateOrganizationRequest, DeleteOrganizationRequest>(
        "Organization", records.organization, level, &UpdateOrganizationRequest::mutable_organization);
    CompareRecord<Location, GetLocationRequest, UpdateLocationRequest, DeleteLocationRequest>(
        "Location", records.location, level, &UpdateLocationRequest::mutable_location);
    CompareRecord<Service, GetServiceRequest, UpdateServiceRequest, DeleteServiceRequest>(
        "Service", records.service, level, &UpdateServiceRequest::mutable_service);
    CompareSearch(records.service, level);
    CompareRecord<ServiceAtLocation, GetServiceAtLocationRequest, UpdateServiceAtLocationRequest,
                  DeleteServiceAtLocationRequest>("ServiceAtLocation", records.service_at_location, level,
                                                  &UpdateServiceAtLocationRequest::mutable_service_at_location);
  }
}

TEST_P(RecordsTest, EditorsCreateInTheirOwnLandOnly) {
  for (auto& [row, callers] : callers_) {
    for (size_t transport = 0; transport < callers.size(); ++transport) {
      CreateOrganizationRequest create;
      create.mutable_organization()->set_display_name("Musterstelle");
      create.mutable_organization()->set_land(kOwnLand);
      const auto made = callers[transport]->Do<Organization>("CreateOrganization", create);
      Compare(row, transport, absl::StrCat("creates in the own Land: ", errors::ReasonOf(made.status())),
              MayChange(row), made.ok());
    }
  }
}

// --- Events: arranged by editors of the Land and coordinators of the network ---

class EventsTest : public RecordsTest {
 protected:
  EventsTest() {
    CreateOrganizationRequest create;
    create.mutable_organization()->set_display_name("Musterstelle");
    create.mutable_organization()->set_land(kOwnLand);
    organizer_ = Made(staff_->Do<Organization>("CreateOrganization", create)).name();
  }
  events::v1::CreateEventRequest Example() const {
    events::v1::CreateEventRequest create;
    events::v1::Event& event = *create.mutable_event();
    event.set_display_name("Musterfachtag");
    event.set_type(events::v1::Event::WORKSHOP);
    event.set_organizer(organizer_);
    event.set_land(kOwnLand);
    event.set_network(kOwnNetwork);
    auto* session = event.add_sessions();
    session->mutable_start_time()->set_seconds(1'803'800'000);
    session->mutable_end_time()->set_seconds(1'803'810'000);
    session->mutable_online_room()->set_join_url("https://raum.example.org/");
    return create;
  }
  static bool Arranges(const std::string& row) {
    return row == "editor of the own Land" || row == "coordinator of the own network";
  }
  static bool HasRole(const std::string& row) {
    return absl::StartsWith(row, "editor") || absl::StartsWith(row, "coordinator");
  }

  void CompareReads(const std::string& row, size_t transport, const std::string& what, const events::v1::Event& event,
                    bool seen) {
    Caller& caller = *callers_.at(row)[transport];
    events::v1::GetEventRequest get;
    get.set_name(event.name());
    const auto got = caller.Do<events::v1::Event>("GetEvent", get, EventsService());
    Compare(row, transport, absl::StrCat(what, " is read: ", errors::ReasonOf(got.status())), seen, got.ok());
    if (!seen) EXPECT_THAT(got, testing::HasReason("RESOURCE_NOT_FOUND"));
    if (got.ok()) {
      const bool told = !got->sessions(0).online_room().join_url().empty();
      Compare(row, transport, what + " shows the join link", Arranges(row), told);
    }
    const auto list =
        caller.Do<events::v1::ListEventsResponse>("ListEvents", events::v1::ListEventsRequest(), EventsService());
    ASSERT_THAT(list, testing::IsOk());
    bool listed = false;
    for (const auto& one : list->events()) listed = listed || one.name() == event.name();
    Compare(row, transport, what + " is listed", seen, listed);
    events::v1::SearchEventsRequest search;
    search.set_q("Musterfachtag");
    search.add_state(event.state());
    const auto found = caller.Do<events::v1::SearchEventsResponse>("SearchEvents", search, EventsService());
    ASSERT_THAT(found, testing::IsOk());
    bool hit = false;
    for (const auto& one : found->hits()) hit = hit || one.event().name() == event.name();
    Compare(row, transport, what + " is found", seen, hit);
    EXPECT_EQ(found->total_size(), found->hits_size()) << row << ": " << what;
  }

  // With a stale etag, so that nothing changes: who may gets as far as that.
  void CompareSteps(const std::string& row, size_t transport, const std::string& what, const events::v1::Event& event,
                    bool seen) {
    Caller& caller = *callers_.at(row)[transport];
    events::v1::CancelEventRequest cancel;
    cancel.set_name(event.name());
    cancel.set_etag(kStaleEtag);
    events::v1::UpdateEventRequest update;
    *update.mutable_event() = event;
    update.mutable_event()->set_etag(kStaleEtag);
    const std::string refusal = row == "public"         ? "CREDENTIALS_REQUIRED"
                                : !HasRole(row) || seen ? "ACCESS_DENIED"
                                                        : "RESOURCE_NOT_FOUND";
    const auto cancelled = caller.Do<events::v1::Event>("CancelEvent", cancel, EventsService());
    const auto updated = caller.Do<events::v1::Event>("UpdateEvent", update, EventsService());
    for (const absl::Status& status : {cancelled.status(), updated.status()}) {
      const std::string reason = errors::ReasonOf(status);
      Compare(row, transport, absl::StrCat(what, " is changed: ", reason), Arranges(row), reason == "ETAG_MISMATCH");
      if (!Arranges(row)) EXPECT_EQ(reason, refusal) << row << ": " << what;
    }
  }

  std::string organizer_;
};

TEST_P(EventsTest, EveryLevelIsSeenAndChangedByTheCallersOfThePageAndWhoArrangesIt) {
  for (const Visibility level : kLevels) {
    for (const auto state : {events::v1::Event::DRAFT, events::v1::Event::PUBLISHED}) {
      events::v1::CreateEventRequest create = Example();
      create.mutable_event()->set_state(state);
      create.mutable_event()->set_protection(level);
      const auto event = Made(staff_->Do<events::v1::Event>("CreateEvent", create, EventsService()));
      const bool draft = state == events::v1::Event::DRAFT;
      const std::string what =
          absl::StrCat(events::v1::Event::State_Name(state), " event of level ", Visibility_Name(level));
      for (auto& [row, callers] : callers_) {
        const bool seen = Arranges(row) || (!draft && Sees(row, level));
        for (size_t transport = 0; transport < callers.size(); ++transport) {
          CompareReads(row, transport, what, event, seen);
          CompareSteps(row, transport, what, event, seen);
        }
      }
    }
  }
}

TEST_P(EventsTest, EventsAreMadeInTheOwnLandOrNetworkOnly) {
  for (auto& [row, callers] : callers_) {
    for (size_t transport = 0; transport < callers.size(); ++transport) {
      const auto made = callers[transport]->Do<events::v1::Event>("CreateEvent", Example(), EventsService());
      Compare(row, transport, absl::StrCat("makes an event: ", errors::ReasonOf(made.status())), Arranges(row),
              made.ok());
    }
  }
}

// --- People: scope SELF and NETWORK ---

class PeopleTest : public AccessTest {
 protected:
  absl::StatusOr<exchange::v1::Member> Read(Caller& caller, const std::string& name) {
    exchange::v1::GetMemberRequest request;
    request.set_name(name);
    return caller.Do<exchange::v1::Member>("GetMember", request, ExchangeService());
  }
  static bool IsPerson(const std::string& row) { return row != "public" && !absl::StartsWith(row, "partner"); }
};

TEST_P(PeopleTest, APersonIsReadByThemselvesTheirNetworkAndOperators) {
  std::map<std::string, std::string> names;
  for (auto& [row, callers] : callers_) {
    for (size_t transport = 0; transport < callers.size(); ++transport) {
      const auto own = Read(*callers[transport], "members/me");
      Compare(row, transport, "reads their own member", IsPerson(row), own.ok());
      if (own.ok()) names[row] = own->name();
      exchange::v1::ExportMemberRequest everything;
      everything.set_name("members/me");
      const auto copy =
          callers[transport]->Do<exchange::v1::MemberArchive>("ExportMember", everything, ExchangeService());
      Compare(row, transport, "exports their own data", IsPerson(row), copy.ok());
    }
  }
  for (auto& [row, callers] : callers_) {
    for (const auto& [other, name] : names) {
      const bool same_network = other == "member of the own network" && absl::StrContains(row, "the own network");
      const bool other_network = other == "member of another network" && absl::StrContains(row, "another network");
      const bool may = row == other || row == "operator" || same_network || other_network;
      for (size_t transport = 0; transport < callers.size(); ++transport) {
        const auto read = Read(*callers[transport], name);
        Compare(row, transport, absl::StrCat("reads ", other, ": ", errors::ReasonOf(read.status())), may, read.ok());
        if (!may && row != "public")
          EXPECT_THAT(read, testing::HasReason("RESOURCE_NOT_FOUND")) << row << ", " << other;
        exchange::v1::ExportMemberRequest everything;
        everything.set_name(name);
        const auto copy =
            callers[transport]->Do<exchange::v1::MemberArchive>("ExportMember", everything, ExchangeService());
        Compare(row, transport, absl::StrCat("exports ", other), row == other, copy.ok());
      }
    }
  }
}

TEST_P(PeopleTest, ANetworksMembershipsAreOfItsOwnPeople) {
  exchange::v1::ListMembershipsRequest list;
  list.set_parent(kOwnNetwork);
  const auto known = callers_.at("member of the own network")[0]->Do<exchange::v1::ListMembershipsResponse>(
      "ListMemberships", list, ExchangeService());
  ASSERT_THAT(known, testing::IsOk());
  ASSERT_EQ(known->memberships_size(), 1);
  for (auto& [row, callers] : callers_) {
    const bool own = absl::StrContains(row, "the own network");
    for (size_t transport = 0; transport < callers.size(); ++transport) {
      const auto listed =
          callers[transport]->Do<exchange::v1::ListMembershipsResponse>("ListMemberships", list, ExchangeService());
      Compare(row, transport, "lists the own network", own, listed.ok());
      exchange::v1::UpdateMembershipRequest change;
      *change.mutable_membership() = known->memberships(0);
      change.mutable_membership()->set_etag(kStaleEtag);
      change.mutable_membership()->set_role(exchange::v1::Membership::COORDINATOR);
      change.mutable_update_mask()->add_paths("role");
      const auto changed =
          callers[transport]->Do<exchange::v1::Membership>("UpdateMembership", change, ExchangeService());
      Compare(row, transport, absl::StrCat("changes a membership: ", errors::ReasonOf(changed.status())),
              row == "coordinator of the own network", errors::ReasonOf(changed.status()) == "ETAG_MISMATCH");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, PeopleTest, testing::AllEngines(), testing::EngineName);
INSTANTIATE_TEST_SUITE_P(Engines, AccessTest, testing::AllEngines(), testing::EngineName);
INSTANTIATE_TEST_SUITE_P(Engines, RecordsTest, testing::AllEngines(), testing::EngineName);
INSTANTIATE_TEST_SUITE_P(Engines, EventsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
