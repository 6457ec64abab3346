// Search by callers with rights: they find what they may see, by what they may see, and nothing else (ARCHITECTURE 3).
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/search.pb.h"
#include "services/common/geo/point.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/invented_directory.h"

namespace schutznetz::directory {
namespace {

using access::Caller;
using access::Role;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::Not;
using ::testing::SizeIs;
using v1::SearchServicesRequest;
using v1::SearchServicesResponse;

class RightsSearch : public ::testing::Test {
 protected:
  RightsSearch() {
    MakeInventedDirectory(reading_);
    reading_.Make<v1::Network>("netz-dresden", "display_name: 'Netz Dresden' lands: 'lands/DE-SN'");
    const std::string shelter =
        "organization: 'organizations/dresden-kompass' kind: SHELTER land: 'lands/DE-SN' advises_minors: YES "
        "languages: 'uk' networks: 'networks/netz-dresden' ";
    restricted_ = Add(shelter + "display_name: 'Zuflucht Restricta' protection: RESTRICTED");
    network_ = Add(shelter + "display_name: 'Zuflucht Networka' protection: NETWORK");
    protected_ = Add(shelter + "display_name: 'Zuflucht Protecta' protection: PROTECTED");
    reading_.StartView();
  }

  std::string Add(const std::string& text) { return reading_.Make<v1::Service>("", text).name(); }
  SearchServicesResponse Search(const SearchServicesRequest& request, const Caller& caller,
                                rpc::WireReply* reply = nullptr) {
    const auto bytes = reading_.Call("SearchServices", request, caller, reply);
    EXPECT_THAT(bytes, IsOk());
    SearchServicesResponse response;
    if (bytes.ok()) EXPECT_TRUE(response.ParseFromString(*bytes));
    return response;
  }
  std::vector<std::string> Names(const SearchServicesRequest& request, const Caller& caller) {
    std::vector<std::string> names;
    const SearchServicesResponse response = Search(request, caller);
    for (const auto& hit : response.hits()) names.push_back(hit.service().name());
    return names;
  }
  static SearchServicesRequest Text(const std::string& q) {
    SearchServicesRequest request;
    request.set_q(q);
    request.set_page_size(100);
    return request;
  }

  const Caller professional_ = Caller::Granted("members/p", {.roles = {Role::kProfessional}});
  const Caller member_ = Caller::Granted(
      "members/m", {.roles = {Role::kProfessional, Role::kMember}, .networks = {"networks/netz-dresden"}});
  const Caller editor_ = Editing::EditorOf("lands/DE-SN");
  const Caller elsewhere_ = Editing::EditorOf("lands/DE-BY");
  Reading reading_;
  std::string restricted_, network_, protected_;
};

TEST_F(RightsSearch, EachFindsTheLevelsTheySee) {
  const SearchServicesRequest request = Text("Zuflucht Dresden Kompass Sachsen");
  SearchServicesRequest all;
  all.add_language("uk");
  EXPECT_THAT(Names(all, {}), IsEmpty());
  EXPECT_THAT(Names(all, Caller::Granted("members/o", {.roles = {Role::kOperator}})), IsEmpty());
  EXPECT_THAT(Names(all, professional_), ElementsAre(restricted_));
  EXPECT_THAT(Names(all, elsewhere_), ElementsAre(restricted_));
  EXPECT_THAT(Names(all, member_), ::testing::UnorderedElementsAre(restricted_, network_));
  EXPECT_THAT(Names(all, editor_), ::testing::UnorderedElementsAre(restricted_, network_, protected_));
}

TEST_F(RightsSearch, WordsOfWhatIsHiddenFindNothing) {
  for (const auto& [word, finders] :
       std::map<std::string, std::vector<Caller>>{{"Restricta", {professional_, member_, editor_, elsewhere_}},
                                                  {"Networka", {member_, editor_}},
                                                  {"Protecta", {editor_}}}) {
    for (const Caller& caller : {Caller(), professional_, member_, editor_, elsewhere_}) {
      const bool finds = std::any_of(finders.begin(), finders.end(), [&](const Caller& finder) {
        return record::SightOf(finder) == record::SightOf(caller);
      });
      EXPECT_THAT(Names(Text(word), caller), SizeIs(finds ? 1 : 0)) << word << caller.principal();
    }
  }
}

TEST_F(RightsSearch, TotalsAndFacetsAreTheCallersOwn) {
  SearchServicesRequest request;
  request.add_kind(v1::Service::SHELTER);
  const auto count = [&](const Caller& caller, const std::string& facet, const std::string& value) {
    const SearchServicesResponse response = Search(request, caller);
    for (const auto& counts : response.facets()) {
      for (const auto& each : counts.values()) {
        if (counts.field() == facet && each.value() == value) return each.count();
      }
    }
    return int64_t{0};
  };
  const int64_t shown = Search(request, {}).total_size();
  for (int round = 0; round < 2; ++round) {  // the second time from what is kept
    EXPECT_EQ(Search(request, {}).total_size(), shown);
    EXPECT_EQ(Search(request, professional_).total_size(), shown + 1);
    EXPECT_EQ(Search(request, member_).total_size(), shown + 2);
    EXPECT_EQ(Search(request, editor_).total_size(), shown + 3);
    EXPECT_EQ(count({}, "language", "uk"), 0);
    EXPECT_EQ(count(member_, "language", "uk"), 2);
    EXPECT_EQ(count(editor_, "kind", "SHELTER"), shown + 3);
  }
  request.clear_kind();
  request.add_kind(v1::Service::POLICE);
  EXPECT_EQ(count(editor_, "kind", "SHELTER"), shown + 3) << "a facet ignores its own filter";
}

TEST_F(RightsSearch, RestrictedAddressIsMeasuredByProfessionalsOnly) {
  SearchServicesRequest request;
  request.mutable_near()->set_latitude(51.09);
  request.mutable_near()->set_longitude(13.83);
  request.add_kind(v1::Service::SHELTER);
  const auto hit_of = [&](const Caller& caller) {
    const SearchServicesResponse response = Search(request, caller);
    for (const auto& hit : response.hits()) {
      if (hit.service().name() == kWithheldService) return hit;
    }
    return v1::SearchHit();
  };
  EXPECT_TRUE(hit_of({}).distance_approximate());
  EXPECT_FALSE(hit_of({}).has_location());
  EXPECT_FALSE(hit_of(professional_).distance_approximate());
  EXPECT_LT(hit_of(professional_).distance_m(), 10);
  EXPECT_EQ(hit_of(professional_).location().name(), kWithheldLocation);
  EXPECT_THAT(Names(Text("Geheimweg"), professional_), IsEmpty()) << "streets are no words";
  EXPECT_THAT(Names(Text("Wohnung Dresden"), professional_), Contains(kWithheldService));

  rpc::WireReply reply;
  request.set_view(SearchServicesRequest::NAMES);
  Search(request, professional_, &reply);
  const auto fact = std::find_if(reply.disclosed.begin(), reply.disclosed.end(),
                                 [](const audit::Fact& each) { return each.object == kWithheldLocation; });
  ASSERT_NE(fact, reply.disclosed.end());
  EXPECT_THAT(fact->fields, Contains("point"));
}

TEST_F(RightsSearch, CountsOfWhatIsHiddenAreRecorded) {
  SearchServicesRequest request = Text("Restricta");
  for (const bool facets_only : {false, true}) {
    if (facets_only) request.add_kind(v1::Service::POLICE);
    rpc::WireReply reply;
    Search(request, professional_, &reply);
    EXPECT_FALSE(reply.disclosed.empty()) << facets_only;
    rpc::WireReply of_public;
    Search(request, {}, &of_public);
    EXPECT_TRUE(of_public.disclosed.empty());
  }
}

// A line that only professionals see answers at night.
TEST_F(RightsSearch, RestrictedLinesCountForThoseWhoSeeThem) {
  Add("organization: 'organizations/dresden-kompass' display_name: 'Nachtlinie' kind: HOTLINE land: 'lands/DE-SN' "
      "phones { number: '+4917604069051' protection: RESTRICTED schedules { opens_at: '00:00' closes_at: '24:00' "
      "holiday_policy: OPEN_ON_HOLIDAYS } }");
  reading_.CatchUp();
  SearchServicesRequest request = Text("Nachtlinie");
  request.mutable_reachable_at()->set_seconds(1772499600);  // Tuesday, 3 March 2026, 02:00 in Germany
  EXPECT_THAT(Names(request, {}), IsEmpty());
  EXPECT_THAT(Names(request, professional_), SizeIs(1));
  EXPECT_EQ(Search(request, professional_).hits(0).reachability().state(), v1::Reachability::REACHABLE);
}

TEST_F(RightsSearch, FollowsWhatIsRaisedChangedAndDeleted) {
  EXPECT_THAT(Names(Text("Restricta"), professional_), SizeIs(1));
  v1::GetServiceRequest get;
  get.set_name(restricted_);
  v1::Service service = *reading_.Ask<v1::Service>("GetService", get, editor_);
  service.set_display_name("Zuflucht Umbenannt");
  auto changed = reading_.editing().Update(service, {"display_name"}, editor_);
  ASSERT_THAT(changed, IsOk());
  reading_.CatchUp();
  EXPECT_THAT(Names(Text("Restricta"), professional_), IsEmpty());
  EXPECT_THAT(Names(Text("Umbenannt"), professional_), SizeIs(1));
  changed->set_protection(common::v1::PROTECTED);
  changed = reading_.editing().Update(*changed, {"protection"}, editor_);
  ASSERT_THAT(changed, IsOk());
  reading_.CatchUp();
  EXPECT_THAT(Names(Text("Umbenannt"), professional_), IsEmpty());
  EXPECT_THAT(Names(Text("Umbenannt"), editor_), SizeIs(1));
  ASSERT_THAT(reading_.editing().Delete(*changed, editor_), IsOk());
  reading_.CatchUp();
  EXPECT_THAT(Names(Text("Umbenannt"), editor_), IsEmpty());
  reading_.StartView();
  EXPECT_THAT(Names(Text("Networka"), editor_), SizeIs(1));
}

TEST_F(RightsSearch, PagesTogetherAreTheWholeAnswer) {
  for (const auto order :
       {SearchServicesRequest::RELEVANCE, SearchServicesRequest::DISTANCE, SearchServicesRequest::NAME}) {
    for (const Caller& caller : {professional_, member_, editor_, elsewhere_}) {
      SearchServicesRequest request;
      request.mutable_near()->set_latitude(51);
      request.mutable_near()->set_longitude(10);
      request.set_order_by(order);
      if (order == SearchServicesRequest::RELEVANCE) request.set_q("Zuflucht");
      request.set_page_size(500);
      const SearchServicesResponse whole = Search(request, caller);
      EXPECT_EQ(whole.total_size(), whole.hits_size());
      request.set_page_size(2);
      std::vector<std::string> paged;
      for (int page = 0; page < 100; ++page) {
        const SearchServicesResponse part = Search(request, caller);
        for (const auto& hit : part.hits()) paged.push_back(hit.service().name());
        request.set_page_token(part.next_page_token());
        if (request.page_token().empty()) break;
      }
      ASSERT_EQ(paged.size(), static_cast<size_t>(whole.hits_size()));
      for (int i = 0; i < whole.hits_size(); ++i)
        EXPECT_EQ(paged[static_cast<size_t>(i)], whole.hits(i).service().name());
    }
  }
}

// Where one word finds fewer of the words asked for, it gives way: as if all stood in one index.
TEST_F(RightsSearch, WhatMatchesMoreOfTheWordsComesAlone) {
  EXPECT_THAT(Names(Text("Zuflucht Mädchen"), professional_), ElementsAre("services/muenchen-wohnen"));
  EXPECT_THAT(Names(Text("Zuflucht Restricta"), professional_), ElementsAre(restricted_));
}

// Nobody without the right comes closer to a protected place than its Kreis, from wherever they ask.
TEST_F(RightsSearch, ProtectedAddressCannotBeTriangulatedByCallersWithOtherRights) {
  v1::GetLocationRequest get;
  get.set_name(kWithheldLocation);
  v1::Location location = *reading_.Ask<v1::Location>("GetLocation", get, editor_);
  location.set_address_protection(common::v1::PROTECTED);
  ASSERT_THAT(reading_.editing().Update(location, {"address_protection"}, editor_), IsOk());
  reading_.CatchUp();
  const v1::Area* kreis = reading_.view().Read().version->places->Find("14612");
  ASSERT_NE(kreis, nullptr);
  const geo::Point center{kreis->center().latitude(), kreis->center().longitude()};
  for (const Caller& caller : {professional_, elsewhere_, member_}) {
    for (int i = 0; i < 200; ++i) {
      const geo::Point from{50.2 + 0.008 * i, 12.5 + 0.37 * (i % 7)};
      SearchServicesRequest request;
      request.mutable_near()->set_latitude(from.latitude);
      request.mutable_near()->set_longitude(from.longitude);
      request.add_kind(v1::Service::SHELTER);
      const SearchServicesResponse response = Search(request, caller);
      const auto hit = std::find_if(response.hits().begin(), response.hits().end(),
                                    [](const auto& each) { return each.service().name() == kWithheldService; });
      ASSERT_NE(hit, response.hits().end());
      EXPECT_FALSE(hit->has_location());
      EXPECT_TRUE(hit->distance_approximate());
      EXPECT_NEAR(hit->distance_m(), geo::DistanceMetres(from, center), 1.0);
    }
  }
}

}  // namespace
}  // namespace schutznetz::directory
