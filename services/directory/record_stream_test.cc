// A stream of records as each caller sees them, over gRPC and both engines. Stands in for the streams of the contract
// until they come: what is hidden leaves no trace in a stream, what becomes hidden goes out of it, and who loses rights
// gets nothing any more.
#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "record_watch.grpc.pb.h"
#include "services/common/audit/audit_log.h"
#include "services/common/changes/follower.h"
#include "services/common/errors/macros.h"
#include "services/common/record/load.h"
#include "services/common/record/present.h"
#include "services/common/rpc/stream.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"
#include "services/common/time/clock.h"
#include "services/directory/domain/editing_fixture.h"

namespace schutznetz::directory {
namespace {

using access::Caller;
using access::Role;
using changes::v1::Change;
using schutznetz::testing::ErrorOf;
using schutznetz::testing::Eventually;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using schutznetz::testing::v1::LocationChange;
using schutznetz::testing::v1::RecordWatchService;
using schutznetz::testing::v1::WatchLocationsRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kLocation[] = "location";

// A location before and after one change. Null where there was none.
struct Step {
  std::string name;
  std::shared_ptr<const record::Loaded> before, after;
};

// Follows the change log and keeps what it read, for all streams.
class Steps final : public schutznetz::changes::ChangeConsumer {
 public:
  explicit Steps(const DirectoryRules& rules) : rules_(rules) {}

  absl::StatusOr<storage::Position> Rebuild(storage::Database& database) override {
    return schutznetz::changes::HeadPosition(database, absl::InfiniteFuture());
  }
  absl::Status Apply(storage::ReadTransaction& tx, const schutznetz::changes::ChangeBatch& batch) override {
    for (const auto& change : batch.changes) {
      if (change.record.kind != kLocation) continue;
      Step step{change.record.name, latest_[change.record.name], nullptr};
      const std::string id = step.name.substr(step.name.find('/') + 1);
      ASSIGN_OR_RETURN(std::optional<record::Record> row, record::Get(tx, {kLocation, id}));
      if (row) {
        ASSIGN_OR_RETURN(record::Loaded loaded, record::LoadAround(tx, rules_.all(), LocationRules(), *std::move(row)));
        step.after = std::make_shared<record::Loaded>(std::move(loaded));
      }
      latest_[step.name] = step.after;
      const std::lock_guard lock(mutex_);
      steps_.push_back(std::move(step));
    }
    Wake();
    return absl::OkStatus();
  }

  const record::ResourceRules& LocationRules() const { return *rules_.all().OfCollection("locations"); }
  // Nothing when there is none yet; `ended` when there will be none.
  std::optional<Step> At(size_t number, bool& ended) {
    const std::lock_guard lock(mutex_);
    if (number < steps_.size()) return steps_[number];
    ended = closed_;
    return std::nullopt;
  }
  void OnNew(rpc::StreamWake wake) {
    const std::lock_guard lock(mutex_);
    wakes_.push_back(std::move(wake));
  }
  void Close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    Wake();
  }

 private:
  void Wake() {
    std::vector<rpc::StreamWake> wakes;
    {
      const std::lock_guard lock(mutex_);
      wakes = wakes_;
    }
    for (const rpc::StreamWake& wake : wakes) wake();
  }

  const DirectoryRules& rules_;
  std::map<std::string, std::shared_ptr<const record::Loaded>> latest_;  // the follower's own
  std::mutex mutex_;
  std::vector<Step> steps_;
  std::vector<rpc::StreamWake> wakes_;
  bool closed_ = false;
};

// One caller's stream.
class StepFeed final : public rpc::StreamFeed {
 public:
  StepFeed(Steps& steps, Caller caller) : steps_(steps), caller_(std::move(caller)) {}

  absl::StatusOr<std::optional<rpc::WireReply>> Next(bool& ended) override {
    while (const std::optional<Step> step = steps_.At(at_, ended)) {
      ++at_;
      ASSIGN_OR_RETURN(const record::Presented before, Show(step->before.get()));
      ASSIGN_OR_RETURN(record::Presented after, Show(step->after.get()));
      if (before.bytes == after.bytes) continue;  // nothing that this caller could notice
      LocationChange change;
      change.set_resource(step->name);
      change.set_operation(!after.visible ? Change::REDACTED : !before.visible ? Change::CREATED : Change::UPDATED);
      if (after.visible && !change.mutable_location()->ParseFromString(after.bytes)) {
        return absl::DataLossError("a location cannot be shown");
      }
      rpc::WireReply reply;
      reply.AppendMessage(change);
      if (!after.disclosed.empty()) {
        reply.disclosed = {{audit::Act::kRead, kLocation, step->name, std::move(after.disclosed), ""}};
      }
      return std::optional<rpc::WireReply>(std::move(reply));
    }
    return std::optional<rpc::WireReply>();
  }

 private:
  absl::StatusOr<record::Presented> Show(const record::Loaded* loaded) const {
    if (loaded == nullptr || loaded->record.deleted()) return record::Presented();
    return record::Present(loaded->record, steps_.LocationRules().table(), record::LevelsFor(caller_, loaded->scope),
                           loaded->inherited);
  }

  Steps& steps_;
  const Caller caller_;
  size_t at_ = 0;
};

Caller Of(const std::string& principal, access::Grants grants) {
  return Caller::Granted(principal, std::move(grants), {.id = principal, .rights_version = 1});
}

// Everybody who must not notice what editors of NW hide.
std::map<std::string, Caller> Strangers() {
  return {
      {"public", Caller()},
      {"professional", Of("members/p", {.roles = {Role::kProfessional}})},
      {"editor elsewhere", Of("members/e", {.roles = {Role::kEditor}, .lands = {"lands/DE-BY"}})},
      {"foreign network", Of("members/n", {.roles = {Role::kMember}, .networks = {"networks/fremd"}})},
      {"operator", Of("members/o", {.roles = {Role::kOperator}})},
      {"partner", Of("partners/r", {.roles = {Role::kPartner}, .scopes = {record::kRestrictedScope}})},
  };
}
Caller EditorHere() { return Of("members/nw", {.roles = {Role::kEditor}, .lands = {"lands/DE-NW"}}); }

// A directory with a stream.
class Directory {
 public:
  explicit Directory(storage::Engine engine)
      : editing_(engine, {&audit::AuditMigrations()}),
        audit_(*audit::AuditLog::Open(editing_.database(), audit::AuditKey::Random(), clock_, {.name = "directory"})) {
    EXPECT_THAT(follower_.Start(), IsOk());
    rpc::Registry& registry = server_.registry("schutznetz.testing.v1.RecordWatchService");
    registry.SetAudit(*audit_);
    registry.Stream<WatchLocationsRequest>(
        "WatchLocations",
        [this](const rpc::CallContext& call, const WatchLocationsRequest&,
               rpc::StreamWake wake) -> absl::StatusOr<std::unique_ptr<rpc::StreamFeed>> {
          steps_.OnNew(std::move(wake));
          return std::make_unique<StepFeed>(steps_, call.caller);
        });
    EXPECT_THAT(server_.Start(), IsOk());
  }
  ~Directory() { server_.Stop(); }

  Editing& editing() { return editing_; }
  access::RightsVersion& rights() { return server_.rights(); }
  int64_t audited() const { return audit_->Statistics().entries; }
  // Waits until the follower has read what happened until now: it tells two changes that it reads at once as one.
  void Settle() {
    const auto head = schutznetz::changes::HeadPosition(editing_.database(), absl::InfiniteFuture());
    ASSERT_THAT(head, IsOk());
    ASSERT_TRUE(Eventually([&] { return follower_.position().number >= head->number; }));
  }
  // All streams end when they have told what happened until now.
  void Close() {
    Settle();
    steps_.Close();
  }

  struct Watching {
    grpc::ClientContext context;
    std::unique_ptr<RecordWatchService::Stub> stub;
    std::unique_ptr<grpc::ClientReader<LocationChange>> reader;

    LocationChange Next() {
      LocationChange change;
      return reader->Read(&change) ? change : LocationChange();
    }
    absl::Status End() {
      EXPECT_THAT(Next().resource(), IsEmpty());
      return ErrorOf(reader->Finish());
    }
    // Everything until the end as text, without times, which differ from run to run.
    std::vector<std::string> All() {
      std::vector<std::string> all;
      for (LocationChange change; reader->Read(&change);) {
        if (change.has_location()) change.mutable_location()->clear_create_time();
        if (change.has_location()) change.mutable_location()->clear_update_time();
        all.push_back(change.SerializeAsString());
      }
      EXPECT_THAT(ErrorOf(reader->Finish()), IsOk());
      return all;
    }
  };
  std::unique_ptr<Watching> Watch(const Caller& caller) {
    auto watching = std::make_unique<Watching>();
    if (!caller.is_public()) server_.As(caller, &watching->context);
    watching->stub = RecordWatchService::NewStub(server_.channel());
    watching->reader = watching->stub->WatchLocations(&watching->context, WatchLocationsRequest());
    return watching;
  }

 private:
  const SystemClock clock_;
  Editing editing_;
  const std::unique_ptr<audit::AuditLog> audit_;
  Steps steps_{editing_.rules()};
  schutznetz::changes::Follower follower_{editing_.database(), steps_, {}};
  schutznetz::testing::InProcessServer server_;
};

class RecordStreamTest : public ::testing::TestWithParam<storage::Engine> {};

v1::Location Hidden(const v1::Organization& organization) {
  v1::Location location;
  location.set_organization(organization.name());
  location.set_display_name("Geheimwort");
  location.set_kreis_key("05315");
  location.mutable_address()->set_street("Geheimwort 1");
  location.set_protection(common::v1::PROTECTED);
  return location;
}

// The same public changes, with or without hidden ones before, between and after them; what `caller` got.
std::vector<std::string> StreamOf(storage::Engine engine, const Caller& caller, bool with_hidden) {
  Directory directory(engine);
  Editing& editing = directory.editing();
  const auto watching = directory.Watch(caller);
  const v1::Organization organization = editing.MadeOrganization();
  v1::Location hidden = Hidden(organization);
  const auto kept = [&](absl::StatusOr<v1::Location> location) {
    EXPECT_THAT(location, IsOk());
    directory.Settle();
    return location.value_or(v1::Location());
  };
  const auto change_hidden = [&](const std::string& text) {
    if (!with_hidden) return;
    hidden.mutable_address()->set_street("Geheimwort " + text);
    hidden = kept(hidden.name().empty() ? editing.Create(hidden) : editing.Update(hidden, {"address"}));
  };
  change_hidden("2");
  v1::Location open = kept(editing.MadeLocation(organization));
  change_hidden("3");
  open.set_display_name("Haus am Park");
  open = kept(editing.Update(open, {"display_name"}));
  change_hidden("4");
  open.set_address_protection(common::v1::PROTECTED);
  open = kept(editing.Update(open, {"address_protection"}));
  open.mutable_address()->set_street("Geheimwort 9");
  if (with_hidden) kept(editing.Update(open, {"address"}));
  if (with_hidden) kept(editing.Delete(hidden));
  kept(editing.MadeLocation(organization, "zweites"));
  directory.Close();
  return watching->All();
}

TEST_P(RecordStreamTest, WhatIsHiddenLeavesNoTraceInTheStreamsOfOthers) {
  for (const auto& [who, caller] : Strangers()) {
    const std::vector<std::string> without = StreamOf(GetParam(), caller, false);
    const std::vector<std::string> with = StreamOf(GetParam(), caller, true);
    EXPECT_THAT(without, SizeIs(4)) << who << ": created, renamed, its address withheld, the second";
    EXPECT_EQ(without, with) << who;
    for (const std::string& message : with) EXPECT_THAT(message, Not(HasSubstr("Geheimwort"))) << who;
  }
  const std::vector<std::string> with = StreamOf(GetParam(), EditorHere(), true);
  EXPECT_THAT(with, SizeIs(9)) << "whose right it is sees every change";
  EXPECT_THAT(with, ::testing::Contains(HasSubstr("Geheimwort 3")));
}

TEST_P(RecordStreamTest, ARaisedProtectionTakesTheRecordOutOfRunningStreams) {
  Directory directory(GetParam());
  Editing& editing = directory.editing();
  const v1::Organization organization = editing.MadeOrganization();
  v1::Location location = editing.MadeLocation(organization);
  const auto others = directory.Watch({});
  const auto editor = directory.Watch(EditorHere());
  EXPECT_EQ(others->Next().location().address().street(), "Musterstraße 1");
  EXPECT_EQ(editor->Next().operation(), Change::CREATED);
  const int64_t audited = directory.audited();

  location.set_protection(common::v1::PROTECTED);
  location = *editing.Update(location, {"protection"});
  const LocationChange redaction = others->Next();
  EXPECT_EQ(redaction.operation(), Change::REDACTED);
  EXPECT_EQ(redaction.resource(), location.name());
  EXPECT_FALSE(redaction.has_location());
  const LocationChange seen = editor->Next();
  EXPECT_EQ(seen.operation(), Change::UPDATED);
  EXPECT_EQ(seen.location().address().street(), "Musterstraße 1");
  EXPECT_EQ(directory.audited(), audited + 1) << "told to the editor only after it was recorded";

  location.mutable_address()->set_street("Geheimwort 1");
  location = *editing.Update(location, {"address"});
  EXPECT_EQ(editor->Next().location().address().street(), "Geheimwort 1");
  const v1::Location second = editing.MadeLocation(organization, "zweites");
  EXPECT_EQ(others->Next().resource(), second.name()) << "and nothing of the first in between";
  directory.Close();
  EXPECT_THAT(others->End(), IsOk());
}

TEST_P(RecordStreamTest, AnAddressThatIsRestrictedMeanwhileIsWithheldFromThenOn) {
  Directory directory(GetParam());
  Editing& editing = directory.editing();
  v1::Location location = editing.MadeLocation(editing.MadeOrganization());
  const auto watching = directory.Watch({});
  EXPECT_TRUE(watching->Next().location().has_address());
  location.set_address_protection(common::v1::RESTRICTED);
  location = *editing.Update(location, {"address_protection"});
  const LocationChange change = watching->Next();
  EXPECT_EQ(change.operation(), Change::UPDATED);
  EXPECT_FALSE(change.location().has_address());
  EXPECT_THAT(change.location().withheld(), Not(IsEmpty())) << "its existence may be known";
  EXPECT_THAT(change.SerializeAsString(), Not(HasSubstr("Musterstraße")));
}

TEST_P(RecordStreamTest, WhoLosesRightsGetsNoFurtherRecord) {
  Directory directory(GetParam());
  Editing& editing = directory.editing();
  const v1::Organization organization = editing.MadeOrganization();
  const auto editor = directory.Watch(EditorHere());
  const auto others = directory.Watch({});
  ASSERT_THAT(editing.Create(Hidden(organization)), IsOk());
  EXPECT_EQ(editor->Next().location().address().street(), "Geheimwort 1");
  directory.rights().Confirm(2, absl::InfiniteFuture());
  v1::Location more = Hidden(organization);
  more.mutable_address()->set_street("Geheimwort 2");
  ASSERT_THAT(editing.Create(more), IsOk());
  EXPECT_THAT(editor->End(), HasReason("CONTEXT_OUTDATED"));
  EXPECT_THAT(editing.MadeLocation(organization).name(), Not(IsEmpty()));
  EXPECT_EQ(others->Next().resource(), "locations/musterhaus") << "the public goes on";
}

INSTANTIATE_TEST_SUITE_P(Engines, RecordStreamTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

}  // namespace
}  // namespace schutznetz::directory
