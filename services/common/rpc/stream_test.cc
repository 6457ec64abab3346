// Streams over real connections: order, end, refusals, and rights that are lost meanwhile.
#include "services/common/rpc/stream.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <mutex>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "notes.grpc.pb.h"
#include "services/common/access/rights_version.h"
#include "services/common/errors/errors.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::GetNoteRequest;
using schutznetz::testing::v1::Note;
using schutznetz::testing::v1::NoteWatchService;
using testing::ErrorOf;
using testing::Eventually;
using testing::HasReason;
using testing::InProcessServer;
using testing::IsOk;

// What all watchers of the test read from.
class Board {
 public:
  void Pin(const std::string& title, bool secret = false) {
    std::vector<StreamWake> wakes;
    {
      const std::lock_guard lock(mutex_);
      notes_.push_back({title, secret});
      wakes = wakes_;
    }
    for (const StreamWake& wake : wakes) wake();
  }
  void Close() {
    closed_ = true;
    Wake();
  }
  void Wake() {
    std::vector<StreamWake> wakes;
    {
      const std::lock_guard lock(mutex_);
      wakes = wakes_;
    }
    for (const StreamWake& wake : wakes) wake();
  }
  int watchers() const { return watchers_; }

  std::unique_ptr<StreamFeed> Watch(StreamWake wake);

 private:
  friend class BoardFeed;
  std::mutex mutex_;
  std::deque<std::pair<std::string, bool>> notes_;
  std::vector<StreamWake> wakes_;
  std::atomic<bool> closed_{false};
  std::atomic<int> watchers_{0};
};

class BoardFeed final : public StreamFeed {
 public:
  explicit BoardFeed(Board& board) : board_(board) { ++board_.watchers_; }
  ~BoardFeed() override { --board_.watchers_; }

  absl::StatusOr<std::optional<WireReply>> Next(bool& ended) override {
    const std::lock_guard lock(board_.mutex_);
    if (at_ == board_.notes_.size()) {
      ended = board_.closed_;
      return std::optional<WireReply>();
    }
    const auto& [title, secret] = board_.notes_[at_++];
    Note note;
    note.set_title(title);
    WireReply reply;
    reply.AppendMessage(note);
    if (secret) reply.disclosed.push_back({.act = audit::Act::kRead, .kind = "note", .object = "notes/a"});
    return std::optional<WireReply>(std::move(reply));
  }

 private:
  Board& board_;
  size_t at_ = 0;
};

std::unique_ptr<StreamFeed> Board::Watch(StreamWake wake) {
  const std::lock_guard lock(mutex_);
  wakes_.push_back(std::move(wake));
  return std::make_unique<BoardFeed>(*this);
}

class StreamTest : public ::testing::Test {
 protected:
  explicit StreamTest(ServerOptions options = {}) : server_(std::move(options)) {
    Registry& registry = server_.registry("schutznetz.testing.v1.NoteWatchService");
    for (const char* method : {"WatchNotes", "WatchSecretNotes"}) {
      registry.Stream<GetNoteRequest>(method,
                                      [this](const CallContext&, const GetNoteRequest& request,
                                             StreamWake wake) -> absl::StatusOr<std::unique_ptr<StreamFeed>> {
                                        if (request.name() == "notes/missing") return errors::NotFound(request.name());
                                        return board_.Watch(std::move(wake));
                                      });
    }
    EXPECT_THAT(server_.Start(), IsOk());
  }
  ~StreamTest() override { server_.Stop(); }

  // One stream of a client.
  struct Watching {
    grpc::ClientContext context;
    std::unique_ptr<NoteWatchService::Stub> stub;
    std::unique_ptr<grpc::ClientReader<Note>> reader;

    // The next title; empty at the end.
    std::string Next() {
      Note note;
      return reader->Read(&note) ? note.title() : "";
    }
    absl::Status End() {
      for (Note note; reader->Read(&note);) {
      }
      return ErrorOf(reader->Finish());
    }
  };
  std::unique_ptr<Watching> Watch(const access::Caller& caller = {}, bool secret = false,
                                  const std::string& name = "notes/a") {
    auto watching = std::make_unique<Watching>();
    if (!caller.is_public()) server_.As(caller, &watching->context);
    watching->stub = NoteWatchService::NewStub(server_.channel());
    GetNoteRequest request;
    request.set_name(name);
    watching->reader = secret ? watching->stub->WatchSecretNotes(&watching->context, request)
                              : watching->stub->WatchNotes(&watching->context, request);
    return watching;
  }

  Board board_;
  InProcessServer server_;
};

TEST_F(StreamTest, MessagesArriveInOrderWhetherEarlyOrLateAndTheStreamEnds) {
  board_.Pin("one");
  board_.Pin("two");
  const auto watching = Watch();
  EXPECT_EQ(watching->Next(), "one");
  EXPECT_EQ(watching->Next(), "two");
  board_.Pin("three");
  EXPECT_EQ(watching->Next(), "three");
  board_.Close();
  EXPECT_THAT(watching->End(), IsOk());
  EXPECT_TRUE(Eventually([&] { return board_.watchers() == 0; }));
}

TEST_F(StreamTest, TheGuardChainStandsBeforeStreamsToo) {
  EXPECT_THAT(Watch({}, /*secret=*/true)->End(), HasReason("CREDENTIALS_REQUIRED"));
  const auto partner =
      access::Caller::Granted("partners/1", {.roles = {access::Role::kPartner}}, {.id = "p", .rights_version = 1});
  EXPECT_THAT(Watch(partner, /*secret=*/true)->End(), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Watch({}, false, "no name")->End(), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Watch({}, false, "notes/missing")->End(), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_EQ(board_.watchers(), 0);
}

TEST_F(StreamTest, LostRightsEndAStreamThatSendsNothing) {
  const auto watching = Watch(testing::Staff(), /*secret=*/true);
  const auto of_the_public = Watch();
  ASSERT_TRUE(Eventually([&] { return board_.watchers() == 2; }));
  server_.rights().Confirm(2, absl::InfiniteFuture());
  EXPECT_THAT(watching->End(), HasReason("CONTEXT_OUTDATED"));
  EXPECT_TRUE(Eventually([&] { return board_.watchers() == 1; })) << "nobody can take anything from the public";
  board_.Pin("one");
  EXPECT_EQ(of_the_public->Next(), "one");
}

TEST_F(StreamTest, RightsThatCannotBeCheckedEndIt) {
  const auto watching = Watch(testing::Staff());
  ASSERT_TRUE(Eventually([&] { return board_.watchers() == 1; }));
  server_.rights().Confirm(1, absl::Now() - access::kRightsAgeMax - absl::Seconds(1));
  EXPECT_THAT(watching->End(), HasReason("TEMPORARILY_UNAVAILABLE"));
}

TEST_F(StreamTest, NothingIsSentAfterTheRightsAreLost) {
  const auto watching = Watch(testing::Staff());
  board_.Pin("one");
  EXPECT_EQ(watching->Next(), "one");
  server_.rights().Confirm(2, absl::InfiniteFuture());
  board_.Pin("two");
  EXPECT_EQ(watching->Next(), "");
  EXPECT_THAT(watching->End(), HasReason("CONTEXT_OUTDATED"));
}

TEST_F(StreamTest, LostRightsEndAStreamWhoseClientTakesNothing) {
  for (int i = 0; i < 64; ++i) board_.Pin(std::string(100'000, 'x'));
  const auto watching = Watch(testing::Staff());
  ASSERT_TRUE(Eventually([&] { return board_.watchers() == 1; }));
  server_.rights().Confirm(2, absl::InfiniteFuture());
  EXPECT_TRUE(Eventually([&] { return board_.watchers() == 0; }));
  EXPECT_FALSE(watching->End().ok());
}

TEST_F(StreamTest, WhatDisclosesIsNotSentWithoutAnAuditLog) {
  const auto watching = Watch(testing::Staff(), /*secret=*/true);
  board_.Pin("geheim", /*secret=*/true);
  EXPECT_EQ(watching->Next(), "");
  EXPECT_THAT(watching->End(), HasReason("INTERNAL_ERROR"));
}

TEST_F(StreamTest, ACancelledStreamLetsGoOfItsFeed) {
  const auto watching = Watch();
  ASSERT_TRUE(Eventually([&] { return board_.watchers() == 1; }));
  watching->context.TryCancel();
  EXPECT_TRUE(Eventually([&] { return board_.watchers() == 0; }));
  board_.Wake();  // late: nobody listens
  EXPECT_FALSE(watching->End().ok());
}

TEST_F(StreamTest, ShutdownSendsWatchersElsewhere) {
  const auto watching = Watch();
  ASSERT_TRUE(Eventually([&] { return board_.watchers() == 1; }));
  server_.Stop();
  EXPECT_THAT(watching->End(), HasReason("TEMPORARILY_UNAVAILABLE"));
}

TEST_F(StreamTest, AnEndIsCountedAndLoggedAsAStream) {
  const auto watching = Watch();
  board_.Close();
  EXPECT_THAT(watching->End(), IsOk());
  EXPECT_TRUE(Eventually([&] { return board_.watchers() == 0; }));
  EXPECT_THAT(server_.LogText(), ::testing::HasSubstr("NoteWatchService.WatchNotes"));
  EXPECT_THAT(server_.metrics().Text(), ::testing::HasSubstr("grpc_type=\"server_stream\""));
}

class FewStreamsTest : public StreamTest {
 protected:
  FewStreamsTest() : StreamTest({.streams_max = 1}) {}
};

TEST_F(FewStreamsTest, MoreThanTheLimitAreSentElsewhere) {
  const auto first = Watch();
  ASSERT_TRUE(Eventually([&] { return board_.watchers() == 1; }));
  EXPECT_THAT(Watch()->End(), HasReason("TEMPORARILY_UNAVAILABLE"));
  board_.Pin("one");
  EXPECT_EQ(first->Next(), "one");
}

}  // namespace
}  // namespace schutznetz::rpc
