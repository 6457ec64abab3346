#include "services/common/rpc/write.h"

#include "services/common/audit/audit_log.h"
#include "services/common/changes/change_log.h"
#include "services/common/changes/follower.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/audited.h"
#include "services/common/rpc/digest.h"
#include "services/common/storage/request_log.h"

namespace schutznetz::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The string or bool field of this name, or null.
const FieldDescriptor* FieldOf(const Message& request, const char* name, FieldDescriptor::CppType type) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  return field != nullptr && !field->is_repeated() && field->cpp_type() == type ? field : nullptr;
}

std::string RequestIdOf(const Message& request) {
  const FieldDescriptor* field = FieldOf(request, "request_id", FieldDescriptor::CPPTYPE_STRING);
  return field == nullptr ? std::string() : request.GetReflection()->GetString(request, field);
}

bool IsValidateOnly(const Message& request) {
  const FieldDescriptor* field = FieldOf(request, "validate_only", FieldDescriptor::CPPTYPE_BOOL);
  return field != nullptr && request.GetReflection()->GetBool(request, field);
}

// Before the deadline of the call there must be time to answer.
constexpr absl::Duration kAnswerTime = absl::Milliseconds(50);

}  // namespace

// A write on its way; alive until its call is answered.
struct Writes::Running {
  Running(Task begun, Completion answer) : task(std::move(begun)), completion(std::move(answer)) {}

  absl::Status Work(storage::Transaction& tx);
  // The answer that was kept for this request_id, or nothing.
  absl::StatusOr<bool> TakeKnownAnswer(storage::Transaction& tx);
  // The answer as it is stored.
  std::string KeptAnswer() const;
  absl::Status Record(storage::Transaction& tx) const;
  void Finish(const storage::Position& position);

  Task task;
  Completion completion;
  std::string method;
  std::string request_id;
  bool validate_only = false;
  bool rehearsed = false;      // validate_only: the work succeeded and is to be rolled back
  storage::Position known_by;  // of a kept answer: its effect is at this position or before
  std::unique_ptr<Message> response;

 private:
  storage::RequestKey Key() const { return {task.call.caller.principal(), method, request_id}; }
};

absl::StatusOr<bool> Writes::Running::TakeKnownAnswer(storage::Transaction& tx) {
  if (request_id.empty()) return false;
  ASSIGN_OR_RETURN(const std::optional<std::string> known,
                   storage::BeginRequest(tx, Key(), Sha256(CanonicalBytes(task.request))));
  if (!known.has_value()) return false;
  response.reset(task.response_prototype->New());
  if (!response->ParseFromString(*known)) return errors::Internal("a kept answer cannot be read");
  if (task.keep->restore) RETURN_IF_ERROR(task.keep->restore(tx, task.call, response.get()));
  ASSIGN_OR_RETURN(const changes::LogState log, changes::ReadLogState(tx));
  known_by = log.position();
  return true;
}

std::string Writes::Running::KeptAnswer() const {
  if (!task.keep->strip) return response->SerializeAsString();
  std::unique_ptr<Message> kept(response->New());
  kept->CopyFrom(*response);
  task.keep->strip(kept.get());
  return kept->SerializeAsString();
}

absl::Status Writes::Running::Work(storage::Transaction& tx) {
  if (task.call.cancelled()) return errors::Cancelled();
  ASSIGN_OR_RETURN(const bool known, TakeKnownAnswer(tx));
  if (known) return absl::OkStatus();
  ASSIGN_OR_RETURN(response, task.work(tx));
  if (validate_only) {
    rehearsed = true;
    return absl::AbortedError("validate_only");  // rolls back; never shown
  }
  if (!request_id.empty()) RETURN_IF_ERROR(storage::FinishRequest(tx, Key(), KeptAnswer()));
  return Record(tx);
}

// The last statement of the write (audit_store.h says why).
absl::Status Writes::Running::Record(storage::Transaction& tx) const {
  if (task.call.rule == nullptr || !task.call.rule->audit()) return absl::OkStatus();
  if (task.registry.audit() == nullptr) return errors::Internal("a write to be audited, and no audit log");
  return task.registry.audit()->Append(
      tx, NamesOf(task.call), FactsOfWrite(task.registry, task.call, task.request, *response, tx.appended_changes()));
}

void Writes::Running::Finish(const storage::Position& position) {
  WireReply reply;
  const absl::Status projected = task.registry.AppendProjected(task.call, *response, &reply);
  reply.audited = true;
  if (position.number > 0) reply.position = position;
  completion.Finish(projected, std::move(reply));
}

void Writes::Begin(Task task, Completion completion) {
  auto running = std::make_shared<Running>(std::move(task), std::move(completion));
  const CallContext& call = running->task.call;
  running->method = std::string(call.service) + "/" + std::string(call.method);
  running->request_id = RequestIdOf(running->task.request);
  running->validate_only = IsValidateOnly(running->task.request);
  database_.Write([running](storage::Transaction& tx) { return running->Work(tx); },
                  [this, running](absl::Status status, const storage::CommitInfo& commit) {
                    Committed(running, std::move(status), commit);
                  },
                  call.deadline - kAnswerTime);
}

void Writes::Committed(std::shared_ptr<Running> running, absl::Status status, const storage::CommitInfo& commit) {
  if (running->rehearsed) return running->Finish({});
  if (!status.ok()) return running->completion.Finish(std::move(status));
  const storage::Position position = commit.position.number > 0 ? commit.position : running->known_by;
  if (waiter_ == nullptr || position.number == 0) return running->Finish(position);
  waiter_->WhenReached(position, running->task.call.deadline - kAnswerTime,
                       [running, position](const absl::Status&) { running->Finish(position); });
}

void FollowerWaiter::WhenReached(const storage::Position& position, absl::Time deadline,
                                 absl::AnyInvocable<void(absl::Status)> then) {
  if (position.epoch != follower_.position().epoch) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
  follower_.WhenReached(position.number, deadline, std::move(then));
}

storage::Position FollowerWaiter::position() const { return follower_.position(); }

}  // namespace schutznetz::rpc
