#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/rpc/validation.h"
#include "services/common/view/append_field.h"
#include "services/events/api/event_api.h"
#include "services/events/view/event_reads.h"
#include "services/events/view/event_search.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using rpc::PageTokens;
using rpc::WireReply;

// What every reading answer carries beside its bytes; nothing of a view that may be out of date may be kept.
void DescribeReading(const EventsReading& reading, const CallContext& call, WireReply* reply) {
  reply->position = reading.version->position;
  if (reading.degraded) reply->valid_until = reading.now;
  if (call.rule == nullptr) return;
  for (const std::string& kind : call.rule->cache().kinds()) reply->tags.push_back(kind);
}

// The guard chain brings page_size to 1 … 500; handlers called without it get the default.
size_t PageSizeOf(int asked) {
  return static_cast<size_t>(asked <= 0 ? rpc::kPageSizeDefault : std::min(asked, rpc::kPageSizeMax));
}

absl::Status Get(const EventsView& view, const CallContext& call, const v1::GetEventRequest& request,
                 WireReply* reply) {
  const EventsReading reading = view.Read();
  ASSIGN_OR_RETURN(SeenEvent seen, SeeEvent(reading, view.table(), request.name(), call.caller));
  if (!seen.disclosed.empty()) {
    reply->disclosed = {{audit::Act::kRead, kEventKind, request.name(), std::move(seen.disclosed)}};
  }
  reply->AppendView(seen.bytes, std::move(seen.owner));
  reply->position = reading.version->position;
  if (reading.degraded) reply->valid_until = reading.now;
  reply->tags = {request.name()};
  return absl::OkStatus();
}

absl::Status List(const EventsView& view, const PageTokens& tokens, const CallContext& call,
                  const v1::ListEventsRequest& request, WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
  const EventsReading reading = view.Read();
  ASSIGN_OR_RETURN(EventPage page,
                   ListEvents(reading, view.table(), request, PageSizeOf(request.page_size()), after, call.caller));
  if (!page.last.empty()) {
    view::AppendBytes(v1::ListEventsResponse::kNextPageTokenFieldNumber, tokens.Seal(call, request, page.last),
                      &page.bytes);
  }
  reply->disclosed = std::move(page.disclosed);
  reply->Append(std::move(page.bytes));
  DescribeReading(reading, call, reply);
  return absl::OkStatus();
}

absl::Status Search(EventSearch& search, const EventsView& view, const PageTokens& tokens, const CallContext& call,
                    const v1::SearchEventsRequest& request, WireReply* reply) {
  using v1::SearchEventsResponse;
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
  const EventsReading reading = view.Read();
  ASSIGN_OR_RETURN(EventSearchPage page,
                   search.Search(reading, request, PageSizeOf(request.page_size()), call.caller, after));
  if (!page.next.empty()) {
    view::AppendBytes(SearchEventsResponse::kNextPageTokenFieldNumber, tokens.Seal(call, request, page.next),
                      &page.bytes);
  }
  view::AppendTime(SearchEventsResponse::kAsOfFieldNumber, reading.as_of, &page.bytes);
  view::AppendNumber(SearchEventsResponse::kDegradedFieldNumber, reading.degraded ? 1 : 0, &page.bytes);
  reply->disclosed = std::move(page.disclosed);
  reply->Append(std::move(page.bytes));
  if (page.valid_until != absl::InfiniteFuture()) reply->valid_until = page.valid_until;
  DescribeReading(reading, call, reply);
  return absl::OkStatus();
}

}  // namespace

void RegisterEventReads(rpc::Registry& registry, const EventsView& view, const PageTokens& tokens) {
  registry.ReadWire<v1::GetEventRequest>(
      "GetEvent", [&view](const CallContext& call, const v1::GetEventRequest& request, WireReply* reply) {
        return Get(view, call, request, reply);
      });
  registry.ReadWire<v1::ListEventsRequest>(
      "ListEvents", [&view, &tokens](const CallContext& call, const v1::ListEventsRequest& request, WireReply* reply) {
        return List(view, tokens, call, request, reply);
      });
  const auto search = std::make_shared<EventSearch>(view);
  registry.ReadWire<v1::SearchEventsRequest>(
      "SearchEvents",
      [search, &view, &tokens](const CallContext& call, const v1::SearchEventsRequest& request, WireReply* reply) {
        return Search(*search, view, tokens, call, request, reply);
      });
}

}  // namespace schutznetz::events
