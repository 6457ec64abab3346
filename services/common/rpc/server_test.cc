// The engine over real connections: kinds of handlers, limits, cancellation, drain.
#include "services/common/rpc/server.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "gtest/gtest.h"
#include "notes.grpc.pb.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::CreateNoteRequest;
using schutznetz::testing::v1::GetNoteRequest;
using schutznetz::testing::v1::ListNotesRequest;
using schutznetz::testing::v1::ListNotesResponse;
using schutznetz::testing::v1::Note;
using schutznetz::testing::v1::NoteService;
using schutznetz::testing::v1::UpdateNoteRequest;
using testing::ErrorOf;
using testing::Eventually;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::InProcessServer;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

constexpr char kNotes[] = "schutznetz.testing.v1.NoteService";

// A view that reaches a position when told.
class FakeView final : public PositionWaiter {
 public:
  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override {
    std::unique_lock lock(mutex_);
    if (position.epoch == position_.epoch && position.number <= position_.number) {
      lock.unlock();
      return then(absl::OkStatus());
    }
    waiting_.push_back({position, deadline, std::move(then)});
  }
  storage::Position position() const override {
    std::lock_guard lock(mutex_);
    return position_;
  }
  size_t waiting() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  // Lets all who wait go on with `status`.
  void Release(const storage::Position& position, const absl::Status& status) {
    std::vector<Waiting> waiting;
    {
      std::lock_guard lock(mutex_);
      position_ = position;
      waiting.swap(waiting_);
    }
    for (Waiting& one : waiting) one.then(status);
  }

 private:
  struct Waiting {
    storage::Position position;
    absl::Time deadline;
    absl::AnyInvocable<void(absl::Status)> then;
  };
  mutable std::mutex mutex_;
  storage::Position position_ = {.epoch = 1, .number = 10};
  std::vector<Waiting> waiting_;
};

ServerOptions SmallOptions() {
  ServerOptions options;
  options.pool_threads = 1;
  options.pool_waiting_max = 2;
  return options;
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() : server_(SmallOptions(), nullptr, &view_) {
    Registry& registry = server_.registry(kNotes);
    registry.ReadWire<GetNoteRequest>("GetNote", [this](const CallContext& call, const GetNoteRequest& request,
                                                        WireReply* reply) { return GetNote(call, request, reply); });
    registry.Blocking<ListNotesRequest, ListNotesResponse>(
        "ListNotes", [this](const CallContext& call, const ListNotesRequest&) { return ListNotes(call); });
    registry.Async<CreateNoteRequest>(
        "CreateNote", [this](const CallContext&, const CreateNoteRequest& request, Completion completion) {
          CreateNote(request, std::move(completion));
        });
    registry.Async<UpdateNoteRequest>("UpdateNote", [](const CallContext&, const UpdateNoteRequest&, Completion) {});
  }

  void Start() {
    ASSERT_THAT(server_.Start(), IsOk());
    stub_ = NoteService::NewStub(server_.channel());
  }

  absl::Status GetNote(const CallContext&, const GetNoteRequest& request, WireReply* reply) {
    if (request.name() == "notes/slow") {
      ++slow_begun_;
      released_.wait();
    }
    if (request.name() == "notes/missing") return errors::NotFound(request.name());
    if (request.name() == "notes/bug") return errors::Internal("secret driver text");
    if (request.name() == "notes/unknown") return absl::UnknownError("secret library text");
    const size_t size = request.name() == "notes/large" ? 100'000 : request.name() == "notes/huge" ? 5'000'000 : 5;
    Note note;
    note.set_name(request.name());
    reply->AppendMessage(note);
    Note more;
    more.set_title(std::string(size, 'x'));
    auto shared = std::make_shared<const std::string>(more.SerializeAsString());
    reply->AppendView(*shared, shared);
    return absl::OkStatus();
  }

  absl::StatusOr<ListNotesResponse> ListNotes(const CallContext& call) {
    ++lists_begun_;
    if (block_lists_) released_.wait();
    saw_cancelled_ = call.cancelled();
    return ListNotesResponse();
  }

  void CreateNote(const CreateNoteRequest& request, Completion completion) {
    WireReply reply;
    reply.AppendMessage(request.note());
    reply.position = storage::Position{.epoch = 1, .number = 11};
    reply.tags = {"notes/a", "note"};
    if (request.note().title() == "umlaut") reply.tags = {"notes/ä"};
    completion.Finish(absl::OkStatus(), std::move(reply));
  }

  absl::Status Get(const std::string& name, Note* note, grpc::ClientContext* context = nullptr) {
    grpc::ClientContext own;
    GetNoteRequest request;
    request.set_name(name);
    return ErrorOf(stub_->GetNote(context != nullptr ? context : &own, request, note));
  }

  FakeView view_;
  std::promise<void> release_;
  const std::shared_future<void> released_ = release_.get_future().share();
  std::atomic<bool> block_lists_{false};
  std::atomic<int> lists_begun_{0};
  std::atomic<int> slow_begun_{0};
  std::atomic<bool> saw_cancelled_{false};
  InProcessServer server_;
  std::unique_ptr<NoteService::Stub> stub_;
};

TEST_F(ServerTest, PiecesArriveAsOneMessage) {
  Start();
  for (const auto& [name, size] : std::map<std::string, size_t>{{"notes/small", 5}, {"notes/large", 100'000}}) {
    Note note;
    ASSERT_THAT(Get(name, &note), IsOk());
    EXPECT_EQ(note.name(), name);
    EXPECT_EQ(note.title().size(), size);
  }
}

TEST_F(ServerTest, ErrorsCarryDetailsDomainAndRequestId) {
  Start();
  Note note;
  grpc::ClientContext context;
  context.AddMetadata("x-request-id", "req-7");
  const absl::Status status = Get("notes/missing", &note, &context);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(errors::MetadataOf(status, "resource"), "notes/missing");
  const auto& trailers = context.GetServerTrailingMetadata();
  ASSERT_EQ(trailers.count("x-request-id"), 1u);
  EXPECT_EQ(trailers.find("x-request-id")->second, "req-7");
  EXPECT_THAT(Get("services/x", &note), HasReason("INVALID_FIELD"));
}

TEST_F(ServerTest, TextFromBelowStaysInTheLog) {
  Start();
  Note note;
  for (const char* name : {"notes/bug", "notes/unknown"}) {
    const absl::Status status = Get(name, &note);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
    EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
  }
  EXPECT_THAT(server_.LogText(), HasSubstr("secret driver text"));
  EXPECT_THAT(server_.LogText(), HasSubstr("secret library text"));
}

TEST_F(ServerTest, AnswersAboveTheSendLimitAreRefusedByName) {
  Start();
  Note note;
  const absl::Status status = Get("notes/huge", &note);
  EXPECT_THAT(status, HasReason("SIZE_LIMIT"));
  EXPECT_EQ(errors::MetadataOf(status, "limit"), "4194304");
}

TEST_F(ServerTest, RequestsAboveTheReceiveLimitAreRefused) {
  Start();
  Note note;
  EXPECT_THAT(Get(std::string(2 << 20, 'x'), &note), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(ServerTest, UnknownMethodsAreUnimplemented) {
  Start();
  grpc::ClientContext context;
  const auto watch = schutznetz::testing::v1::NoteWatchService::NewStub(server_.channel());
  auto reader = watch->WatchNotes(&context, GetNoteRequest());
  Note note;
  EXPECT_FALSE(reader->Read(&note));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(ServerTest, RulesAreEnforcedAndTheOperatorPasses) {
  Start();
  CreateNoteRequest request;
  request.mutable_note()->set_title("t");
  request.mutable_note()->set_rank(1);
  Note note;
  grpc::ClientContext as_public;
  EXPECT_THAT(ErrorOf(stub_->CreateNote(&as_public, request, &note)), HasReason("CREDENTIALS_REQUIRED"));
  grpc::ClientContext as_operator;
  server_.As(testing::Staff(), &as_operator);
  ASSERT_THAT(ErrorOf(stub_->CreateNote(&as_operator, request, &note)), IsOk());
  const auto& trailers = as_operator.GetServerTrailingMetadata();
  ASSERT_EQ(trailers.count("schutznetz-position"), 1u);
  const grpc::string_ref sealed = trailers.find("schutznetz-position")->second;
  EXPECT_EQ(OpenPosition(server_.sealer(), {sealed.data(), sealed.size()}), (storage::Position{1, 11}));
  EXPECT_EQ(trailers.find("schutznetz-tags")->second, "notes/a,note");
}

TEST_F(ServerTest, TagsThatCannotTravelAreLeftOut) {
  Start();
  CreateNoteRequest request;
  request.mutable_note()->set_title("umlaut");
  request.mutable_note()->set_rank(1);
  Note note;
  grpc::ClientContext context;
  server_.As(testing::Staff(), &context);
  ASSERT_THAT(ErrorOf(stub_->CreateNote(&context, request, &note)), IsOk());
  EXPECT_EQ(context.GetServerTrailingMetadata().count("schutznetz-tags"), 0u);
}

TEST_F(ServerTest, AllViolationsFitIntoTheDetails) {
  Start();
  CreateNoteRequest request;
  auto* part = request.mutable_note()->mutable_main();
  for (int depth = 0; depth < 60; ++depth) part = part->add_parts();
  Note note;
  grpc::ClientContext context;
  server_.As(testing::Staff(), &context);
  const absl::Status status = ErrorOf(stub_->CreateNote(&context, request, &note));
  EXPECT_THAT(status, HasReason("INVALID_FIELD"));
  EXPECT_GT(errors::ViolationsOf(status).size(), 10u);
}

TEST_F(ServerTest, DroppedCallsAreAnsweredAsABug) {
  Start();
  UpdateNoteRequest request;
  request.mutable_note()->set_name("notes/a");
  Note note;
  grpc::ClientContext context;
  server_.As(testing::Staff(), &context);
  EXPECT_THAT(ErrorOf(stub_->UpdateNote(&context, request, &note)), HasReason("INTERNAL_ERROR"));
}

TEST_F(ServerTest, FullPoolAnswersAtOnceWithATimeToRetry) {
  block_lists_ = true;
  Start();
  grpc::CompletionQueue queue;
  struct Call {
    grpc::ClientContext context;
    ListNotesResponse response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<ListNotesResponse>> reader;
  };
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 6; ++i) {  // one runs, two wait, three are refused
    auto& call = calls.emplace_back(std::make_unique<Call>());
    call->reader = stub_->AsyncListNotes(&call->context, ListNotesRequest(), &queue);
    call->reader->Finish(&call->response, &call->status, call.get());
    if (i == 0) {
      ASSERT_TRUE(Eventually([this] { return lists_begun_ == 1; }));
    }
  }
  void* tag = nullptr;
  bool ok = false;
  int refused = 0;
  int good = 0;
  for (int i = 0; i < 6; ++i) {
    if (refused == 3 && block_lists_.exchange(false)) release_.set_value();
    ASSERT_TRUE(queue.Next(&tag, &ok));
    const absl::Status status = ErrorOf(static_cast<Call*>(tag)->status);
    if (status.ok()) {
      ++good;
    } else {
      EXPECT_THAT(status, HasReason("TEMPORARILY_UNAVAILABLE"));
      EXPECT_GT(errors::RetryAfterOf(status), absl::ZeroDuration());
      ++refused;
    }
  }
  EXPECT_EQ(good, 3);
  EXPECT_EQ(refused, 3);
  EXPECT_THAT(server_.metrics().Text(), HasSubstr("schutznetz_calls_refused_total 3"));
}

TEST_F(ServerTest, CallsCancelledInTheQueueNeverStart) {
  block_lists_ = true;
  Start();
  std::thread first([this] {
    grpc::ClientContext context;
    ListNotesResponse response;
    EXPECT_THAT(ErrorOf(stub_->ListNotes(&context, ListNotesRequest(), &response)), IsOk());
  });
  ASSERT_TRUE(Eventually([this] { return lists_begun_ == 1; }));
  grpc::ClientContext context;
  std::thread second([&] {
    ListNotesResponse response;
    EXPECT_EQ(stub_->ListNotes(&context, ListNotesRequest(), &response).error_code(), grpc::StatusCode::CANCELLED);
  });
  EXPECT_TRUE(
      Eventually([this] { return server_.metrics().Text().find("schutznetz_pool_waiting 1") != std::string::npos; }));
  context.TryCancel();
  second.join();
  block_lists_ = false;
  // The server hears of it some time after the client: only then may the queue go on.
  Note note;
  ASSERT_THAT(Get("notes/small", &note), IsOk());
  release_.set_value();
  first.join();
  EXPECT_TRUE(Eventually([this] {
    return server_.metrics().Text().find("grpc_method=\"ListNotes\",grpc_code=\"Canceled\"} 1") != std::string::npos ||
           lists_begun_ == 2;
  }));
}

TEST_F(ServerTest, RunningHandlersSeeThatTheirCallerIsGone) {
  block_lists_ = true;
  Start();
  grpc::ClientContext context;
  std::thread caller([&] {
    ListNotesResponse response;
    EXPECT_EQ(stub_->ListNotes(&context, ListNotesRequest(), &response).error_code(), grpc::StatusCode::CANCELLED);
  });
  ASSERT_TRUE(Eventually([this] { return lists_begun_ == 1; }));
  context.TryCancel();
  caller.join();
  // The connection carries the cancellation before the next call on it.
  Note note;
  ASSERT_THAT(Get("notes/small", &note), IsOk());
  release_.set_value();
  server_.Stop();
  EXPECT_TRUE(saw_cancelled_);
}

TEST_F(ServerTest, DeadlinePassedInTheQueueNeverStarts) {
  block_lists_ = true;
  Start();
  std::thread first([this] {
    grpc::ClientContext context;
    ListNotesResponse response;
    EXPECT_THAT(ErrorOf(stub_->ListNotes(&context, ListNotesRequest(), &response)), IsOk());
  });
  ASSERT_TRUE(Eventually([this] { return lists_begun_ == 1; }));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Milliseconds(200)));
  std::atomic<bool> ended{false};
  std::thread second([&] {
    ListNotesResponse response;
    EXPECT_THAT(ErrorOf(stub_->ListNotes(&context, ListNotesRequest(), &response)),
                StatusIs(absl::StatusCode::kDeadlineExceeded));
    ended = true;
  });
  EXPECT_TRUE(Eventually(
      [&] { return ended || server_.metrics().Text().find("schutznetz_pool_waiting 1") != std::string::npos; }));
  // The server counts from when it received the call, which is before now.
  const absl::Time passed = absl::Now() + absl::Milliseconds(250);
  second.join();
  EXPECT_TRUE(Eventually([&] { return absl::Now() > passed; }));
  release_.set_value();
  first.join();
  server_.Stop();
  EXPECT_EQ(lists_begun_, 1);
}

TEST_F(ServerTest, ReadsWaitForThePositionTheyBring) {
  Start();
  const auto get_from = [this](const storage::Position& position, Note* note) {
    grpc::ClientContext context;
    context.AddMetadata("schutznetz-position", SealPosition(server_.sealer(), position));
    return Get("notes/small", note, &context);
  };
  Note note;
  EXPECT_THAT(get_from({.epoch = 1, .number = 10}, &note), IsOk());  // reached already
  std::thread caller([&] { EXPECT_THAT(get_from({.epoch = 1, .number = 11}, &note), IsOk()); });
  ASSERT_TRUE(Eventually([this] { return view_.waiting() == 1; }));
  view_.Release({.epoch = 1, .number = 11}, absl::OkStatus());
  caller.join();
  std::thread late([&] {
    Note other;
    EXPECT_THAT(get_from({.epoch = 1, .number = 12}, &other), HasReason("TEMPORARILY_UNAVAILABLE"));
  });
  ASSERT_TRUE(Eventually([this] { return view_.waiting() == 1; }));
  view_.Release({.epoch = 1, .number = 11}, absl::DeadlineExceededError("not reached"));
  late.join();
  grpc::ClientContext forged;
  forged.AddMetadata("schutznetz-position", "AAAA");
  EXPECT_THAT(Get("notes/small", &note, &forged), HasReason("INVALID_FIELD"));
}

TEST_F(ServerTest, HealthFollowsServing) {
  Start();
  using grpc::health::v1::HealthCheckResponse;
  auto health = grpc::health::v1::Health::NewStub(server_.channel());
  const auto check = [&](const std::string& service) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    const absl::Status status = ErrorOf(health->Check(&context, request, &response));
    return status.ok() ? absl::StatusOr<int>(response.status()) : absl::StatusOr<int>(status);
  };
  EXPECT_EQ(*check(""), HealthCheckResponse::NOT_SERVING);
  server_.server().SetServing(true);
  EXPECT_EQ(*check(""), HealthCheckResponse::SERVING);
  EXPECT_EQ(*check(kNotes), HealthCheckResponse::SERVING);
  EXPECT_THAT(check("no.such.Service"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ServerTest, ShutdownLetsRunningCallsFinish) {
  block_lists_ = true;
  Start();
  std::thread caller([this] {
    grpc::ClientContext context;
    ListNotesResponse response;
    EXPECT_THAT(ErrorOf(stub_->ListNotes(&context, ListNotesRequest(), &response)), IsOk());
  });
  ASSERT_TRUE(Eventually([this] { return lists_begun_ == 1; }));
  std::thread stopper([this] { server_.server().Shutdown(absl::Seconds(20)); });
  EXPECT_TRUE(Eventually([this] {
    Note note;
    grpc::ClientContext context;  // gRPC may forget a call that comes while it shuts down
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(1)));
    return !Get("notes/small", &note, &context).ok();  // no new calls
  }));
  release_.set_value();
  caller.join();
  stopper.join();
}

TEST_F(ServerTest, ShutdownWaitsForAnAnswerBeingMade) {
  Start();
  std::thread caller([this] {
    Note note;
    EXPECT_THAT(Get("notes/slow", &note), Not(IsOk()));
  });
  ASSERT_TRUE(Eventually([this] { return slow_begun_ == 1; }));
  std::thread stopper([this] { server_.Stop(); });
  caller.join();  // cancelled: gRPC is done with the call, its handler is not
  release_.set_value();
  stopper.join();
}

TEST_F(ServerTest, ManyClientsGetTheirOwnAnswers) {
  Start();
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([this, c] {
      for (int i = 0; i < 200; ++i) {
        Note note;
        const std::string name = absl::StrCat("notes/n", c, "-", i);
        ASSERT_THAT(Get(name, &note), IsOk());
        ASSERT_EQ(note.name(), name);
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_THAT(server_.metrics().Text(), HasSubstr("grpc_method=\"GetNote\",grpc_code=\"OK\"} 1600"));
}

TEST(ServerStartTest, OnlyLoopbackIsListenedOn) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "localhost", ""}) {
    ServerOptions options;
    options.listen_address = address;
    InProcessServer server(options);
    EXPECT_THAT(server.Start(), HasReason("INVALID_FIELD")) << address;
  }
}

TEST(ServerStartTest, TakenPortIsUnavailable) {
  InProcessServer first;
  ASSERT_THAT(first.Start(), IsOk());
  ServerOptions options;
  options.listen_port = first.server().port();
  InProcessServer second(options);
  EXPECT_THAT(second.Start(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(ServerStartTest, IncompleteServicesStopTheStart) {
  InProcessServer server;
  server.registry(kNotes);
  const absl::Status status = server.Start();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(status.message()), HasSubstr("GetNote has no handler"));
}

// Prints how a lone call after idle seconds compares with one under light load; machines differ, so nothing is
// asserted.
TEST_F(ServerTest, LoneCallsAfterIdleTimeAreMeasured) {
  Start();
  std::vector<double> idle_ms;
  std::vector<double> busy_ms;
  const auto timed = [this] {
    Note note;
    const absl::Time start = absl::Now();
    EXPECT_THAT(Get("notes/small", &note), IsOk());
    return absl::ToDoubleMilliseconds(absl::Now() - start);
  };
  timed();
  for (int i = 0; i < 200; ++i) busy_ms.push_back(timed());
  for (int i = 0; i < 3; ++i) {
    absl::SleepFor(absl::Milliseconds(1200));  // the idleness itself is what is measured
    idle_ms.push_back(timed());
  }
  std::sort(busy_ms.begin(), busy_ms.end());
  std::sort(idle_ms.begin(), idle_ms.end());
  std::printf("under light load: p50 %.2f ms, max %.2f ms; after idle seconds: p50 %.2f ms, max %.2f ms\n",
              busy_ms[100], busy_ms.back(), idle_ms[1], idle_ms.back());
}

}  // namespace
}  // namespace schutznetz::rpc
