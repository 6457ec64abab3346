// The write path on real databases, behind a real server.
#include "services/common/rpc/write.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "notes.grpc.pb.h"
#include "services/common/changes/change_log.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/field_mask.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::CreateNoteRequest;
using schutznetz::testing::v1::GetNoteRequest;
using schutznetz::testing::v1::ListNotesRequest;
using schutznetz::testing::v1::ListNotesResponse;
using schutznetz::testing::v1::Note;
using schutznetz::testing::v1::NoteService;
using schutznetz::testing::v1::UpdateNoteRequest;
using storage::Transaction;
using testing::ErrorOf;
using testing::HasReason;
using testing::InProcessServer;
using testing::IsOk;
using testing::StatusIs;

constexpr char kService[] = "schutznetz.testing.v1.NoteService";
constexpr std::string_view kCreateTable = "CREATE TABLE notes (name TEXT PRIMARY KEY, body TEXT)";
constexpr storage::Migration kMigrations[] = {{1, "0001_notes", kCreateTable}};
constexpr storage::MigrationSet kNotes = {"notes", kMigrations, kMigrations};

// A follower that is always there already, and remembers what it was asked.
class InstantView final : public PositionWaiter {
 public:
  void WhenReached(const storage::Position& asked, absl::Time, absl::AnyInvocable<void(absl::Status)> then) override {
    {
      std::lock_guard lock(mutex_);
      position_ = asked;
      ++asked_;
    }
    then(answer_);
  }
  storage::Position position() const override {
    std::lock_guard lock(mutex_);
    return position_;
  }
  int asked() const {
    std::lock_guard lock(mutex_);
    return asked_;
  }

  absl::Status answer_;  // set before calls

 private:
  mutable std::mutex mutex_;
  storage::Position position_;
  int asked_ = 0;
};

class WriteTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  WriteTest() : temp_(GetParam(), {&kNotes}), server_({}, nullptr, &view_), writes_(temp_.database(), &view_) {
    Registry& registry = server_.registry(kService);
    registry.Read<GetNoteRequest, Note>("GetNote", [](const CallContext&, const GetNoteRequest& request) {
      return absl::StatusOr<Note>(errors::NotFound(request.name()));
    });
    registry.Blocking<ListNotesRequest, ListNotesResponse>(
        "ListNotes", [](const CallContext&, const ListNotesRequest&) { return absl::StatusOr<ListNotesResponse>(); });
    writes_.Add<CreateNoteRequest, Note>(
        registry, "CreateNote",
        [this](Transaction& tx, const CallContext&, const CreateNoteRequest& request) { return Create(tx, request); },
        {[](Note* note) { StripTold(note); },
         [](Transaction&, const CallContext&, Note* note) {
           if (note->title().empty()) note->set_title("told again");
           return absl::OkStatus();
         }});
    writes_.Add<UpdateNoteRequest, Note>(
        registry, "UpdateNote",
        [](Transaction&, const CallContext&, const UpdateNoteRequest& request) -> absl::StatusOr<Note> {
          return errors::EtagMissing(request.note().name());
        });
    registry.SetProjection([](const CallContext&, const google::protobuf::Descriptor*, std::string wire) {
      Note note;
      note.ParseFromString(wire);
      note.clear_origin();  // stands for what a caller may not see
      return absl::StatusOr<std::string>(note.SerializeAsString());
    });
    EXPECT_THAT(server_.Start(), IsOk());
    stub_ = NoteService::NewStub(server_.channel());
  }

  static void StripTold(Note* note) {
    if (note->title() == "told once") note->clear_title();
  }

  absl::StatusOr<Note> Create(Transaction& tx, const CreateNoteRequest& request) {
    ++runs_;
    Note note = request.note();
    note.set_name("notes/" + request.note_id());
    note.mutable_create_time()->set_seconds(runs_);
    const auto inserted = tx.Execute("INSERT INTO notes (name, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                                     {note.name(), note.title()});
    if (!inserted.ok()) return inserted.status();
    if (*inserted == 0) return errors::Exists(note.name());
    tx.AppendChange({.kind = "note", .name = note.name(), .operation = storage::ChangeOperation::kCreated});
    return note;
  }

  static CreateNoteRequest RequestFor(const std::string& id, const std::string& request_id = "") {
    CreateNoteRequest request;
    request.set_note_id(id);
    request.set_request_id(request_id);
    request.mutable_note()->set_title("title");
    request.mutable_note()->set_origin("hidden");
    request.mutable_note()->set_rank(1);
    return request;
  }

  absl::Status Send(const CreateNoteRequest& request, Note* note = nullptr) {
    context_.emplace();
    server_.As(testing::Staff(), &*context_);
    Note own;
    return ErrorOf(stub_->CreateNote(&*context_, request, note != nullptr ? note : &own));
  }

  bool HasPosition() const { return context_->GetServerTrailingMetadata().count("schutznetz-position") > 0; }

  int64_t Rows() {
    int64_t rows = 0;
    EXPECT_THAT(temp_.database().Read([&](storage::ReadTransaction& tx) {
      return tx.QueryRow("SELECT COUNT(*) FROM notes", {}, [&](const storage::Row& row) { rows = row.Int(0); })
          .status();
    }),
                IsOk());
    return rows;
  }

  testing::TempDatabase temp_;
  InstantView view_;
  InProcessServer server_;
  Writes writes_;
  std::unique_ptr<NoteService::Stub> stub_;
  std::optional<grpc::ClientContext> context_;
  std::atomic<int> runs_{0};
};

TEST_P(WriteTest, WhatIsToldOnceIsNotKept) {
  CreateNoteRequest request = RequestFor("first", "key-1");
  request.mutable_note()->set_title("told once");
  Note note;
  ASSERT_THAT(Send(request, &note), IsOk());
  EXPECT_EQ(note.title(), "told once");
  int64_t kept = 0;
  ASSERT_THAT(temp_.database().Read([&](storage::ReadTransaction& tx) {
    return tx.Query("SELECT response FROM request_log", {}, [&](const storage::Row& row) {
      ++kept;
      EXPECT_EQ(row.Blob(0).find("told once"), std::string_view::npos);
      return absl::OkStatus();
    });
  }),
              IsOk());
  EXPECT_EQ(kept, 1);
  ASSERT_THAT(Send(request, &note), IsOk());
  EXPECT_EQ(note.title(), "told again");
  EXPECT_EQ(Rows(), 1);
}

TEST_P(WriteTest, AnswerComesAfterTheViewHasTheChange) {
  Note note;
  ASSERT_THAT(Send(RequestFor("first"), &note), IsOk());
  EXPECT_EQ(note.name(), "notes/first");
  EXPECT_EQ(note.origin(), "") << "the projection was not applied";
  EXPECT_EQ(view_.asked(), 1);
  EXPECT_EQ(view_.position().number, 1);
  EXPECT_TRUE(HasPosition());
  EXPECT_EQ(Rows(), 1);
}

TEST_P(WriteTest, LostViewDoesNotUndoAnAcknowledgedWrite) {
  view_.answer_ = absl::DeadlineExceededError("slow");
  EXPECT_THAT(Send(RequestFor("first")), IsOk());
  EXPECT_TRUE(HasPosition());
}

TEST_P(WriteTest, SameRequestIdHasOneEffectAndOneAnswer) {
  Note first;
  Note second;
  ASSERT_THAT(Send(RequestFor("first", "id-1"), &first), IsOk());
  ASSERT_THAT(Send(RequestFor("first", "id-1"), &second), IsOk());
  EXPECT_EQ(runs_, 1);
  EXPECT_THAT(second, testing::EqualsProto(first));
  EXPECT_EQ(view_.asked(), 2);  // the second answer waits for the view as well: another replica may give it
  EXPECT_TRUE(HasPosition());
  EXPECT_EQ(Rows(), 1);
}

TEST_P(WriteTest, SameRequestIdForAnotherRequestIsRefused) {
  ASSERT_THAT(Send(RequestFor("first", "id-1")), IsOk());
  EXPECT_THAT(Send(RequestFor("second", "id-1")), HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(Rows(), 1);
}

TEST_P(WriteTest, RefusedWritesKeepNoAnswer) {
  ASSERT_THAT(Send(RequestFor("first", "id-1")), IsOk());
  EXPECT_THAT(Send(RequestFor("first", "id-2")), HasReason("RESOURCE_EXISTS"));
  EXPECT_THAT(Send(RequestFor("second", "id-2")), IsOk());  // the refused one left nothing behind
}

TEST_P(WriteTest, ValidateOnlyAnswersAndLeavesNothing) {
  CreateNoteRequest request = RequestFor("first", "id-1");
  request.set_validate_only(true);
  Note note;
  ASSERT_THAT(Send(request, &note), IsOk());
  EXPECT_EQ(note.name(), "notes/first");
  EXPECT_EQ(Rows(), 0);
  EXPECT_EQ(view_.asked(), 0);
  EXPECT_FALSE(HasPosition());
  EXPECT_THAT(Send(RequestFor("first", "id-1")), IsOk());  // the id was not used up
}

TEST_P(WriteTest, RefusalsReachTheCaller) {
  UpdateNoteRequest request;
  request.mutable_note()->set_name("notes/a");
  Note note;
  grpc::ClientContext context;
  server_.As(testing::Staff(), &context);
  EXPECT_THAT(ErrorOf(stub_->UpdateNote(&context, request, &note)), HasReason("ETAG_MISSING"));
}

INSTANTIATE_TEST_SUITE_P(Engines, WriteTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::rpc
