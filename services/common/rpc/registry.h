// The handlers of one proto service, by kind. Handlers are plain functions of call context and request.
//
//   rpc::Registry registry("schutznetz.directory.v1.DirectoryService");
//   registry.Read<GetLandRequest, Land>("GetLand", [&](const rpc::CallContext& call, const GetLandRequest& request)
//       -> absl::StatusOr<Land> { … });
//   registry.ReadWire<GetServiceRequest>("GetService", [&](const rpc::CallContext& call,
//       const GetServiceRequest& request, rpc::WireReply* reply) -> absl::Status { … });
//   registry.Blocking<ListImportsRequest, ListImportsResponse>("ListImports", …);   // may wait: runs on the pool
//   rpc::Writes writes(database, &waiter);                                          // write.h
//   writes.Add<CreateServiceRequest, Service>(registry, "CreateService", …);
//   registry.Stream<WatchRequest>("Watch", …);                                      // stream.h
//
// Before a handler runs, the guard chain has applied the method's rule and the field options of the request, so a
// handler sees only well-formed requests. Names of methods are checked by Server::Start: unknown, doubled or missing
// ones stop it. Registration is for the start, by one thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/common/audit/entry.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/completion.h"
#include "services/common/rpc/stream.h"
#include "services/common/rpc/wire_reply.h"

namespace schutznetz::audit {
class AuditLog;
}

namespace schutznetz::rpc {

// Where a handler runs.
enum class HandlerKind {
  kInline,    // on a completion-queue thread: answers from memory, never waits
  kBlocking,  // on the bounded pool
  kAsync,     // starts on a completion-queue thread, finishes anywhere
  kStream,    // server streaming, on gRPC's callback threads
};

// What may be shown of a response that comes from the store: takes the serialized message of this type, returns what
// the caller may see. Set once per registry; applied to Blocking and Write answers.
using Projection = std::function<absl::StatusOr<std::string>(const CallContext&, const google::protobuf::Descriptor*,
                                                             std::string wire)>;

// One registered method, type-erased. Used by the engine.
struct MethodHandler {
  std::string method;
  HandlerKind kind = HandlerKind::kInline;
  const google::protobuf::Message* request_prototype = nullptr;
  // kInline and kBlocking.
  std::function<absl::Status(const CallContext&, const google::protobuf::Message&, WireReply*)> answer;
  // kAsync: context and request live until the completion is finished.
  std::function<void(const CallContext&, const google::protobuf::Message&, Completion)> begin;
  // kStream: context and request live until the feed is destroyed.
  std::function<absl::StatusOr<std::unique_ptr<StreamFeed>>(const CallContext&, const google::protobuf::Message&,
                                                            StreamWake)>
      open;
};

class Registry {
 public:
  // The full name of a proto service that is linked into this program.
  explicit Registry(std::string service) : service_(std::move(service)) {}
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  template <typename Request, typename Response, typename Handler>
  void Read(std::string method, Handler handler) {
    AddTyped<Request, Response>(std::move(method), HandlerKind::kInline, std::move(handler), /*project=*/false);
  }

  template <typename Request, typename Handler>
  void ReadWire(std::string method, Handler handler) {
    Add({std::move(method), HandlerKind::kInline, &Request::default_instance(),
         [handler = std::move(handler)](const CallContext& call, const google::protobuf::Message& request,
                                        WireReply* reply) -> absl::Status {
           return handler(call, static_cast<const Request&>(request), reply);
         },
         nullptr, nullptr});
  }

  template <typename Request, typename Response, typename Handler>
  void Blocking(std::string method, Handler handler) {
    AddTyped<Request, Response>(std::move(method), HandlerKind::kBlocking, std::move(handler), /*project=*/true);
  }

  // The same for answers that carry more than their message: what they disclose, what they depend on.
  template <typename Request, typename Handler>
  void BlockingWire(std::string method, Handler handler) {
    Add({std::move(method), HandlerKind::kBlocking, &Request::default_instance(),
         [handler = std::move(handler)](const CallContext& call, const google::protobuf::Message& request,
                                        WireReply* reply) -> absl::Status {
           return handler(call, static_cast<const Request&>(request), reply);
         },
         nullptr, nullptr});
  }

  // The general form behind writes.
  template <typename Request>
  void Async(std::string method, std::function<void(const CallContext&, const Request&, Completion)> begin) {
    Add({std::move(method), HandlerKind::kAsync, &Request::default_instance(), nullptr,
         [begin = std::move(begin)](const CallContext& call, const google::protobuf::Message& request,
                                    Completion completion) {
           begin(call, static_cast<const Request&>(request), std::move(completion));
         },
         nullptr});
  }

  // A server-streaming method. The handler must not wait.
  template <typename Request, typename Handler>
  void Stream(std::string method, Handler handler) {
    Add({std::move(method), HandlerKind::kStream, &Request::default_instance(), nullptr, nullptr,
         [handler = std::move(handler)](const CallContext& call, const google::protobuf::Message& request,
                                        StreamWake wake) {
           return handler(call, static_cast<const Request&>(request), std::move(wake));
         }});
  }

  void SetProjection(Projection projection) { projection_ = std::move(projection); }
  // `response` as the caller may see it.
  absl::Status AppendProjected(const CallContext& call, const google::protobuf::Message& response,
                               WireReply* reply) const;

  // Where calls are recorded whose rule says `audit: true`, and answers that tell more than what is PUBLIC. Without one
  // such calls fail. Before Server::Start; `log` must outlive the server.
  void SetAudit(audit::AuditLog& log) { audit_ = &log; }
  audit::AuditLog* audit() const { return audit_; }
  // What the entry of a method says was done; without it READ, EXPORT or WRITE by the method's rule.
  //   registry.NameAct("CreateGrant", audit::Act::kGrant);
  void NameAct(const std::string& method, audit::Act act) { acts_[method] = act; }
  std::optional<audit::Act> ActOf(std::string_view method) const;
  // The entries of a write whose act is not one on the resource that it answers.
  using WriteFacts = std::function<std::vector<audit::Fact>(const google::protobuf::Message& response)>;
  void NameFacts(const std::string& method, WriteFacts facts) { write_facts_[method] = std::move(facts); }
  // Null: none were named.
  const WriteFacts* FactsOf(std::string_view method) const;

  const std::string& service() const { return service_; }
  const std::vector<MethodHandler>& handlers() const { return handlers_; }

 private:
  void Add(MethodHandler handler) { handlers_.push_back(std::move(handler)); }

  template <typename Request, typename Response, typename Handler>
  void AddTyped(std::string method, HandlerKind kind, Handler handler, bool project) {
    Add({std::move(method), kind, &Request::default_instance(),
         [this, project, handler = std::move(handler)](
             const CallContext& call, const google::protobuf::Message& request, WireReply* reply) -> absl::Status {
           absl::StatusOr<Response> response = handler(call, static_cast<const Request&>(request));
           if (!response.ok()) return std::move(response).status();
           if (project) return AppendProjected(call, *response, reply);
           reply->AppendMessage(*response);
           return absl::OkStatus();
         },
         nullptr, nullptr});
  }

  const std::string service_;
  std::vector<MethodHandler> handlers_;
  Projection projection_;
  audit::AuditLog* audit_ = nullptr;
  std::map<std::string, audit::Act, std::less<>> acts_;
  std::map<std::string, WriteFacts, std::less<>> write_facts_;
};

}  // namespace schutznetz::rpc
