// Shared by the methods. Internal to api/.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/call_context.h"
#include "services/exchange/api/exchange_api.h"
#include "services/exchange/domain/records.h"

namespace schutznetz::exchange {

// Reads one thing in a snapshot of its own: `work(tx)` returns StatusOr<Result>.
template <typename Result, typename Work>
absl::StatusOr<Result> ReadOne(const ExchangeApiParts& parts, const rpc::CallContext& call, Work work) {
  Result result;
  const auto read = [&](storage::ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(result, work(tx));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(parts.database.Read(read, call.deadline));
  return result;
}

// For answers with personal fields: the name alone is kept under a request id, and `group` (Members, …) reads the
// resource again; it must outlive the server.
template <typename Resource, typename Group>
rpc::Keeping<Resource> KeepName(const Group& group) {
  return {[](Resource* resource) {
            const std::string name = resource->name();
            resource->Clear();
            resource->set_name(name);
          },
          [&group](storage::Transaction& tx, const rpc::CallContext& call, Resource* resource) -> absl::Status {
            ASSIGN_OR_RETURN(*resource, group.Get(tx, call.caller, resource->name(), tx.now()));
            return absl::OkStatus();
          }};
}

inline Author AuthorOf(const rpc::CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

// A page of a list: `work(tx, after_id, count)` returns up to `count` resources in the order of ids; one more than the
// page holds is asked for. Page tokens hold the id to go on after. `add` puts one resource into the response.
template <typename Resource, typename Response, typename Request, typename Work, typename Add>
absl::StatusOr<Response> ReadPage(const ExchangeApiParts& parts, const rpc::CallContext& call, const Request& request,
                                  Work work, Add add) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  const auto size = static_cast<size_t>(request.page_size());
  ASSIGN_OR_RETURN(std::vector<Resource> list,
                   (ReadOne<std::vector<Resource>>(parts, call, [&](storage::ReadTransaction& tx) {
                     return work(tx, after, static_cast<int>(size) + 1);
                   })));
  Response response;
  if (list.size() > size) {
    list.resize(size);
    const std::string last = IdOfName(KindOf<Resource>(), list.back().name()).value_or("");
    response.set_next_page_token(parts.page_tokens.Seal(call, request, last));
  }
  for (Resource& resource : list) *add(&response) = std::move(resource);
  return response;
}

// The same for lists that leave records out: `work(tx, after_id, count, &last_id)` says itself where the next page goes
// on.
template <typename Resource, typename Response, typename Request, typename Work, typename Add>
absl::StatusOr<Response> ReadFilteredPage(const ExchangeApiParts& parts, const rpc::CallContext& call,
                                          const Request& request, Work work, Add add) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  std::string last;
  ASSIGN_OR_RETURN(std::vector<Resource> list,
                   (ReadOne<std::vector<Resource>>(parts, call, [&](storage::ReadTransaction& tx) {
                     return work(tx, after, request.page_size(), &last);
                   })));
  Response response;
  if (!last.empty()) response.set_next_page_token(parts.page_tokens.Seal(call, request, last));
  for (Resource& resource : list) *add(&response) = std::move(resource);
  return response;
}

}  // namespace schutznetz::exchange
