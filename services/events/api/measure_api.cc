#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/events/api/plan_api.h"
#include "services/events/api/stored_answers.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using rpc::WireReply;
using storage::ReadTransaction;

absl::Status GetMeasure(const PlanApiParts& parts, const CallContext& call, const v1::GetMeasureRequest& request,
                        WireReply* reply) {
  v1::Measure measure;
  StoredReads::Disclosed disclosed;
  RETURN_IF_ERROR(ReadStored(parts.database, call, reply, [&](ReadTransaction& tx) {
    return parts.measures.reads().Get(tx, call.caller, request.name(), &measure, &disclosed);
  }));
  Disclose(kMeasureKind, request.name(), std::move(disclosed), reply);
  reply->tags = {request.name()};
  reply->AppendMessage(measure);
  return absl::OkStatus();
}

// Page tokens hold the id to go on after.
absl::Status ListMeasures(const PlanApiParts& parts, const CallContext& call, const v1::ListMeasuresRequest& request,
                          WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  const int size = StoredPageSize(request.page_size());
  v1::ListMeasuresResponse response;
  std::string last;
  v1::Measure measure;
  const auto add = [&](const std::string& id, const StoredReads::Disclosed& disclosed) {
    if (!Measures::Fits(measure, request)) return true;
    if (response.measures_size() == size) {
      response.set_next_page_token(parts.page_tokens.Seal(call, request, last));
      return false;
    }
    *response.add_measures() = measure;
    Disclose(kMeasureKind, measure.name(), disclosed, reply);
    last = id;
    return true;
  };
  RETURN_IF_ERROR(ReadStored(parts.database, call, reply, [&](ReadTransaction& tx) {
    return parts.measures.reads().ForEach(tx, call.caller, after, &measure, add);
  }));
  reply->AppendMessage(response);
  return absl::OkStatus();
}

// Page tokens hold the version that was told last.
absl::Status ListMeasureVersions(const PlanApiParts& parts, const CallContext& call,
                                 const v1::ListMeasureVersionsRequest& request, WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string token, parts.page_tokens.Open(call, request));
  int before = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &before)) return errors::PageTokenInvalid();
  const int size = StoredPageSize(request.page_size());
  v1::ListMeasureVersionsResponse response;
  StoredReads::Disclosed disclosed;
  RETURN_IF_ERROR(ReadStored(parts.database, call, reply, [&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(std::vector<v1::Measure> versions,
                     parts.measures.Versions(tx, call.caller, request.parent(), before, size + 1, &disclosed));
    for (v1::Measure& version : versions) {
      if (response.versions_size() == size) {
        const int last = response.versions(size - 1).version();
        response.set_next_page_token(parts.page_tokens.Seal(call, request, absl::StrCat(last)));
        break;
      }
      *response.add_versions() = std::move(version);
    }
    return absl::OkStatus();
  }));
  Disclose(kMeasureKind, request.parent(), std::move(disclosed), reply);
  reply->AppendMessage(response);
  return absl::OkStatus();
}

template <typename Request>
using StepOfMeasure = absl::StatusOr<record::Presented> (Measures::*)(storage::Transaction&, const record::Author&,
                                                                      const Request&) const;

template <typename Request>
void AddMeasureWrite(rpc::Registry& registry, const PlanApiParts& parts, const char* method,
                     StepOfMeasure<Request> step) {
  parts.writes.Add<Request, v1::Measure>(
      registry, method,
      [&measures = parts.measures, step](storage::Transaction& tx, const CallContext& call, const Request& request) {
        const record::Author author = {call.caller, call.trace.trace_id.view()};
        return ResourceOf<v1::Measure>((measures.*step)(tx, author, request));
      });
}

}  // namespace

void RegisterMeasureApi(rpc::Registry& registry, const PlanApiParts& parts) {
  registry.BlockingWire<v1::GetMeasureRequest>(
      "GetMeasure", [parts](const CallContext& call, const v1::GetMeasureRequest& request, WireReply* reply) {
        return GetMeasure(parts, call, request, reply);
      });
  registry.BlockingWire<v1::ListMeasuresRequest>(
      "ListMeasures", [parts](const CallContext& call, const v1::ListMeasuresRequest& request, WireReply* reply) {
        return ListMeasures(parts, call, request, reply);
      });
  registry.BlockingWire<v1::ListMeasureVersionsRequest>(
      "ListMeasureVersions", [parts](const CallContext& call, const v1::ListMeasureVersionsRequest& request,
                                     WireReply* reply) { return ListMeasureVersions(parts, call, request, reply); });
  AddMeasureWrite(registry, parts, "CreateMeasure", &Measures::Create);
  AddMeasureWrite(registry, parts, "UpdateMeasure", &Measures::Update);
  AddMeasureWrite(registry, parts, "DeleteMeasure", &Measures::Delete);
  AddMeasureWrite(registry, parts, "UndeleteMeasure", &Measures::Undelete);
}

}  // namespace schutznetz::events
