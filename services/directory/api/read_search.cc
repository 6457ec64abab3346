#include "services/directory/api/read_search.h"

#include <memory>
#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/view/append_field.h"
#include "services/directory/api/read_reply.h"
#include "services/directory/view/service_reach.h"
#include "services/directory/view/service_search.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;
using view::AppendNumber;
using view::AppendTime;

using rpc::CallContext;
using rpc::PageTokens;
using rpc::WireReply;
using v1::SearchServicesResponse;

absl::Status Search(ServiceSearch& search, const DirectoryView& view, const PageTokens& tokens, const CallContext& call,
                    const v1::SearchServicesRequest& asked, WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, asked));
  const ViewReading reading = view.Read();
  const auto page_size = static_cast<size_t>(PageSizeOf(asked));
  ASSIGN_OR_RETURN(SearchPage page, search.Search(reading, asked, page_size, call.caller, after));
  if (!page.next.empty()) {
    AppendBytes(SearchServicesResponse::kNextPageTokenFieldNumber, tokens.Seal(call, asked, page.next), &page.bytes);
  }
  AppendTime(SearchServicesResponse::kAsOfFieldNumber, reading.as_of, &page.bytes);
  AppendNumber(SearchServicesResponse::kDegradedFieldNumber, reading.degraded ? 1 : 0, &page.bytes);
  reply->disclosed = std::move(page.disclosed);
  reply->Append(std::move(page.bytes));
  Describe(reading, page.valid_until, reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

absl::Status Reach(ServiceReach& reach, const DirectoryView& view, const CallContext& call,
                   const v1::ReachServicesRequest& request, WireReply* reply) {
  const ViewReading reading = view.Read();
  ASSIGN_OR_RETURN(ReachAnswer answer, reach.Reach(reading, request));
  reply->AppendView(answer.ladder->bytes, answer.ladder);
  reply->Append(std::move(answer.rest));
  // For an instant that was asked for, the clock changes nothing.
  Describe(reading, request.has_at() ? absl::InfiniteFuture() : answer.ladder->valid_until, reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

}  // namespace

void RegisterSearchReads(rpc::Registry& registry, const DirectoryView& view, const PageTokens& tokens) {
  const auto search = std::make_shared<ServiceSearch>(view);
  registry.ReadWire<v1::SearchServicesRequest>(
      "SearchServices",
      [search, &view, &tokens](const CallContext& call, const v1::SearchServicesRequest& request, WireReply* reply) {
        return Search(*search, view, tokens, call, request, reply);
      });
  const auto reach = std::make_shared<ServiceReach>(view);
  registry.ReadWire<v1::ReachServicesRequest>(
      "ReachServices", [reach, &view](const CallContext& call, const v1::ReachServicesRequest& request,
                                      WireReply* reply) { return Reach(*reach, view, call, request, reply); });
}

}  // namespace schutznetz::directory
