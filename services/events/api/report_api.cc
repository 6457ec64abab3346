#include <string>
#include <utility>

#include "services/events/api/document_answers.h"
#include "services/events/api/plan_api.h"
#include "services/events/api/stored_answers.h"
#include "services/events/domain/report_document.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using rpc::WireReply;
using storage::ReadTransaction;
using storage::Transaction;

absl::StatusOr<v1::Report> ReadReport(const PlanApiParts& parts, const CallContext& call, const std::string& name,
                                      WireReply* reply) {
  v1::Report report;
  RETURN_IF_ERROR(ReadStored(parts.database, call, reply, [&](ReadTransaction& tx) {
    return parts.reports.reads().Get(tx, call.caller, name, &report);
  }));
  reply->tags = {name};
  return report;
}

absl::Status GetReport(const PlanApiParts& parts, const CallContext& call, const v1::GetReportRequest& request,
                       WireReply* reply) {
  ASSIGN_OR_RETURN(const v1::Report report, ReadReport(parts, call, request.name(), reply));
  reply->AppendMessage(report);
  return absl::OkStatus();
}

absl::Status RenderReport(const PlanApiParts& parts, const CallContext& call, const v1::RenderReportRequest& request,
                          WireReply* reply) {
  ASSIGN_OR_RETURN(const v1::Report report, ReadReport(parts, call, request.name(), reply));
  ASSIGN_OR_RETURN(const common::v1::HttpBody body,
                   DocumentBody(ReportDocument(report), request.format() == v1::RenderReportRequest::HTML));
  reply->AppendMessage(body);
  return absl::OkStatus();
}

// Page tokens hold the id to go on after.
absl::Status ListReports(const PlanApiParts& parts, const CallContext& call, const v1::ListReportsRequest& request,
                         WireReply* reply) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  const int size = StoredPageSize(request.page_size());
  v1::ListReportsResponse response;
  std::string last;
  v1::Report report;
  const auto add = [&](const std::string& id, const StoredReads::Disclosed&) {
    if (!request.land().empty() && report.land() != request.land()) return true;
    if (response.reports_size() == size) {
      response.set_next_page_token(parts.page_tokens.Seal(call, request, last));
      return false;
    }
    report.clear_measures();
    report.clear_statistics();
    report.clear_events();
    *response.add_reports() = report;
    last = id;
    return true;
  };
  RETURN_IF_ERROR(ReadStored(parts.database, call, reply, [&](ReadTransaction& tx) {
    return parts.reports.reads().ForEach(tx, call.caller, after, &report, add);
  }));
  reply->AppendMessage(response);
  return absl::OkStatus();
}

void RegisterReportWrites(rpc::Registry& registry, const PlanApiParts& parts) {
  parts.writes.AddPrepared<v1::CreateReportRequest, v1::Report>(
      registry, "CreateReport",
      [parts](const CallContext& call, const v1::CreateReportRequest&, absl::AnyInvocable<void(absl::Status)> then) {
        parts.networks.Refresh(call.deadline, std::move(then));
      },
      [parts](Transaction& tx, const CallContext& call, const v1::CreateReportRequest& request) {
        return ResourceOf<v1::Report>(parts.reports.Create(tx, AuthorIn(call), request, *parts.networks.Latest()));
      });
  parts.writes.Add<v1::DeleteReportRequest, v1::Report>(
      registry, "DeleteReport",
      [parts](Transaction& tx, const CallContext& call, const v1::DeleteReportRequest& request) {
        return ResourceOf<v1::Report>(parts.reports.Delete(tx, AuthorIn(call), request));
      });
}

}  // namespace

void RegisterReportApi(rpc::Registry& registry, const PlanApiParts& parts) {
  registry.BlockingWire<v1::GetReportRequest>(
      "GetReport", [parts](const CallContext& call, const v1::GetReportRequest& request, WireReply* reply) {
        return GetReport(parts, call, request, reply);
      });
  registry.BlockingWire<v1::RenderReportRequest>(
      "RenderReport", [parts](const CallContext& call, const v1::RenderReportRequest& request, WireReply* reply) {
        return RenderReport(parts, call, request, reply);
      });
  registry.BlockingWire<v1::ListReportsRequest>(
      "ListReports", [parts](const CallContext& call, const v1::ListReportsRequest& request, WireReply* reply) {
        return ListReports(parts, call, request, reply);
      });
  RegisterReportWrites(registry, parts);
}

}  // namespace schutznetz::events
