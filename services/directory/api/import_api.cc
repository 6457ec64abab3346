#include "services/directory/api/import_api.h"

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/digest.h"
#include "services/common/storage/request_log.h"

namespace schutznetz::directory {
namespace {

using google::protobuf::util::TimeUtil;
using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

// Before the deadline of Apply there must be time for the view to follow and for the answer.
constexpr absl::Duration kAnswerTime = absl::Milliseconds(500);

// Page tokens hold "<create_us> <id>".
std::string TokenOf(const StoredImport& last) {
  return absl::StrCat(TimeUtil::TimestampToMicroseconds(last.import.create_time()), " ", last.id);
}

absl::StatusOr<ImportListKey> KeyOf(const std::string& token) {
  if (token.empty()) return ImportListKey();
  ImportListKey key;
  const size_t space = token.find(' ');
  if (space == std::string::npos || !absl::SimpleAtoi(token.substr(0, space), &key.create_us)) {
    return errors::PageTokenInvalid();
  }
  key.id = token.substr(space + 1);
  return key;
}

absl::StatusOr<v1::ListImportsResponse> List(const ImportApiParts& parts, const CallContext& call,
                                             const v1::ListImportsRequest& request) {
  ASSIGN_OR_RETURN(const std::string token, parts.page_tokens.Open(call, request));
  ASSIGN_OR_RETURN(const ImportListKey key, KeyOf(token));
  std::vector<StoredImport> list;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(list, parts.imports.List(tx, key, request.page_size() + 1));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  v1::ListImportsResponse response;
  if (list.size() > static_cast<size_t>(request.page_size())) {
    list.pop_back();
    response.set_next_page_token(parts.page_tokens.Seal(call, request, TokenOf(list.back())));
  }
  for (StoredImport& stored : list) *response.add_imports() = std::move(stored.import);
  return response;
}

absl::StatusOr<v1::ListImportRefusalsResponse> ListRefusals(const ImportApiParts& parts, const CallContext& call,
                                                            const v1::ListImportRefusalsRequest& request) {
  ASSIGN_OR_RETURN(const std::string token, parts.page_tokens.Open(call, request));
  int64_t after_line = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &after_line)) return errors::PageTokenInvalid();
  std::vector<v1::ImportRefusal> list;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(list, parts.imports.Refusals(tx, request.parent(), after_line, request.page_size() + 1));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  v1::ListImportRefusalsResponse response;
  if (list.size() > static_cast<size_t>(request.page_size())) {
    list.pop_back();
    response.set_next_page_token(parts.page_tokens.Seal(call, request, absl::StrCat(list.back().line())));
  }
  for (v1::ImportRefusal& refusal : list) *response.add_refusals() = std::move(refusal);
  return response;
}

absl::StatusOr<v1::Import> Get(const ImportApiParts& parts, const CallContext& call,
                               const v1::GetImportRequest& request) {
  v1::Import import;
  const auto read = [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(import, parts.imports.Get(tx, request.name()));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  return import;
}

// What makes the same request of the same caller one effect, although it takes many transactions: the answer is kept in
// the last of them, and looked up before the first.
struct RequestIdentity {
  std::string principal, method, request_id, digest;

  storage::RequestKey key() const { return {principal, method, request_id}; }
};

absl::StatusOr<std::optional<v1::Import>> KnownAnswer(storage::Database& database, const RequestIdentity& identity) {
  std::optional<std::string> known;
  const auto look = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(known, storage::BeginRequest(tx, identity.key(), identity.digest));
    return known ? absl::OkStatus() : absl::CancelledError("not known");  // rolls the claim back
  };
  const absl::Status status = database.WriteAndWait(look).status();
  if (!known && absl::IsCancelled(status)) return std::nullopt;
  RETURN_IF_ERROR(status);
  v1::Import import;
  if (!import.ParseFromString(*known)) return errors::Internal("a kept answer cannot be read");
  return import;
}

absl::Status KeepAnswer(Transaction& tx, const RequestIdentity& identity, const v1::Import& import) {
  ASSIGN_OR_RETURN(const std::optional<std::string> known, storage::BeginRequest(tx, identity.key(), identity.digest));
  if (known) return absl::OkStatus();
  return storage::FinishRequest(tx, identity.key(), import.SerializeAsString());
}

// One call of Apply on its way.
struct ApplyCall {
  ApplyCall(const CallContext& context, rpc::Completion answer) : call(context), completion(std::move(answer)) {}

  void Finish(const rpc::Registry& registry, const v1::Import& import, const storage::Position& position) {
    rpc::WireReply reply;
    const absl::Status projected = registry.AppendProjected(call, import, &reply);
    if (position.number > 0) reply.position = position;
    completion.Finish(projected, std::move(reply));
  }

  const CallContext& call;
  rpc::Completion completion;
};

// Waits until the view has everything, but not past `deadline`: after a large import it needs a while, and what is
// written is written. Blocks the runner's thread, which has nothing else to do.
void AwaitView(rpc::PositionWaiter& waiter, const storage::Position& position, absl::Time deadline) {
  if (position.number == 0) return;
  auto reached = std::make_shared<std::promise<void>>();
  std::future<void> result = reached->get_future();
  waiter.WhenReached(position, deadline, [reached](const absl::Status&) { reached->set_value(); });
  result.wait_until(absl::ToChronoTime(deadline));
}

ImportRunner::Job JobOf(const ImportApiParts& parts, const CallContext& call, const v1::ApplyImportRequest& request) {
  ImportRunner::Job job;
  job.dry_run = request.validate_only();
  job.answer_by = call.deadline - kAnswerTime;
  if (job.dry_run || request.request_id().empty()) return job;
  auto identity = std::make_shared<const RequestIdentity>(
      RequestIdentity{call.caller.principal(), absl::StrCat(std::string(call.service), "/", std::string(call.method)),
                      request.request_id(), rpc::Sha256(rpc::CanonicalBytes(request))});
  job.known = [&database = parts.database, identity] { return KnownAnswer(database, *identity); };
  job.finish = [identity](Transaction& tx, const v1::Import& import) { return KeepAnswer(tx, *identity, import); };
  return job;
}

void Apply(const ImportApiParts& parts, const rpc::Registry& registry, const CallContext& call,
           const v1::ApplyImportRequest& request, rpc::Completion completion) {
  const absl::StatusOr<std::string> id = Imports::IdOf(request.name());
  if (!id.ok()) return completion.Finish(id.status());
  ImportRunner::Job job = JobOf(parts, call, request);
  job.id = *id;
  auto running = std::make_shared<ApplyCall>(call, std::move(completion));
  job.done = [running, &registry, &waiter = parts.waiter](absl::StatusOr<ImportApplier::Applied> applied) {
    if (!applied.ok()) return running->completion.Finish(applied.status());
    AwaitView(waiter, applied->position, running->call.deadline - kAnswerTime / 4);
    running->Finish(registry, applied->import, applied->position);
  };
  parts.runner.Submit(std::move(job));
}

}  // namespace

void RegisterImportApi(rpc::Registry& registry, rpc::Writes& writes, const ImportApiParts& parts) {
  writes.Add<v1::CreateImportRequest, v1::Import>(
      registry, "CreateImport", [parts](Transaction& tx, const CallContext&, const v1::CreateImportRequest& request) {
        return parts.imports.Create(tx, request.import());
      });
  writes.Add<v1::AppendImportRecordsRequest, v1::Import>(
      registry, "AppendImportRecords",
      [parts](Transaction& tx, const CallContext&, const v1::AppendImportRecordsRequest& request) {
        return parts.imports.Append(tx, request);
      });
  registry.Async<v1::ApplyImportRequest>(
      "ApplyImport",
      [parts, &registry](const CallContext& call, const v1::ApplyImportRequest& request, rpc::Completion completion) {
        Apply(parts, registry, call, request, std::move(completion));
      });
  registry.Blocking<v1::GetImportRequest, v1::Import>(
      "GetImport",
      [parts](const CallContext& call, const v1::GetImportRequest& request) { return Get(parts, call, request); });
  registry.Blocking<v1::ListImportsRequest, v1::ListImportsResponse>(
      "ListImports",
      [parts](const CallContext& call, const v1::ListImportsRequest& request) { return List(parts, call, request); });
  registry.Blocking<v1::ListImportRefusalsRequest, v1::ListImportRefusalsResponse>(
      "ListImportRefusals", [parts](const CallContext& call, const v1::ListImportRefusalsRequest& request) {
        return ListRefusals(parts, call, request);
      });
}

}  // namespace schutznetz::directory
