#include "services/directory/api/read_areas.h"

#include <string>
#include <string_view>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/view/append_field.h"
#include "services/directory/api/read_reply.h"
#include "services/directory/view/entry_reader.h"
#include "services/directory/view/land_reads.h"

namespace schutznetz::directory {
namespace {

using view::AppendBytes;
using view::AppendMessage;
using view::AppendTime;

using rpc::CallContext;
using rpc::PageTokens;
using rpc::WireReply;

constexpr std::string_view kAreas = "areas/";

std::string_view KeyIn(std::string_view name) {
  return name.starts_with(kAreas) ? name.substr(kAreas.size()) : std::string_view();
}

absl::Status GetLand(const DirectoryView& view, const CallContext& call, const v1::GetLandRequest& request,
                     WireReply* reply) {
  const LandNumber land = LandOfName(request.name());
  if (land == 0) return errors::NotFound(request.name());
  const ViewReading reading = view.Read();
  reply->AppendMessage(ReadLand(*reading.version, land));
  Describe(reading, absl::InfiniteFuture(), reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

absl::Status ListLands(const DirectoryView& view, const PageTokens& tokens, const CallContext& call,
                       const v1::ListLandsRequest& request, WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
  const ViewReading reading = view.Read();
  v1::ListLandsResponse response;
  const int size = PageSizeOf(request);
  for (LandNumber number = 1; number <= kLandCount; ++number) {
    v1::Land land = ReadLand(*reading.version, number);
    if (land.key() <= after) continue;
    if (response.lands_size() == size) {
      response.set_next_page_token(tokens.Seal(call, request, response.lands(size - 1).key()));
      break;
    }
    *response.add_lands() = std::move(land);
  }
  reply->AppendMessage(response);
  Describe(reading, absl::InfiniteFuture(), reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

absl::Status GetArea(const DirectoryView& view, const CallContext& call, const v1::GetAreaRequest& request,
                     WireReply* reply) {
  const ViewReading reading = view.Read();
  const v1::Area* area = reading.version->places->Find(KeyIn(request.name()));
  if (area == nullptr) return errors::NotFound(request.name());
  reply->AppendMessage(*area);
  Describe(reading, absl::InfiniteFuture(), reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

absl::Status ListAreas(const DirectoryView& view, const PageTokens& tokens, const CallContext& call,
                       const v1::ListAreasRequest& request, WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, tokens.Open(call, request));
  const ViewReading reading = view.Read();
  const AreaPage page = ReadAreas(
      *reading.version,
      {.parent = KeyIn(request.parent()), .kind = request.kind(), .page_size = PageSizeOf(request), .after = after});
  std::string bytes;
  for (const v1::Area* area : page.areas) AppendMessage(v1::ListAreasResponse::kAreasFieldNumber, *area, &bytes);
  if (!page.last.empty()) {
    AppendBytes(v1::ListAreasResponse::kNextPageTokenFieldNumber, tokens.Seal(call, request, page.last), &bytes);
  }
  reply->Append(std::move(bytes));
  Describe(reading, absl::InfiniteFuture(), reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

absl::Status ResolveAreas(const DirectoryView& view, const CallContext& call, const v1::ResolveAreasRequest& request,
                          WireReply* reply) {
  const ViewReading reading = view.Read();
  std::string bytes;
  for (const PlaceMatch& match : reading.version->places->Resolve(request.q())) {
    AppendMessage(v1::ResolveAreasResponse::kMatchesFieldNumber, match.ToProto(), &bytes);
  }
  AppendTime(v1::ResolveAreasResponse::kAsOfFieldNumber, reading.as_of, &bytes);
  reply->Append(std::move(bytes));
  Describe(reading, absl::InfiniteFuture(), reply);
  AddCacheKinds(call, reply);
  return absl::OkStatus();
}

}  // namespace

void RegisterAreaReads(rpc::Registry& registry, const DirectoryView& view, const PageTokens& tokens) {
  registry.ReadWire<v1::GetLandRequest>("GetLand",
                                        [&view](const CallContext& call, const auto& request, WireReply* reply) {
                                          return GetLand(view, call, request, reply);
                                        });
  registry.ReadWire<v1::ListLandsRequest>(
      "ListLands", [&view, &tokens](const CallContext& call, const auto& request, WireReply* reply) {
        return ListLands(view, tokens, call, request, reply);
      });
  registry.ReadWire<v1::GetAreaRequest>("GetArea",
                                        [&view](const CallContext& call, const auto& request, WireReply* reply) {
                                          return GetArea(view, call, request, reply);
                                        });
  registry.ReadWire<v1::ListAreasRequest>(
      "ListAreas", [&view, &tokens](const CallContext& call, const auto& request, WireReply* reply) {
        return ListAreas(view, tokens, call, request, reply);
      });
  registry.ReadWire<v1::ResolveAreasRequest>("ResolveAreas",
                                             [&view](const CallContext& call, const auto& request, WireReply* reply) {
                                               return ResolveAreas(view, call, request, reply);
                                             });
}

}  // namespace schutznetz::directory
