// The whole directory server in process, over gRPC, on both engines.
#include "services/directory/directory_server.h"

#include <set>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/directory_service.grpc.pb.h"
#include "services/common/audit/verifier.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"
#include "services/directory/domain/import_fixture.h"

namespace schutznetz::directory {
namespace {

using schutznetz::testing::EqualsProto;
using schutznetz::testing::ErrorOf;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using schutznetz::testing::StatusIs;

class DirectoryServerTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  void SetUp() override {
    temp_.Close();
    ASSERT_THAT(directory_.Start(temp_.options()), IsOk());
    grpc_.server().Add(directory_.registry());
    ASSERT_THAT(grpc_.Start(), IsOk());
    grpc_.server().SetServing(true);
    stub_ = v1::DirectoryService::NewStub(grpc_.channel());
  }
  void TearDown() override { grpc_.Stop(); }

  template <typename Request, typename Response>
  using Method = grpc::Status (v1::DirectoryService::Stub::*)(grpc::ClientContext*, const Request&, Response*);

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(Method<Request, Response> method, const Request& request, bool as_operator = true) {
    return CallAs(as_operator ? testing::Staff() : access::Caller(), method, request);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> CallAs(const access::Caller& caller, Method<Request, Response> method,
                                  const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!caller.is_public()) grpc_.As(caller, &context);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    if (!status.ok()) return ErrorOf(status);
    return response;
  }

  absl::StatusOr<v1::Organization> Create(const std::string& request_id, const std::string& display_name) {
    v1::CreateOrganizationRequest request;
    request.mutable_organization()->set_display_name(display_name);
    request.mutable_organization()->set_land("lands/DE-NW");
    request.set_request_id(request_id);
    return Call(&v1::DirectoryService::Stub::CreateOrganization, request);
  }
  absl::StatusOr<v1::Organization> Get(const std::string& name, bool as_operator = false) {
    v1::GetOrganizationRequest request;
    request.set_name(name);
    return Call(&v1::DirectoryService::Stub::GetOrganization, request, as_operator);
  }

  testing::TempDatabase temp_{GetParam(), {&record::RecordMigrations(), &DirectoryMigrations()}};
  SystemClock clock_;
  testing::InProcessServer grpc_;
  rpc::PageTokens page_tokens_{grpc_.sealer(), clock_};
  DirectoryServer directory_{clock_, grpc_.log(), grpc_.metrics(), page_tokens_};
  std::unique_ptr<v1::DirectoryService::Stub> stub_;
};

// What the audit log holds, oldest first, without the entries of asking for it.
std::vector<audit::Entry> EntriesIn(const common::v1::ListAuditEntriesResponse& response) {
  std::vector<audit::Entry> entries;
  for (const std::string& line : response.lines()) {
    const auto entry = audit::ParseLine(line);
    EXPECT_TRUE(entry.ok()) << line;
    if (entry->method != "ListAuditEntries") entries.push_back(*entry);
  }
  return entries;
}

TEST_P(DirectoryServerTest, WritesAndReadsBeyondPublicAreInTheAuditLog) {
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Geschützte Musterstelle");
  request.mutable_organization()->set_land("lands/DE-NW");
  request.mutable_organization()->set_protection(common::v1::PROTECTED);
  request.set_request_id("first");
  const auto hidden = Call(&v1::DirectoryService::Stub::CreateOrganization, request);
  ASSERT_THAT(hidden, IsOk());
  const auto open = Create("second", "Musterstelle");
  ASSERT_THAT(open, IsOk());
  ASSERT_THAT(Create("second", "Musterstelle"), IsOk()) << "the kept answer: no second effect, no second entry";
  ASSERT_THAT(Get(hidden->name(), /*as_operator=*/true), IsOk());
  ASSERT_THAT(Get(open->name(), /*as_operator=*/true), IsOk()) << "nothing beyond PUBLIC";
  ASSERT_THAT(Get(open->name()), IsOk());
  EXPECT_FALSE(Get(hidden->name()).ok());

  const auto log = Call(&v1::DirectoryService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
  ASSERT_THAT(log, IsOk());
  const std::vector<audit::Entry> entries = EntriesIn(*log);
  ASSERT_EQ(entries.size(), 3);
  EXPECT_EQ(entries[0].fact.act, audit::Act::kWrite);
  EXPECT_EQ(entries[0].fact.object, hidden->name());
  EXPECT_EQ(entries[1].fact.object, open->name());
  EXPECT_EQ(entries[2].fact.act, audit::Act::kRead);
  EXPECT_EQ(entries[2].fact.kind, "organization");
  EXPECT_EQ(entries[2].fact.object, hidden->name());
  EXPECT_THAT(entries[2].fact.fields, ::testing::Contains("display_name"));
  audit::Verifier verifier({log->public_key()});
  for (const std::string& line : log->lines()) verifier.AddLine(line);
  EXPECT_TRUE(verifier.Finish().ok());
  EXPECT_FALSE(Call(&v1::DirectoryService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest(), false).ok());
}

TEST_P(DirectoryServerTest, RaisingIsOnePersonsActAndLoweringThatOfTwo) {
  using Stub = v1::DirectoryService::Stub;
  const auto editor = [](const std::string& name) {
    return access::Caller::Granted(name, {.roles = {access::Role::kEditor}, .lands = {"lands/DE-NW"}},
                                   {"s-" + name, 1});
  };
  auto open = Create("first", "Musterstelle");
  ASSERT_THAT(open, IsOk());
  v1::UpdateOrganizationRequest update;
  *update.mutable_organization() = *open;
  update.mutable_organization()->set_protection(common::v1::PROTECTED);
  update.mutable_update_mask()->add_paths("protection");
  const auto raised = CallAs(editor("members/one"), &Stub::UpdateOrganization, update);
  ASSERT_THAT(raised, IsOk());
  EXPECT_FALSE(Get(open->name()).ok()) << "answered when nobody else sees it any more";

  v1::CreateProtectionChangeRequest propose;
  propose.mutable_protection_change()->set_resource(open->name());
  propose.mutable_protection_change()->set_resource_etag(raised->etag());
  propose.mutable_protection_change()->set_protection(common::v1::PUBLIC);
  const auto proposed = CallAs(editor("members/one"), &Stub::CreateProtectionChange, propose);
  ASSERT_THAT(proposed, IsOk());
  v1::ApproveProtectionChangeRequest approve;
  approve.set_name(proposed->name());
  approve.set_etag(proposed->etag());
  EXPECT_THAT(CallAs(editor("members/one"), &Stub::ApproveProtectionChange, approve), HasReason("WRONG_STATE"));
  v1::GetProtectionChangeRequest get;
  get.set_name(proposed->name());
  ASSERT_THAT(CallAs(editor("members/two"), &Stub::GetProtectionChange, get), IsOk());
  ASSERT_THAT(CallAs(editor("members/two"), &Stub::ApproveProtectionChange, approve), IsOk());
  EXPECT_THAT(Get(open->name()), IsOk());

  const auto log = Call(&Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
  ASSERT_THAT(log, IsOk());
  std::vector<audit::Entry> raisings, lowerings;
  for (const audit::Entry& entry : EntriesIn(*log)) {
    if (entry.fact.act == audit::Act::kProtectionRaised) raisings.push_back(entry);
    if (entry.fact.act == audit::Act::kProtectionLowered) lowerings.push_back(entry);
  }
  ASSERT_EQ(raisings.size(), 1u);
  EXPECT_EQ(raisings[0].fact.object, open->name());
  ASSERT_EQ(lowerings.size(), 2u);
  EXPECT_EQ(lowerings[0].actor, raisings[0].actor) << "who proposed";
  EXPECT_NE(lowerings[1].actor, lowerings[0].actor) << "who approved";
  for (const audit::Entry& entry : lowerings) {
    EXPECT_EQ(entry.fact.object, open->name());
    EXPECT_EQ(entry.fact.kind, "organization");
  }
}

TEST_P(DirectoryServerTest, WithoutTheAuditLogOnlyPublicReadsAreAnswered) {
  if (GetParam() == storage::Engine::kSqlite)
    GTEST_SKIP() << "the server owns its file; audit_log_test.cc has this case";
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Geschützte Musterstelle");
  request.mutable_organization()->set_land("lands/DE-NW");
  request.mutable_organization()->set_protection(common::v1::PROTECTED);
  const auto hidden = Call(&v1::DirectoryService::Stub::CreateOrganization, request);
  const auto open = Create("second", "Musterstelle");
  ASSERT_THAT(hidden, IsOk());
  ASSERT_THAT(open, IsOk());
  const auto second =
      storage::Open(temp_.options(), {&record::RecordMigrations(), &DirectoryMigrations(), &audit::AuditMigrations()});
  ASSERT_THAT(second, IsOk());
  ASSERT_THAT((*second)->WriteAndWait(
                  [](storage::Transaction& tx) { return tx.Execute("DROP TABLE audit_entries", {}).status(); }),
              IsOk());
  EXPECT_EQ(Get(hidden->name(), true).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(Create("third", "Zweite Musterstelle").ok()) << "no effect without its entry";
  EXPECT_THAT(Get(open->name()), IsOk());
  EXPECT_THAT(Get(open->name(), true), IsOk());
}

TEST_P(DirectoryServerTest, AWriteIsReadAtOnceAsItWasAnswered) {
  for (int i = 0; i < 20; ++i) {
    const auto made = Create("", "Musterstelle");
    ASSERT_THAT(made, IsOk());
    const auto read = Get(made->name());
    ASSERT_THAT(read, IsOk());
    EXPECT_THAT(*read, EqualsProto(*made));
  }
}

TEST_P(DirectoryServerTest, OfTwoEditorsWithOneEtagTheSecondIsAborted) {
  const auto made = Create("", "Musterstelle");
  ASSERT_THAT(made, IsOk());
  v1::UpdateOrganizationRequest request;
  *request.mutable_organization() = *made;
  request.mutable_organization()->set_display_name("Erste");
  ASSERT_THAT(Call(&v1::DirectoryService::Stub::UpdateOrganization, request), IsOk());
  request.mutable_organization()->set_display_name("Zweite");
  EXPECT_THAT(Call(&v1::DirectoryService::Stub::UpdateOrganization, request), HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(Get(made->name())->display_name(), "Erste");
}

TEST_P(DirectoryServerTest, ARetriedRequestHasOneEffectAndAnotherBodyIsRefused) {
  std::vector<std::thread> twins;
  std::mutex mutex;
  std::set<std::string> names;
  for (int i = 0; i < 4; ++i) {
    twins.emplace_back([&] {
      const auto made = Create("wiederholt-1", "Musterstelle");
      std::lock_guard lock(mutex);
      names.insert(made.ok() ? made->name() : errors::ReasonOf(made.status()));
    });
  }
  for (std::thread& twin : twins) twin.join();
  EXPECT_EQ(names.size(), 1u) << ::testing::PrintToString(names);
  EXPECT_THAT(Create("wiederholt-1", "Eine andere"), HasReason("REQUEST_ID_REUSED"));
}

TEST_P(DirectoryServerTest, WritesNeedTheToken) {
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Musterstelle");
  EXPECT_THAT(Call(&v1::DirectoryService::Stub::CreateOrganization, request, false), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(DirectoryServerTest, ValidateOnlyChangesNothing) {
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Musterstelle");
  request.set_organization_id("nur-geprueft");
  request.set_validate_only(true);
  const auto rehearsed = Call(&v1::DirectoryService::Stub::CreateOrganization, request);
  ASSERT_THAT(rehearsed, IsOk());
  EXPECT_EQ(rehearsed->name(), "organizations/nur-geprueft");
  EXPECT_THAT(Get(rehearsed->name()), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(DirectoryServerTest, AHiddenRecordIsReadAsAMissingOne) {
  v1::CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Verborgene Musterzuflucht");
  request.mutable_organization()->set_protection(common::v1::PROTECTED);
  const auto hidden = Call(&v1::DirectoryService::Stub::CreateOrganization, request);
  ASSERT_THAT(hidden, IsOk());
  EXPECT_THAT(Get(hidden->name()), HasReason("RESOURCE_NOT_FOUND"));
  const auto known = Get(hidden->name(), true);
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->etag(), hidden->etag());
}

TEST_P(DirectoryServerTest, AnImportedPostcodeIsResolvedWhenApplyAnswers) {
  v1::CreateImportRequest create;
  create.mutable_import()->set_format(v1::Import::GEONAMES_POSTCODES);
  auto import = Call(&v1::DirectoryService::Stub::CreateImport, create);
  ASSERT_THAT(import, IsOk());
  v1::AppendImportRecordsRequest append;
  append.set_name(import->name());
  append.set_data(PostcodeLine("14476", "Potsdam", "12054", 52.4, 13.0) +
                  PostcodeLine("14476", "Seeburg", "12063", 52.5, 13.1) + "Unsinn\n");
  append.set_last(true);
  import = Call(&v1::DirectoryService::Stub::AppendImportRecords, append);
  ASSERT_THAT(import, IsOk());
  EXPECT_EQ(import->refused_count(), 1);
  v1::ListImportRefusalsRequest refusals;
  refusals.set_parent(import->name());
  EXPECT_EQ(Call(&v1::DirectoryService::Stub::ListImportRefusals, refusals)->refusals(0).line(), 3);

  v1::ApplyImportRequest apply;
  apply.set_name(import->name());
  apply.set_request_id("anwenden-1");
  const auto applied = Call(&v1::DirectoryService::Stub::ApplyImport, apply);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->state(), v1::Import::APPLIED);
  EXPECT_EQ(applied->effect().created(), 1);
  v1::ResolveAreasRequest resolve;
  resolve.set_q("14476");
  const auto meanings = Call(&v1::DirectoryService::Stub::ResolveAreas, resolve, false);
  ASSERT_THAT(meanings, IsOk());
  std::set<std::string> kreise;
  for (const v1::AreaMatch& match : meanings->matches()) kreise.insert(match.area().key());
  EXPECT_EQ(kreise, (std::set<std::string>{"12054", "12063"}));

  EXPECT_THAT(*Call(&v1::DirectoryService::Stub::ApplyImport, apply), EqualsProto(*applied)) << "a retry";
  apply.set_request_id("anwenden-2");
  EXPECT_THAT(Call(&v1::DirectoryService::Stub::ApplyImport, apply), HasReason("WRONG_STATE"));
  v1::ListImportsRequest list;
  EXPECT_EQ(Call(&v1::DirectoryService::Stub::ListImports, list)->imports_size(), 1);
}

TEST_P(DirectoryServerTest, AStartThatFailedLeavesNothingForTheNextOne) {
  testing::TempDatabase temp(GetParam());
  temp.Close();
  telemetry::Metrics metrics;
  DirectoryServer server(clock_, grpc_.log(), metrics, page_tokens_);
  EXPECT_THAT(server.Start(temp.options(), "no key"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(metrics.Text(), "") << "would read what is gone";
  EXPECT_THAT(server.Start(temp.options()), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Engines, DirectoryServerTest, schutznetz::testing::AllEngines(),
                         schutznetz::testing::EngineName);

}  // namespace
}  // namespace schutznetz::directory
