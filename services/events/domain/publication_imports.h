// Imports publications that a file names, inside one write transaction: a piece has its whole effect or none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/publication_import.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/rpc/validation.h"
#include "services/events/domain/publication_rules.h"
#include "services/events/imports/imported_records.h"

namespace schutznetz::events {

// Stateless, thread safe; `methods` and `rules` must outlive it.
class PublicationImports {
 public:
  PublicationImports(const record::StandardMethods& methods, const PublicationRules& rules);

  // Creates, changes and deletes what the records say. Records that break a rule are refused with their line, the
  // others count. `land` is that of new publications; those that are there keep theirs, and what else a file does not
  // say. Codes of StandardMethods other than those of the rules refuse the piece: PERMISSION_DENIED (ACCESS_DENIED),
  // when the author may not change one of them.
  absl::StatusOr<v1::ImportPublicationsResponse> Import(storage::Transaction& tx, const record::Author& author,
                                                        ImportedFile file, const std::string& land) const;

 private:
  enum class Outcome { kCreated, kUpdated, kUnchanged, kDeleted };

  absl::StatusOr<Outcome> Take(storage::Transaction& tx, const record::Author& author, ImportedRecord* record,
                               const std::string& land) const;
  absl::StatusOr<Outcome> Delete(storage::Transaction& tx, const record::Author& author,
                                 const record::Record* stored) const;
  absl::StatusOr<Outcome> Change(storage::Transaction& tx, const record::Author& author, const record::Record& stored,
                                 v1::Publication publication) const;
  // Everything that is wrong with it, paths relative to the publication.
  std::vector<errors::FieldViolation> ViolationsIn(v1::Publication* publication) const;
  absl::StatusOr<std::string> EtagFor(const record::Author& author, const record::Record& stored) const;

  const record::StandardMethods& methods_;
  const PublicationRules& rules_;
  const rpc::RequestRules shape_;
};

}  // namespace schutznetz::events
