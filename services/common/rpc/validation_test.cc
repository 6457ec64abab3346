#include "services/common/rpc/validation.h"

#include <google/protobuf/text_format.h>

#include <limits>
#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "notes.pb.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::BadOptionsRequest;
using schutznetz::testing::v1::CreateNoteRequest;
using schutznetz::testing::v1::GetNoteRequest;
using schutznetz::testing::v1::ListNotesRequest;
using schutznetz::testing::v1::UpdateNoteRequest;
using ::testing::ElementsAre;
using testing::EqualsProto;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::UnorderedElementsAre;

template <typename Request>
Request FromText(const std::string& text) {
  Request request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return request;
}

template <typename Request>
absl::Status Enforce(const char* method, Request* request) {
  absl::StatusOr<RequestRules> rules = RequestRules::Compile(Request::descriptor(), method);
  EXPECT_THAT(rules, IsOk());
  return rules->Enforce(request);
}

// The paths of all violations, in order.
template <typename Request>
std::vector<std::string> Paths(const char* method, const std::string& text) {
  Request request = FromText<Request>(text);
  std::vector<std::string> paths;
  for (const auto& violation : errors::ViolationsOf(Enforce(method, &request))) paths.push_back(violation.field);
  return paths;
}

std::vector<std::string> CreatePaths(const std::string& note) {
  return Paths<CreateNoteRequest>("CreateNote", "note { title: 'x' rank: 1 " + note + " }");
}

TEST(ValidationTest, GoodRequestsPass) {
  EXPECT_THAT(Paths<GetNoteRequest>("GetNote", "name: 'notes/a'"), IsEmpty());
  EXPECT_THAT(CreatePaths("main { text: 'Münster' phone: '110' } emails: 'a@example.org' share: 0.5 kind: CALL"),
              IsEmpty());
}

TEST(ValidationTest, AllViolationsAreReportedWithJsonPaths) {
  EXPECT_THAT(Paths<CreateNoteRequest>("CreateNote",
                                       "note { main { phone: 'x' } parts { text: 'ok' } parts { phone: '12' } "
                                       "share: 2 emails: 'a@example.org' emails: 'b' } note_id: 'UPPER' "
                                       "request_id: 'a b'"),
              ElementsAre("note.title", "note.main.text", "note.main.phone", "note.parts[1].text",
                          "note.parts[1].phone", "note.share", "note.emails[1]", "note.rank", "noteId", "requestId"));
}

TEST(ValidationTest, RequiredResourceMustBeThere) {
  EXPECT_THAT(Paths<CreateNoteRequest>("CreateNote", ""), ElementsAre("note"));
  EXPECT_THAT(Paths<UpdateNoteRequest>("UpdateNote", ""), ElementsAre("note"));
  EXPECT_THAT(Paths<GetNoteRequest>("GetNote", ""), ElementsAre("name"));
}

TEST(ValidationTest, LimitsOfStringsBytesAndLists) {
  EXPECT_THAT(CreatePaths("origin: '" + std::string(1000, 'a') + "'"), IsEmpty());
  EXPECT_THAT(CreatePaths("origin: '" + std::string(1001, 'a') + "'"), ElementsAre("note.origin"));
  EXPECT_THAT(CreatePaths("raw: 'abcde'"), ElementsAre("note.raw"));
  EXPECT_THAT(CreatePaths("raw: '\\377\\000'"), IsEmpty());
  EXPECT_THAT(CreatePaths("emails: 'a@b.de' emails: 'a@b.de' emails: 'a@b.de'"), ElementsAre("note.emails"));
  EXPECT_THAT(CreatePaths("emails: ''"), ElementsAre("note.emails[0]"));
}

TEST(ValidationTest, NestedPartsAreWalkedHoweverDeep) {
  EXPECT_THAT(CreatePaths("main { text: 'a' parts { text: 'b' parts { phone: '1' } } }"),
              ElementsAre("note.main.parts[0].parts[0].text", "note.main.parts[0].parts[0].phone"));
}

TEST(ValidationTest, MapsAreCheckedLikeLists) {
  EXPECT_THAT(CreatePaths("labels { key: 'a' value: 'b' }"), IsEmpty());
  EXPECT_THAT(CreatePaths("labels { key: 'a' value: '\\007' }"), ElementsAre("note.labels[0].value"));
  EXPECT_THAT(CreatePaths("labels { key: 'a' } labels { key: 'b' } labels { key: 'c' } labels { key: 'd' }"),
              ElementsAre("note.labels"));
}

TEST(ValidationTest, NumbersMustBeFiniteAndInRange) {
  EXPECT_THAT(CreatePaths("share: nan"), ElementsAre("note.share"));
  EXPECT_THAT(CreatePaths("share: inf"), ElementsAre("note.share"));
  EXPECT_THAT(CreatePaths("share: -0.1"), ElementsAre("note.share"));
  EXPECT_THAT(CreatePaths("share: 1"), IsEmpty());
  EXPECT_THAT(Paths<CreateNoteRequest>("CreateNote", "note { title: 'x' rank: -1 }"), ElementsAre("note.rank"));
}

TEST(ValidationTest, EnumsAndTimesMustExist) {
  EXPECT_THAT(CreatePaths("kind: 7"), ElementsAre("note.kind"));
  EXPECT_THAT(CreatePaths("at { seconds: 253402300800 }"), ElementsAre("note.at"));
  EXPECT_THAT(CreatePaths("at { seconds: 1 nanos: -1 }"), ElementsAre("note.at"));
  EXPECT_THAT(CreatePaths("lasts { seconds: 1 nanos: -1 }"), ElementsAre("note.lasts"));
  EXPECT_THAT(CreatePaths("lasts { seconds: -1 nanos: -1 }"), IsEmpty());
}

TEST(ValidationTest, OutputOnlyAndUnknownFieldsAreClearedSilently) {
  auto request =
      FromText<CreateNoteRequest>("note { name: 'notes/mine' title: 'x' rank: 1 create_time { seconds: 1 } }");
  request.mutable_note()->GetReflection()->MutableUnknownFields(request.mutable_note())->AddVarint(999, 1);
  EXPECT_THAT(Enforce("CreateNote", &request), IsOk());
  EXPECT_THAT(request, EqualsProto("note { title: 'x' rank: 1 }"));
  EXPECT_TRUE(request.note().GetReflection()->GetUnknownFields(request.note()).empty());
}

TEST(ValidationTest, PageSizeHasADefaultAndAMaximum) {
  for (const auto& [asked, given] : std::map<int, int>{{0, 50}, {1, 1}, {500, 500}, {501, 500}, {1'000'000, 500}}) {
    ListNotesRequest request;
    request.set_page_size(asked);
    EXPECT_THAT(Enforce("ListNotes", &request), IsOk());
    EXPECT_EQ(request.page_size(), given);
  }
  EXPECT_THAT(Paths<ListNotesRequest>("ListNotes", "page_size: -1 land: 'NW'"),
              UnorderedElementsAre("pageSize", "land"));
}

std::vector<std::string> UpdatePaths(const std::string& note, const std::string& mask) {
  return Paths<UpdateNoteRequest>("UpdateNote", "note { " + note + " } update_mask { " + mask + " }");
}

TEST(ValidationTest, UpdateNeedsTheNameAndOnlyWhatTheMaskNames) {
  EXPECT_THAT(UpdatePaths("title: 'x'", "paths: 'title'"), ElementsAre("note.name"));
  EXPECT_THAT(UpdatePaths("name: 'services/a' title: 'x'", "paths: 'title'"), ElementsAre("note.name"));
  EXPECT_THAT(UpdatePaths("name: 'notes/a'", "paths: 'origin'"), IsEmpty());
  EXPECT_THAT(UpdatePaths("name: 'notes/a'", "paths: 'title'"), ElementsAre("note.title"));
  EXPECT_THAT(UpdatePaths("name: 'notes/a'", "paths: '*'"), ElementsAre("note.title", "note.rank"));
  EXPECT_THAT(UpdatePaths("name: 'notes/a' main { phone: '110' }", "paths: 'main.phone'"), IsEmpty());
  EXPECT_THAT(UpdatePaths("name: 'notes/a' main { phone: '110' }", "paths: 'main'"), ElementsAre("note.main.text"));
  EXPECT_THAT(UpdatePaths("name: 'notes/a' main { phone: '110' }", "paths: 'main.text'"),
              ElementsAre("note.main.text"));
}

TEST(ValidationTest, UpdateWithoutMaskAsksForNothingThatIsMissing) {
  EXPECT_THAT(Paths<UpdateNoteRequest>("UpdateNote", "note { name: 'notes/a' origin: 'x' }"), IsEmpty());
  EXPECT_THAT(Paths<UpdateNoteRequest>("UpdateNote", "note { name: 'notes/a' parts { } }"),
              ElementsAre("note.parts[0].text"));
}

TEST(ValidationTest, MaskPathsMustExistAndBeTheClientsToChange) {
  const std::string note = "name: 'notes/a' title: 'x' rank: 1";
  for (const char* bad : {"nothing", "", ".", "title.x", "parts.text", "labels.a", "create_time", "name",
                          "main.nothing", "create_time.seconds", "updateMask"}) {
    EXPECT_THAT(UpdatePaths(note, std::string("paths: '") + bad + "'"), ElementsAre("updateMask")) << bad;
  }
  EXPECT_THAT(UpdatePaths(note, "paths: '*' paths: 'title'"), ElementsAre("updateMask"));
  EXPECT_THAT(UpdatePaths(note, "paths: 'origin' paths: 'at.seconds' paths: 'labels'"), IsEmpty());
}

TEST(ValidationTest, NumberOfViolationsIsBounded) {
  CreateNoteRequest request = FromText<CreateNoteRequest>("note { title: 'x' rank: 1 }");
  auto* part = request.mutable_note()->mutable_main();
  for (int depth = 0; depth < 60; ++depth) {
    part->set_phone("x");
    part = part->add_parts();
  }
  EXPECT_LE(errors::ViolationsOf(Enforce("CreateNote", &request)).size(), 101u);
}

TEST(ValidationTest, OptionsThatCannotBeEnforcedAreNamedAtStart) {
  const auto rules = RequestRules::Compile(BadOptionsRequest::descriptor(), "Bad");
  ASSERT_THAT(rules, HasReason("INVALID_FIELD"));
  EXPECT_EQ(errors::ViolationsOf(rules.status()).size(), 5u);
}

}  // namespace
}  // namespace schutznetz::rpc
