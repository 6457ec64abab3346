#include "services/events/api/certificate_api.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/events/api/document_answers.h"
#include "services/events/api/stored_answers.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::ReadTransaction;
using storage::Transaction;

// The audit log names a certificate by its number: the code in its name opens it.
std::vector<audit::Fact> FactsOfCertificate(audit::Act act, const google::protobuf::Message& response) {
  const auto& certificate = static_cast<const v1::Certificate&>(response);
  return {{.act = act, .kind = kCertificateKind, .object = absl::StrCat("certificates/", certificate.number())}};
}

absl::StatusOr<v1::ListCertificatesResponse> ListOfEvent(const CertificateApiParts& parts, const CallContext& call,
                                                         v1::ListCertificatesRequest request) {
  ASSIGN_OR_RETURN(const std::string after, parts.page_tokens.Open(call, request));
  int64_t after_number = 0;
  if (!after.empty() && !absl::SimpleAtoi(after, &after_number)) return errors::PageTokenInvalid();
  request.set_page_size(StoredPageSize(request.page_size()));
  int64_t last = 0;
  ASSIGN_OR_RETURN(v1::ListCertificatesResponse response,
                   ReadOnce<v1::ListCertificatesResponse>(parts.database, call, [&](ReadTransaction& tx) {
                     return parts.attendee_certificates.List(tx, call.caller, request, after_number, &last);
                   }));
  if (last > 0) response.set_next_page_token(parts.page_tokens.Seal(call, request, absl::StrCat(last)));
  return response;
}

absl::StatusOr<common::v1::HttpBody> Render(const CertificateApiParts& parts, const CallContext& call,
                                            const v1::RenderCertificateRequest& request) {
  ASSIGN_OR_RETURN(const document::Document document,
                   ReadOnce<document::Document>(parts.database, call, [&](ReadTransaction& tx) {
                     return parts.certificates.Render(tx, request, parts.check_url, parts.clock.Now());
                   }));
  return DocumentBody(document, request.format() == v1::RenderCertificateRequest::HTML);
}

void RegisterCertificateReads(rpc::Registry& registry, const CertificateApiParts& parts) {
  registry.Blocking<v1::ListCertificatesRequest, v1::ListCertificatesResponse>(
      "ListCertificates", [parts](const CallContext& call, const v1::ListCertificatesRequest& request) {
        return ListOfEvent(parts, call, request);
      });
  registry.Blocking<v1::ListMyCertificatesRequest, v1::ListMyCertificatesResponse>(
      "ListMyCertificates", [parts](const CallContext& call, const v1::ListMyCertificatesRequest&) {
        return ReadOnce<v1::ListMyCertificatesResponse>(parts.database, call, [&](ReadTransaction& tx) {
          return parts.attendee_certificates.ListOwn(tx, call.caller);
        });
      });
  registry.Blocking<v1::GetCertificateRequest, v1::Certificate>(
      "GetCertificate", [parts](const CallContext& call, const v1::GetCertificateRequest& request) {
        return ReadOnce<v1::Certificate>(parts.database, call, [&](ReadTransaction& tx) {
          return parts.certificates.Get(tx, request.name(), parts.clock.Now());
        });
      });
  registry.Blocking<v1::CheckCertificateHolderRequest, v1::CheckCertificateHolderResponse>(
      "CheckCertificateHolder", [parts](const CallContext& call, const v1::CheckCertificateHolderRequest& request) {
        return ReadOnce<v1::CheckCertificateHolderResponse>(parts.database, call, [&](ReadTransaction& tx) {
          return parts.certificates.CheckHolder(tx, request, parts.clock.Now());
        });
      });
  registry.Blocking<v1::RenderCertificateRequest, common::v1::HttpBody>(
      "RenderCertificate", [parts](const CallContext& call, const v1::RenderCertificateRequest& request) {
        return Render(parts, call, request);
      });
}

}  // namespace

void RegisterCertificateApi(rpc::Registry& registry, const CertificateApiParts& parts) {
  RegisterCertificateReads(registry, parts);
  // The code is kept nowhere, so not under a request_id either: asking again under another answers it.
  const rpc::Keeping<v1::Certificate> without_code = {[](v1::Certificate* certificate) { certificate->clear_name(); },
                                                      nullptr};
  registry.NameFacts("IssueCertificate", [](const google::protobuf::Message& response) {
    return FactsOfCertificate(audit::Act::kWrite, response);
  });
  parts.writes.Add<v1::IssueCertificateRequest, v1::Certificate>(
      registry, "IssueCertificate",
      [parts](Transaction& tx, const CallContext& call, const v1::IssueCertificateRequest& request) {
        return parts.attendee_certificates.Issue(tx, AuthorIn(call), request);
      },
      without_code);
  registry.NameFacts("RevokeCertificate", [](const google::protobuf::Message& response) {
    return FactsOfCertificate(audit::Act::kRevoke, response);
  });
  parts.writes.Add<v1::RevokeCertificateRequest, v1::Certificate>(
      registry, "RevokeCertificate",
      [parts](Transaction& tx, const CallContext& call, const v1::RevokeCertificateRequest& request) {
        return parts.certificates.Revoke(tx, AuthorIn(call), request);
      },
      without_code);
}

}  // namespace schutznetz::events
