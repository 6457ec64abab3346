// The whole events server in process, over gRPC, on both engines.
#include "services/events/events_server.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/events/v1/events_service.grpc.pb.h"
#include "services/common/audit/audit_store.h"
#include "services/common/errors/errors.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"
#include "services/events/domain/arranging_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::ErrorOf;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using v1::EventsService;

// A directory that knows some names, or is away.
class KnownNames final : public DirectoryNames {
 public:
  void Check(std::vector<DirectoryName> names, absl::Time, absl::AnyInvocable<void(absl::Status)> then) override {
    if (away) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
    for (const DirectoryName& name : names) {
      if (name.name.ends_with("unbekannt")) return then(errors::ReferenceNotFound(name.field, name.name));
    }
    then(absl::OkStatus());
  }
  bool away = false;
};

class EventsServerTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  void SetUp() override {
    temp_.Close();
    ASSERT_THAT(events_.Start(temp_.options()), IsOk());
    grpc_.server().Add(events_.registry());
    ASSERT_THAT(grpc_.Start(), IsOk());
    grpc_.server().SetServing(true);
    stub_ = EventsService::NewStub(grpc_.channel());
  }
  void TearDown() override { grpc_.Stop(); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (EventsService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                            Response*),
                                const Request& request, const access::Caller& caller = testing::Staff()) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!caller.is_public()) grpc_.As(caller, &context);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    if (!status.ok()) return ErrorOf(status);
    return response;
  }
  absl::StatusOr<v1::Event> Create(const v1::Event& event, const std::string& request_id = "") {
    v1::CreateEventRequest request;
    *request.mutable_event() = event;
    request.set_request_id(request_id);
    return Call(&EventsService::Stub::CreateEvent, request);
  }
  absl::StatusOr<v1::Event> Get(const std::string& name, const access::Caller& caller = {}) {
    v1::GetEventRequest request;
    request.set_name(name);
    return Call(&EventsService::Stub::GetEvent, request, caller);
  }

  testing::TempDatabase temp_{GetParam(), {&record::RecordMigrations(), &audit::AuditMigrations()}};
  SystemClock clock_;
  testing::InProcessServer grpc_;
  rpc::PageTokens page_tokens_{grpc_.sealer(), clock_};
  KnownNames names_;
  EventsServer events_{clock_, grpc_.log(), grpc_.metrics(), page_tokens_, names_};
  std::unique_ptr<EventsService::Stub> stub_;
};
INSTANTIATE_TEST_SUITE_P(Engines, EventsServerTest, testing::AllEngines(), testing::EngineName);

TEST_P(EventsServerTest, AWriteIsReadAtOnceAndRepeatedWithoutEffect) {
  const auto made = Create(Arranging::Example(), "first");
  ASSERT_THAT(made, IsOk());
  const auto again = Create(Arranging::Example(), "first");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->name(), made->name());
  EXPECT_THAT(Get(made->name(), testing::Staff()), IsOk());
  EXPECT_THAT(Get(made->name()), HasReason("RESOURCE_NOT_FOUND"));
  v1::PublishEventRequest publish;
  publish.set_name(made->name());
  publish.set_etag(made->etag());
  ASSERT_THAT(Call(&EventsService::Stub::PublishEvent, publish), IsOk());
  EXPECT_THAT(Get(made->name()), IsOk());
}

TEST_P(EventsServerTest, NamesAreCheckedBeforeAnythingIsWritten) {
  v1::Event event = Arranging::Example();
  event.set_organizer("organizations/unbekannt");
  EXPECT_THAT(Create(event), HasReason("REFERENCE_NOT_FOUND"));
  const auto made = Create(Arranging::Example());
  ASSERT_THAT(made, IsOk());
  names_.away = true;
  EXPECT_THAT(Create(Arranging::Example()), testing::StatusIs(absl::StatusCode::kUnavailable));
  v1::UpdateEventRequest update;
  *update.mutable_event() = *made;
  update.mutable_event()->add_co_organizers("organizations/andere");
  EXPECT_THAT(Call(&EventsService::Stub::UpdateEvent, update), testing::StatusIs(absl::StatusCode::kUnavailable));
  v1::PublishEventRequest publish;
  publish.set_name(made->name());
  publish.set_etag(made->etag());
  EXPECT_THAT(Call(&EventsService::Stub::PublishEvent, publish), testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Call(&EventsService::Stub::PublishEvent, publish, Arranging::EditorOf("lands/DE-BB")),
              HasReason("RESOURCE_NOT_FOUND"))
      << "somebody else's draft asks nothing";
}

TEST_P(EventsServerTest, WritesAndWhatIsToldBeyondPublicAreInTheAuditLog) {
  const auto made = Create(Arranging::Example());
  ASSERT_THAT(made, IsOk());
  ASSERT_THAT(Get(made->name(), testing::Staff()), IsOk());
  const auto log = Call(&EventsService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
  ASSERT_THAT(log, IsOk());
  std::string lines;
  for (const std::string& line : log->lines()) lines += line;
  EXPECT_THAT(lines, ::testing::HasSubstr("CreateEvent"));
  EXPECT_THAT(lines, ::testing::HasSubstr("GetEvent"));
  EXPECT_THAT(lines, ::testing::HasSubstr(made->name()));
}

}  // namespace
}  // namespace schutznetz::events
