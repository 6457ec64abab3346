#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/rpc/validation.h"
#include "services/common/view/append_field.h"
#include "services/events/api/publication_api.h"
#include "services/events/api/publication_reading.h"
#include "services/events/view/publication_reads.h"
#include "services/events/view/publication_search.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using rpc::PageTokens;
using rpc::WireReply;

// The guard chain brings page_size to 1 … 500; handlers called without it get the default.
size_t PublicationsPerPage(int asked) {
  return static_cast<size_t>(asked <= 0 ? rpc::kPageSizeDefault : std::min(asked, rpc::kPageSizeMax));
}

absl::Status GetPublication(const PublicationView& view, const CallContext& call,
                            const v1::GetPublicationRequest& request, WireReply* reply) {
  const PublicationReading reading = view.Read();
  ASSIGN_OR_RETURN(SeenPublication seen, SeePublication(reading, view.table(), request.name(), call.caller));
  if (!seen.disclosed.empty()) {
    reply->disclosed = {{audit::Act::kRead, kPublicationKind, request.name(), std::move(seen.disclosed)}};
  }
  reply->AppendView(seen.bytes, std::move(seen.owner));
  reply->position = reading.version->position;
  if (reading.degraded) reply->valid_until = reading.now;
  reply->tags = {request.name()};
  return absl::OkStatus();
}

absl::Status ListPublicationsPage(const PublicationView& view, const PageTokens& tokens, const CallContext& call,
                                  const v1::ListPublicationsRequest& request, WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
  const PublicationReading reading = view.Read();
  ASSIGN_OR_RETURN(PublicationPage page,
                   ListPublications(reading, view.table(), request.show_deleted(),
                                    PublicationsPerPage(request.page_size()), after, call.caller));
  if (!page.last.empty()) {
    view::AppendBytes(v1::ListPublicationsResponse::kNextPageTokenFieldNumber, tokens.Seal(call, request, page.last),
                      &page.bytes);
  }
  reply->disclosed = std::move(page.disclosed);
  reply->Append(std::move(page.bytes));
  DescribePublications(reading, call, reply);
  return absl::OkStatus();
}

absl::Status SearchPublications(PublicationSearch& search, const PublicationView& view, const PageTokens& tokens,
                                const CallContext& call, const v1::SearchPublicationsRequest& request,
                                WireReply* reply) {
  using v1::SearchPublicationsResponse;
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
  const PublicationReading reading = view.Read();
  ASSIGN_OR_RETURN(
      FoundPublications found,
      search.Search(reading, view.table(), request, PublicationsPerPage(request.page_size()), call.caller, after));
  if (!found.next.empty()) {
    view::AppendBytes(SearchPublicationsResponse::kNextPageTokenFieldNumber, tokens.Seal(call, request, found.next),
                      &found.bytes);
  }
  view::AppendTime(SearchPublicationsResponse::kAsOfFieldNumber, reading.as_of, &found.bytes);
  view::AppendNumber(SearchPublicationsResponse::kDegradedFieldNumber, reading.degraded ? 1 : 0, &found.bytes);
  reply->disclosed = std::move(found.disclosed);
  reply->Append(std::move(found.bytes));
  DescribePublications(reading, call, reply);
  return absl::OkStatus();
}

}  // namespace

void RegisterPublicationReads(rpc::Registry& registry, const PublicationView& view, const PageTokens& tokens) {
  registry.ReadWire<v1::GetPublicationRequest>(
      "GetPublication", [&view](const CallContext& call, const v1::GetPublicationRequest& request, WireReply* reply) {
        return GetPublication(view, call, request, reply);
      });
  registry.ReadWire<v1::ListPublicationsRequest>(
      "ListPublications",
      [&view, &tokens](const CallContext& call, const v1::ListPublicationsRequest& request, WireReply* reply) {
        return ListPublicationsPage(view, tokens, call, request, reply);
      });
  const auto search = std::make_shared<PublicationSearch>();
  registry.ReadWire<v1::SearchPublicationsRequest>(
      "SearchPublications", [search, &view, &tokens](const CallContext& call,
                                                     const v1::SearchPublicationsRequest& request, WireReply* reply) {
        return SearchPublications(*search, view, tokens, call, request, reply);
      });
}

}  // namespace schutznetz::events
