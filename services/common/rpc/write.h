// The generic write path: one function per write method, everything around it once.
//
//   rpc::Writes writes(database, &waiter);
//   writes.Add<CreateServiceRequest, Service>(registry, "CreateService",
//       [&](storage::Transaction& tx, const rpc::CallContext& call, const CreateServiceRequest& request)
//           -> absl::StatusOr<Service> { return domain.CreateService(tx, call, request); });
//
// Around the function: request_id (claimed, or its stored answer returned, in the transaction of the effect),
// validate_only (the effect is rolled back, the answer is what it would have been), commit, waiting until this
// replica's view reflects the change (no thread is held), projection of the answer for the caller,
// `schutznetz-position`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/completion.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/registry.h"
#include "services/common/storage/database.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::changes {
class Follower;
}

namespace schutznetz::rpc {

// The waiter over a follower of the change log. `follower` must outlive it.
class FollowerWaiter final : public PositionWaiter {
 public:
  explicit FollowerWaiter(changes::Follower& follower) : follower_(follower) {}
  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

 private:
  changes::Follower& follower_;
};

// For answers that must not be stored as they are: secrets told once, values that are kept encrypted.
template <typename Response>
struct Keeping {
  // Takes out what must not be stored under a request_id. Null: nothing.
  std::function<void(Response*)> strip;
  // Puts it back, as it is now, when the request comes again. Null: the stripped answer is sent.
  std::function<absl::Status(storage::Transaction&, const CallContext&, Response*)> restore;
};

// Thread safe. `database`, `waiter` (may be null: nothing follows the log) and the registry must outlive the server.
class Writes {
 public:
  Writes(storage::Database& database, PositionWaiter* waiter) : database_(database), waiter_(waiter) {}

  // `work` runs once, inside the write transaction, on a thread of the database: short, and waiting for nothing but its
  // statements. Codes it returns reach the caller; the transaction is then rolled back.
  // A lost view (not reached within the deadline) still answers OK: the write is durable and its position is sent.
  template <typename Request, typename Response>
  void Add(Registry& registry, std::string method,
           std::function<absl::StatusOr<Response>(storage::Transaction&, const CallContext&, const Request&)> work,
           Keeping<Response> keeping = {}) {
    AddPrepared<Request, Response>(registry, std::move(method), nullptr, std::move(work), std::move(keeping));
  }

  // What must be known before the write begins and is not in the database: asked without holding a thread or a
  // transaction. An error is the answer of the call. Called on a completion-queue thread; `then` once, anywhere.
  template <typename Request>
  using Prepare = std::function<void(const CallContext&, const Request&, absl::AnyInvocable<void(absl::Status)> then)>;

  template <typename Request, typename Response>
  void AddPrepared(
      Registry& registry, std::string method, Prepare<Request> prepare,
      std::function<absl::StatusOr<Response>(storage::Transaction&, const CallContext&, const Request&)> work,
      Keeping<Response> keeping = {}) {
    registry.Async<Request>(
        std::move(method),
        [this, &registry, prepare = std::move(prepare), work = std::make_shared<decltype(work)>(std::move(work)),
         keep = KeepOf(std::move(keeping))](const CallContext& call, const Request& request, Completion completion) {
          Task task = {registry,
                       call,
                       request,
                       [work, &call, &request](storage::Transaction& tx) -> absl::StatusOr<std::unique_ptr<Message>> {
                         absl::StatusOr<Response> response = (*work)(tx, call, request);
                         if (!response.ok()) return std::move(response).status();
                         return std::make_unique<Response>(*std::move(response));
                       },
                       &Response::default_instance(),
                       keep};
          if (!prepare) return Begin(std::move(task), std::move(completion));
          prepare(call, request,
                  [this, task = std::move(task), completion = std::move(completion)](absl::Status status) mutable {
                    if (!status.ok()) return completion.Finish(std::move(status));
                    Begin(std::move(task), std::move(completion));
                  });
        });
  }

 private:
  using Message = google::protobuf::Message;
  // Keeping<Response>, type-erased.
  struct Keep {
    std::function<void(Message*)> strip;
    std::function<absl::Status(storage::Transaction&, const CallContext&, Message*)> restore;
  };
  struct Task {
    const Registry& registry;
    const CallContext& call;
    const Message& request;
    std::function<absl::StatusOr<std::unique_ptr<Message>>(storage::Transaction&)> work;
    const Message* response_prototype;
    std::shared_ptr<const Keep> keep;
  };

  template <typename Response>
  static std::shared_ptr<const Keep> KeepOf(Keeping<Response> keeping) {
    auto keep = std::make_shared<Keep>();
    if (keeping.strip) {
      keep->strip = [strip = std::move(keeping.strip)](Message* message) { strip(static_cast<Response*>(message)); };
    }
    if (keeping.restore) {
      keep->restore = [restore = std::move(keeping.restore)](storage::Transaction& tx, const CallContext& call,
                                                             Message* message) {
        return restore(tx, call, static_cast<Response*>(message));
      };
    }
    return keep;
  }
  struct Running;

  void Begin(Task task, Completion completion);
  void Committed(std::shared_ptr<Running> running, absl::Status status, const storage::CommitInfo& commit);

  storage::Database& database_;
  PositionWaiter* const waiter_;
};

}  // namespace schutznetz::rpc
