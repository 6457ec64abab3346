#include "services/events/domain/publication_imports.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/strip.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/record/record_store.h"
#include "services/common/record/rights.h"

namespace schutznetz::events {
namespace {

using v1::Publication;

constexpr absl::string_view kRequestPrefix = "publication.";

// What files can say. Anything else of a publication is its editors'.
constexpr std::array<const char*, 23> kImportedFields = {
    "title",     "creators",    "subjects", "description", "publishers", "contributors", "issued", "type",
    "formats",   "identifiers", "sources",  "languages",   "relations",  "coverages",    "rights", "license",
    "audiences", "professions", "citation", "series",      "edition",    "replaces",     "links"};

rpc::RequestRules ShapeOfCreation() {
  auto rules = rpc::RequestRules::Compile(v1::CreatePublicationRequest::descriptor(), "CreatePublication");
  return *std::move(rules);  // the contract is linked in: it cannot be another at run time
}

google::protobuf::FieldMask ImportMask() {
  google::protobuf::FieldMask mask;
  for (const char* field : kImportedFields) mask.add_paths(field);
  return mask;
}

}  // namespace

PublicationImports::PublicationImports(const record::StandardMethods& methods, const PublicationRules& rules)
    : methods_(methods), rules_(rules), shape_(ShapeOfCreation()) {}

std::vector<errors::FieldViolation> PublicationImports::ViolationsIn(Publication* publication) const {
  v1::CreatePublicationRequest request;
  request.mutable_publication()->Swap(publication);
  const absl::Status shape = shape_.Enforce(&request);
  request.mutable_publication()->Swap(publication);
  std::vector<errors::FieldViolation> violations = errors::ViolationsOf(shape);
  for (errors::FieldViolation& violation : violations) {
    violation.field = std::string(absl::StripPrefix(violation.field, kRequestPrefix));
  }
  if (!violations.empty()) return violations;
  const std::vector<record::Loaded> no_parents;
  rules_.Check({*publication, no_parents, wire::Floors()}, &violations);
  return violations;
}

absl::StatusOr<std::string> PublicationImports::EtagFor(const record::Author& author,
                                                        const record::Record& stored) const {
  Publication publication;
  if (!publication.ParseFromString(stored.body)) return errors::Internal("a stored publication cannot be read");
  const record::RecordScope scope = rules_.ScopeOf(publication, {});
  ASSIGN_OR_RETURN(const record::Presented presented,
                   record::Present(stored, rules_.table(), record::LevelsFor(author.caller, scope), wire::Floors()));
  return presented.etag;
}

absl::StatusOr<PublicationImports::Outcome> PublicationImports::Delete(storage::Transaction& tx,
                                                                       const record::Author& author,
                                                                       const record::Record* stored) const {
  if (stored == nullptr || stored->deleted()) return Outcome::kUnchanged;
  ASSIGN_OR_RETURN(const std::string etag, EtagFor(author, *stored));
  RETURN_IF_ERROR(methods_.Delete(tx, author, rules_, rules_.NameOf(stored->key.id), etag).status());
  return Outcome::kDeleted;
}

absl::StatusOr<PublicationImports::Outcome> PublicationImports::Change(storage::Transaction& tx,
                                                                       const record::Author& author,
                                                                       const record::Record& stored,
                                                                       Publication publication) const {
  publication.set_name(rules_.NameOf(stored.key.id));
  ASSIGN_OR_RETURN(std::string etag, EtagFor(author, stored));
  if (stored.deleted()) {
    ASSIGN_OR_RETURN(const record::Presented back, methods_.Undelete(tx, author, rules_, publication.name(), etag));
    etag = back.etag;
  }
  publication.set_etag(etag);
  ASSIGN_OR_RETURN(const record::Presented now,
                   methods_.Update(tx, author, rules_, publication, ImportMask(), "publication."));
  return stored.deleted() || now.etag != etag ? Outcome::kUpdated : Outcome::kUnchanged;
}

absl::StatusOr<PublicationImports::Outcome> PublicationImports::Take(storage::Transaction& tx,
                                                                     const record::Author& author,
                                                                     ImportedRecord* record,
                                                                     const std::string& land) const {
  const std::string id = IdOfSource(record->source);
  ASSIGN_OR_RETURN(const std::optional<record::Record> stored, record::GetForUpdate(tx, {rules_.kind(), id}));
  if (record->deleted) return Delete(tx, author, stored ? &*stored : nullptr);
  if (stored) return Change(tx, author, *stored, std::move(record->publication));
  record->publication.set_land(land);
  RETURN_IF_ERROR(methods_.Create(tx, author, rules_, id, record->publication, "publication.").status());
  return Outcome::kCreated;
}

absl::StatusOr<v1::ImportPublicationsResponse> PublicationImports::Import(storage::Transaction& tx,
                                                                          const record::Author& author,
                                                                          ImportedFile file,
                                                                          const std::string& land) const {
  v1::ImportPublicationsResponse response;
  response.set_resumption_token(file.resumption_token);
  for (ImportedRecord& record : file.records) {
    std::vector<errors::FieldViolation> violations;
    if (!record.deleted) violations = ViolationsIn(&record.publication);
    if (!violations.empty()) {
      file.Refuse(record.LineOf(violations[0].field), violations[0].field, violations[0].description);
      continue;
    }
    const absl::StatusOr<Outcome> outcome = Take(tx, author, &record, land);
    if (errors::ReasonOf(outcome.status()) == "REFERENCE_NOT_FOUND") {
      file.Refuse(record.LineOf("replaces"), "replaces", "Names a publication that does not exist.");
      continue;
    }
    if (!outcome.ok()) return outcome.status();
    response.set_created(response.created() + (*outcome == Outcome::kCreated ? 1 : 0));
    response.set_updated(response.updated() + (*outcome == Outcome::kUpdated ? 1 : 0));
    response.set_unchanged(response.unchanged() + (*outcome == Outcome::kUnchanged ? 1 : 0));
    response.set_deleted(response.deleted() + (*outcome == Outcome::kDeleted ? 1 : 0));
  }
  std::stable_sort(file.refusals.begin(), file.refusals.end(),
                   [](const auto& a, const auto& b) { return a.line() < b.line(); });
  for (v1::ImportedRefusal& refusal : file.refusals) *response.add_refusals() = std::move(refusal);
  return response;
}

}  // namespace schutznetz::events
