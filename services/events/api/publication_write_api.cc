#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/events/api/publication_api.h"
#include "services/events/imports/oai_reader.h"
#include "services/events/imports/publication_csv.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::Transaction;

record::Author PublicationAuthor(const CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

absl::StatusOr<v1::Publication> PublicationIn(const absl::StatusOr<record::Presented>& presented) {
  if (!presented.ok()) return presented.status();
  v1::Publication publication;
  if (!publication.ParseFromString(presented->bytes)) return errors::Internal("an answer cannot be read");
  return publication;
}

absl::StatusOr<ImportedFile> ReadFile(const v1::ImportPublicationsRequest& request) {
  const std::string& type = request.body().content_type();
  const std::string media_type = type.substr(0, type.find_first_of("; \t"));
  if (absl::EqualsIgnoreCase(media_type, "text/csv")) {
    if (request.source().empty()) return errors::InvalidField("source", "Must be given for CSV: \"example.org\".");
    return ReadPublicationCsv(request.body().data(), request.first_line(), request.source());
  }
  if (absl::EqualsIgnoreCase(media_type, "text/xml") || absl::EqualsIgnoreCase(media_type, "application/xml")) {
    return ReadOaiRecords(request.body().data(), request.first_line() > 0 ? request.first_line() : 1);
  }
  return errors::MediaTypeUnsupported("text/xml, application/xml, text/csv");
}

}  // namespace

void RegisterPublicationWrites(rpc::Registry& registry, rpc::Writes& writes, const record::StandardMethods& methods,
                               const PublicationRules& rules, const PublicationImports& imports) {
  using v1::Publication;
  writes.Add<v1::CreatePublicationRequest, Publication>(
      registry, "CreatePublication",
      [&](Transaction& tx, const CallContext& call, const v1::CreatePublicationRequest& request) {
        return PublicationIn(methods.Create(tx, PublicationAuthor(call), rules, request.publication_id(),
                                            request.publication(), "publication."));
      });
  writes.Add<v1::UpdatePublicationRequest, Publication>(
      registry, "UpdatePublication",
      [&](Transaction& tx, const CallContext& call, const v1::UpdatePublicationRequest& request) {
        return PublicationIn(methods.Update(tx, PublicationAuthor(call), rules, request.publication(),
                                            request.update_mask(), "publication."));
      });
  writes.Add<v1::DeletePublicationRequest, Publication>(
      registry, "DeletePublication",
      [&](Transaction& tx, const CallContext& call, const v1::DeletePublicationRequest& request) {
        return PublicationIn(methods.Delete(tx, PublicationAuthor(call), rules, request.name(), request.etag()));
      });
  writes.Add<v1::UndeletePublicationRequest, Publication>(
      registry, "UndeletePublication",
      [&](Transaction& tx, const CallContext& call, const v1::UndeletePublicationRequest& request) {
        return PublicationIn(methods.Undelete(tx, PublicationAuthor(call), rules, request.name(), request.etag()));
      });
  writes.Add<v1::ImportPublicationsRequest, v1::ImportPublicationsResponse>(
      registry, "ImportPublications",
      [&](Transaction& tx, const CallContext& call,
          const v1::ImportPublicationsRequest& request) -> absl::StatusOr<v1::ImportPublicationsResponse> {
        ASSIGN_OR_RETURN(ImportedFile file, ReadFile(request));
        return imports.Import(tx, PublicationAuthor(call), std::move(file), request.land());
      });
}

}  // namespace schutznetz::events
