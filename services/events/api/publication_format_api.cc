#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schutznetz/common/v1/http_body.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/time/timestamp.h"
#include "services/events/api/publication_api.h"
#include "services/events/api/publication_reading.h"
#include "services/events/catalogue/feeds.h"
#include "services/events/catalogue/json_ld.h"
#include "services/events/catalogue/oai_provider.h"
#include "services/events/view/publication_reads.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using rpc::WireReply;

constexpr char kXmlType[] = "text/xml; charset=utf-8";
// Writes get their time when they begin and are seen when they are committed: at most a write's deadline later.
constexpr absl::Duration kSettled = absl::Seconds(10);

void AppendHttpBody(std::string_view content_type, std::string data, WireReply* reply) {
  common::v1::HttpBody body;
  body.set_content_type(std::string(content_type));
  body.set_data(std::move(data));
  reply->AppendMessage(body);
}

bool IsAtom(const v1::GetPublicationFeedRequest& request) {
  return request.format() == v1::GetPublicationFeedRequest::ATOM;
}

// The address of a feed: what was asked for, in one order.
std::string FeedPath(const v1::GetPublicationFeedRequest& request) {
  std::string path = "/v1/publications:feed";
  char separator = '?';
  const auto add = [&](const char* name, const std::string& value) {
    path += separator;
    absl::StrAppend(&path, name, "=", value);
    separator = '&';
  };
  if (IsAtom(request)) add("format", "ATOM");
  for (const int type : request.types()) {
    add("types", v1::Publication::Type_Name(static_cast<v1::Publication::Type>(type)));
  }
  for (const std::string& language : request.languages()) add("languages", language);
  for (const std::string& land : request.lands()) add("lands", land);
  if (!request.language_code().empty()) add("languageCode", request.language_code());
  return path;
}

void WriteFeed(const PublicationView& view, const Site& site, const CallContext& call,
               const v1::GetPublicationFeedRequest& request, WireReply* reply) {
  const PublicationReading reading = view.Read();
  PublicationFeed feed;
  feed.entries = LastEntered(*reading.version, request);
  if (!request.language_code().empty()) feed.language = request.language_code();
  feed.path = FeedPath(request);
  IsAtom(request) ? AppendHttpBody(kAtomType, AtomOf(feed, site), reply)
                  : AppendHttpBody(kRssType, RssOf(feed, site), reply);
  DescribePublications(reading, call, reply);
}

absl::Status JsonLd(const PublicationView& view, const Site& site, const v1::GetPublicationJsonLdRequest& request,
                    WireReply* reply) {
  const PublicationReading reading = view.Read();
  const std::optional<v1::Publication> publication = ShownPublication(*reading.version, request.name());
  if (!publication) return errors::NotFound(request.name());
  AppendHttpBody(kJsonLdType, JsonLdOf(*publication, TimeOf(publication->update_time()), site), reply);
  reply->position = reading.version->position;
  if (reading.degraded) reply->valid_until = reading.now;
  reply->tags = {request.name()};
  return absl::OkStatus();
}

// Resumption tokens are sealed as page tokens are: for everybody, and the same for GET and POST.
TokenSeal SealedBy(const rpc::PageTokens& tokens) {
  const auto context = [] {
    CallContext call;
    call.method = "oai";
    return call;
  };
  return {[&tokens, context](std::string_view state) {
            return tokens.Seal(context(), v1::ListPublicationsRequest(), state);
          },
          [&tokens, context](std::string_view token) -> std::optional<std::string> {
            v1::ListPublicationsRequest request;
            request.set_page_token(std::string(token));
            absl::StatusOr<std::string> state = tokens.Open(context(), request);
            if (!state.ok()) return std::nullopt;
            return *std::move(state);
          }};
}

void Harvest(const PublicationView& view, const OaiProvider& provider, const v1::HarvestPublicationsRequest& request,
             WireReply* reply) {
  const PublicationReading reading = view.Read();
  // Arguments come in one place; both together name everything twice, which is an error of the protocol.
  const std::string& query = request.query();
  const std::string& form = request.body().data();
  const std::string arguments = query.empty() || form.empty() ? query + form : absl::StrCat(query, "&", form);
  const absl::Time complete_until = reading.as_of - kSettled;
  AppendHttpBody(kXmlType, provider.Answer(arguments, PublicationHarvest(reading.version), complete_until), reply);
  reply->position = reading.version->position;
}

}  // namespace

void RegisterPublicationFormats(rpc::Registry& registry, const PublicationView& view, const rpc::PageTokens& tokens,
                                const Site& site) {
  registry.ReadWire<v1::GetPublicationFeedRequest>(
      "GetPublicationFeed",
      [&view, site](const CallContext& call, const v1::GetPublicationFeedRequest& request, WireReply* reply) {
        WriteFeed(view, site, call, request, reply);
        return absl::OkStatus();
      });
  registry.ReadWire<v1::GetPublicationJsonLdRequest>(
      "GetPublicationJsonLd", [&view, site](const CallContext&, const v1::GetPublicationJsonLdRequest& request,
                                            WireReply* reply) { return JsonLd(view, site, request, reply); });
  const auto provider = std::make_shared<const OaiProvider>(site, SealedBy(tokens));
  registry.ReadWire<v1::HarvestPublicationsRequest>(
      "HarvestPublications",
      [provider, &view](const CallContext&, const v1::HarvestPublicationsRequest& request, WireReply* reply) {
        Harvest(view, *provider, request, reply);
        return absl::OkStatus();
      });
}

}  // namespace schutznetz::events
