#include "services/common/rpc/guard_chain.h"

#include <sys/mman.h>
#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "notes.pb.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::CreateNoteRequest;
using schutznetz::testing::v1::GetNoteRequest;
using schutznetz::testing::v1::ListNotesRequest;
using schutznetz::testing::v1::ListNotesResponse;
using schutznetz::testing::v1::Note;
using schutznetz::testing::v1::UpdateNoteRequest;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

constexpr char kService[] = "schutznetz.testing.v1.NoteService";

template <typename Request>
void AddRead(Registry& registry, const char* method) {
  registry.Read<Request, Note>(method,
                               [](const CallContext&, const Request&) -> absl::StatusOr<Note> { return Note(); });
}

void AddAll(Registry& registry) {
  AddRead<GetNoteRequest>(registry, "GetNote");
  AddRead<ListNotesRequest>(registry, "ListNotes");
  AddRead<CreateNoteRequest>(registry, "CreateNote");
  AddRead<UpdateNoteRequest>(registry, "UpdateNote");
}

class GuardChainTest : public ::testing::Test {
 protected:
  GuardChainTest() {
    authenticator_.rights().Confirm(1, clock_.Now());
    AddAll(registry_);
    absl::StatusOr<MethodTable> table = BuildMethodTable({&registry_}, metrics_);
    EXPECT_THAT(table, IsOk());
    table_ = *std::move(table);
  }

  GuardedCall CallOf(const std::string& method) {
    GuardedCall call;
    for (const auto& entry : table_) {
      if (entry->method == method) call.method = entry.get();
    }
    return call;
  }

  testing::FakeClock clock_;
  telemetry::Metrics metrics_;
  Registry registry_{kService};
  MethodTable table_;
  const access::ContextKeys keys_ = *access::ContextKeys::Parse(access::NewContextKeyLine("1", "gateway", "directory"));
  const std::unique_ptr<access::ContextMinter> minter_ =
      *access::ContextMinter::Create(keys_, "gateway", "directory", clock_);
  access::Authenticator authenticator_{keys_, "directory", clock_};
  const GuardChain chain_{clock_, authenticator_};
};

TEST_F(GuardChainTest, GuardsRunInTheStatedOrder) {
  GuardedCall call = CallOf("GetNote");
  GetNoteRequest request;
  request.set_name("notes/a");
  const std::string body = request.SerializeAsString();
  call.arrival.body = body;
  std::vector<Guard> visited;
  EXPECT_THAT(chain_.Enter(call, &visited), IsOk());
  EXPECT_THAT(visited, ElementsAre(Guard::kRequestId, Guard::kMetrics, Guard::kDeadline, Guard::kCaller, Guard::kRule,
                                   Guard::kValidation));
  EXPECT_EQ(static_cast<const GetNoteRequest&>(*call.request).name(), "notes/a");
}

TEST_F(GuardChainTest, RightsAreCheckedBeforeTheBodyIsRead) {
  GuardedCall call = CallOf("CreateNote");
  call.arrival.body = "\xff rubbish";
  std::vector<Guard> visited;
  EXPECT_THAT(chain_.Enter(call, &visited), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_EQ(visited.back(), Guard::kRule);
  EXPECT_EQ(call.request, nullptr);
}

TEST_F(GuardChainTest, RubbishIsAMalformedBody) {
  GuardedCall call = CallOf("GetNote");
  call.arrival.body = "\xff rubbish";
  EXPECT_THAT(chain_.Enter(call), HasReason("MALFORMED_BODY"));
  GuardedCall bad_text = CallOf("GetNote");
  bad_text.arrival.body = std::string_view("\x0a\x02\xc3\x28", 4);  // name = invalid UTF-8
  EXPECT_THAT(chain_.Enter(bad_text), HasReason("MALFORMED_BODY"));
}

TEST_F(GuardChainTest, WrongCredentialsAreRefusedEvenOnPublicMethods) {
  GuardedCall call = CallOf("GetNote");
  call.arrival.caller = "wrong";
  EXPECT_THAT(chain_.Enter(call), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(GuardChainTest, TheCallerOfTheContextPassesItsRules) {
  const auto context = *minter_->Mint(testing::Staff());
  GuardedCall call = CallOf("CreateNote");
  call.arrival.caller = *context;
  EXPECT_THAT(chain_.Enter(call), HasReason("INVALID_FIELD"));  // only the empty body is left to refuse
  EXPECT_EQ(call.context.caller.principal(), "members/staff");
}

TEST_F(GuardChainTest, AContextOfOlderRightsIsRefusedBeforeItsRuleIsLookedAt) {
  authenticator_.rights().Confirm(2, clock_.Now());
  const auto context = *minter_->Mint(testing::Staff());
  GuardedCall call = CallOf("CreateNote");
  call.arrival.caller = *context;
  std::vector<Guard> visited;
  EXPECT_THAT(chain_.Enter(call, &visited), HasReason("CONTEXT_OUTDATED"));
  EXPECT_EQ(visited.back(), Guard::kCaller);
}

TEST_F(GuardChainTest, ShorterDeadlineWins) {
  const std::string body = "\x0a\x07notes/a";
  GuardedCall call = CallOf("GetNote");
  call.arrival.body = body;
  EXPECT_THAT(chain_.Enter(call), IsOk());
  EXPECT_EQ(call.context.deadline, clock_.Now() + absl::Seconds(2));
  GuardedCall hurried = CallOf("GetNote");
  hurried.arrival.body = body;
  hurried.arrival.client_deadline = clock_.Now() + absl::Milliseconds(30);
  EXPECT_THAT(chain_.Enter(hurried), IsOk());
  EXPECT_EQ(hurried.context.deadline, clock_.Now() + absl::Milliseconds(30));
  GuardedCall late = CallOf("GetNote");
  late.arrival.client_deadline = clock_.Now();
  EXPECT_THAT(chain_.Enter(late), HasReason("DEADLINE_PASSED"));
}

TEST_F(GuardChainTest, ClassesHaveTheirDeadlines) {
  using common::v1::Rule;
  EXPECT_EQ(DeadlineOf(Rule::READ), absl::Seconds(2));
  EXPECT_EQ(DeadlineOf(Rule::HELP), absl::Seconds(2));
  EXPECT_EQ(DeadlineOf(Rule::SEARCH), absl::Seconds(3));
  EXPECT_EQ(DeadlineOf(Rule::WRITE), absl::Seconds(5));
  EXPECT_EQ(DeadlineOf(Rule::EXPORT), absl::Seconds(60));
}

TEST_F(GuardChainTest, IdsAreTakenOverOrMade) {
  GuardedCall call = CallOf("GetNote");
  call.arrival.request_id = "req-1";
  call.arrival.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_FALSE(chain_.Enter(call).ok());
  EXPECT_EQ(call.context.request_id.view(), "req-1");
  EXPECT_EQ(call.context.trace.trace_id.view(), "0af7651916cd43dd8448eb211c80319c");
  GuardedCall bad = CallOf("GetNote");
  bad.arrival.request_id = "not\none";
  EXPECT_FALSE(chain_.Enter(bad).ok());
  EXPECT_TRUE(telemetry::IsRequestId(bad.context.request_id.view()));
}

TEST_F(GuardChainTest, EndIsCountedByCodeAndLoggedWithoutContent) {
  const int file = memfd_create("log", 0);
  {
    telemetry::LogWriter log({"test", file});
    GuardedCall call = CallOf("GetNote");
    const std::string body = "\x0a\x10services/geheim1";
    call.arrival.body = body;
    const absl::Status status = chain_.Enter(call);
    EXPECT_THAT(status, HasReason("INVALID_FIELD"));
    RecordEnd(call, status, 0, clock_.Now() + absl::Milliseconds(3), log);
    log.Flush();
    std::string text(4096, '\0');
    text.resize(static_cast<size_t>(pread(file, text.data(), text.size(), 0)));
    EXPECT_THAT(text, HasSubstr("\"route\":\"schutznetz.testing.v1.NoteService.GetNote\""));
    EXPECT_THAT(text, HasSubstr("\"reason\":\"INVALID_FIELD\""));
    EXPECT_THAT(text, HasSubstr("\"duration_us\":3000"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("geheim")));
  }
  close(file);
  const std::string metrics = metrics_.Text();
  EXPECT_THAT(metrics, HasSubstr("grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"schutznetz.testing.v1."
                                 "NoteService\",grpc_method=\"GetNote\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("grpc_method=\"GetNote\",grpc_code=\"InvalidArgument\"} 1"));
  EXPECT_THAT(metrics, HasSubstr("grpc_server_handling_seconds_bucket"));
}

TEST(MethodTableTest, MissingUnknownAndDoubledHandlersAreAllNamed) {
  telemetry::Metrics metrics;
  Registry registry(kService);
  AddRead<GetNoteRequest>(registry, "GetNote");
  AddRead<GetNoteRequest>(registry, "GetNote");
  AddRead<GetNoteRequest>(registry, "FetchNote");
  AddRead<GetNoteRequest>(registry, "DeleteNote");
  AddRead<GetNoteRequest>(registry, "ListNotes");
  const std::string problems(BuildMethodTable({&registry}, metrics).status().message());
  EXPECT_THAT(problems, HasSubstr("GetNote has two handlers"));
  EXPECT_THAT(problems, HasSubstr("FetchNote has a handler but is not a described method"));
  EXPECT_THAT(problems, HasSubstr("DeleteNote has a handler but is not"));
  EXPECT_THAT(problems, HasSubstr("ListNotes has a handler for another request type"));
  EXPECT_THAT(problems, HasSubstr("CreateNote has no handler"));
  EXPECT_THAT(problems, HasSubstr("UpdateNote has no handler"));
}

TEST(MethodTableTest, StreamsNeedStreamingHandlers) {
  telemetry::Metrics metrics;
  Registry registry("schutznetz.testing.v1.NoteWatchService");
  AddRead<GetNoteRequest>(registry, "WatchNotes");
  const std::string problems(BuildMethodTable({&registry}, metrics).status().message());
  EXPECT_THAT(problems, HasSubstr("WatchNotes is a stream and its handler is not"));
  EXPECT_THAT(problems, HasSubstr("WatchSecretNotes has no handler"));
}

TEST(MethodTableTest, MissingAndHalfRulesStopTheStart) {
  telemetry::Metrics metrics;
  Registry without("schutznetz.testing.v1.NoRuleService");
  AddRead<GetNoteRequest>(without, "Open");
  EXPECT_THAT(std::string(BuildMethodTable({&without}, metrics).status().message()), HasSubstr("Open has no rule"));
  Registry half("schutznetz.testing.v1.HalfRuleService");
  AddRead<GetNoteRequest>(half, "Half");
  const std::string problems(BuildMethodTable({&half}, metrics).status().message());
  EXPECT_THAT(problems, HasSubstr("rule.rate"));
  EXPECT_THAT(problems, HasSubstr("rule.scope"));
}

TEST(MethodTableTest, BadFieldOptionsAndUnknownServicesStopTheStart) {
  telemetry::Metrics metrics;
  Registry bad("schutznetz.testing.v1.BadOptionsService");
  AddRead<schutznetz::testing::v1::BadOptionsRequest>(bad, "Bad");
  EXPECT_THAT(std::string(BuildMethodTable({&bad}, metrics).status().message()), HasSubstr("A format needs a string."));
  Registry unknown("schutznetz.testing.v1.NoSuchService");
  EXPECT_THAT(std::string(BuildMethodTable({&unknown}, metrics).status().message()), HasSubstr("not a linked service"));
}

}  // namespace
}  // namespace schutznetz::rpc
