#include "services/events/domain/publication_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/checks.h"
#include "services/common/record/random_id.h"
#include "services/common/record/rights.h"
#include "services/common/rpc/digest.h"
#include "services/events/documents/pdf_check.h"

namespace schutznetz::events {
namespace {

using google::protobuf::util::TimeUtil;
using v1::PublicationFile;

constexpr char kPdfType[] = "application/pdf";
constexpr size_t kDigestDigits = 64;

record::RecordScope ScopeOfFile(const PublicationFile& file) {
  record::RecordScope scope;
  if (!file.land().empty()) scope.lands.push_back(file.land());
  return scope;
}

bool IsDigest(std::string_view text) {
  return text.size() == kDigestDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// A name that is safe wherever a browser saves it.
bool IsFileName(std::string_view name) {
  return absl::EndsWith(absl::string_view(name.data(), name.size()), ".pdf") && name.size() > 4 &&
         name.front() != '.' && name.find_first_of("/\\:*?\"<>|\n\t") == std::string_view::npos;
}

std::string IdOfFile(std::string_view name) { return std::string(name.substr(name.find('/') + 1)); }

void Touch(storage::Transaction& tx, PublicationFile* file) {
  *file->mutable_update_time() = TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(tx.now()));
}

}  // namespace

record::RecordScope PublicationFileRules::ScopeOf(const google::protobuf::Message& resource,
                                                  const std::vector<record::Loaded>&) const {
  return ScopeOfFile(static_cast<const PublicationFile&>(resource));
}

absl::StatusOr<PublicationFile> PublicationFiles::Create(storage::Transaction& tx, const record::Author& author,
                                                         const PublicationFile& requested) const {
  std::vector<errors::FieldViolation> violations;
  record::CheckLand("publicationFile.land", requested.land(), &violations);
  if (!IsFileName(requested.file_name())) {
    violations.push_back({"publicationFile.fileName", "Must be a plain name that ends with .pdf."});
  }
  if (!IsDigest(requested.sha256())) {
    violations.push_back({"publicationFile.sha256", "Must be 64 hexadecimal digits in lower case."});
  }
  if (!violations.empty()) return errors::InvalidFields(std::move(violations));
  if (!record::MayEdit(author.caller, ScopeOfFile(requested))) return errors::AccessDenied();
  PublicationFile file = requested;
  const std::string id = record::NewRandomId();
  file.set_name(rules_.NameOf(id));
  file.set_media_type(kPdfType);
  file.set_state(PublicationFile::RECEIVING);
  Touch(tx, &file);
  *file.mutable_create_time() = file.update_time();
  RETURN_IF_ERROR(store_.Insert(tx, id, file));
  return file;
}

absl::StatusOr<PublicationFile> PublicationFiles::GetForUpdate(storage::Transaction& tx, std::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<PublicationFile> file, store_.GetForUpdate(tx, IdOfFile(name)));
  if (!file) return errors::NotFound(name);
  return *std::move(file);
}

absl::StatusOr<PublicationFile> PublicationFiles::Append(storage::Transaction& tx, const record::Author& author,
                                                         const v1::AppendPublicationFileRequest& part) const {
  ASSIGN_OR_RETURN(PublicationFile file, GetForUpdate(tx, part.name()));
  if (!record::MayEdit(author.caller, ScopeOfFile(file))) return errors::AccessDenied();
  const auto size = static_cast<int64_t>(part.data().size());
  if (part.offset() + size <= file.received_bytes()) return file;
  if (part.offset() != file.received_bytes()) return errors::ImportOffsetMismatch(file.received_bytes());
  if (part.offset() + size > file.size_bytes()) {
    return errors::InvalidField("data", "Is more than the file was said to have.");
  }
  if (size < kFilePartBytesMin && part.offset() + size != file.size_bytes()) {
    return errors::InvalidField("data", "Must have at least 32 KiB, but for the last part.");
  }
  RETURN_IF_ERROR(store_.AddPart(tx, IdOfFile(part.name()), part.offset(), part.data()));
  file.set_received_bytes(part.offset() + size);
  Touch(tx, &file);
  RETURN_IF_ERROR(store_.Put(tx, IdOfFile(part.name()), file));
  return file;
}

absl::StatusOr<PublicationFile> PublicationFiles::Check(PublicationFile file, std::string_view content) {
  if (static_cast<int64_t>(content.size()) != file.size_bytes() ||
      absl::BytesToHexString(rpc::Sha256(content)) != file.sha256()) {
    return errors::InvalidField("data", "The digest of what arrived is not the one that was said: send it again.");
  }
  ASSIGN_OR_RETURN(const PdfFacts facts, CheckPdf(content));
  file.set_page_count(facts.page_count);
  return file;
}

absl::StatusOr<PublicationFile> PublicationFiles::Finish(storage::Transaction& tx, const record::Author& author,
                                                         const PublicationFile& checked) const {
  ASSIGN_OR_RETURN(PublicationFile file, GetForUpdate(tx, checked.name()));
  if (!AwaitsCheck(file)) return file;  // another call came first
  file.set_page_count(checked.page_count());
  file.set_state(PublicationFile::READY);
  Touch(tx, &file);
  const std::string id = IdOfFile(file.name());
  RETURN_IF_ERROR(store_.Put(tx, id, file));
  RETURN_IF_ERROR(methods_.Create(tx, author, rules_, id, file, "publicationFile.").status());
  return file;
}

absl::Status PublicationFiles::Discard(storage::Transaction& tx, std::string_view name) const {
  ASSIGN_OR_RETURN(const PublicationFile file, GetForUpdate(tx, name));
  if (file.state() == PublicationFile::READY) return absl::OkStatus();
  return store_.Erase(tx, IdOfFile(name));
}

absl::StatusOr<PublicationFile> PublicationFiles::Get(storage::ReadTransaction& tx, std::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<PublicationFile> file, store_.Get(tx, IdOfFile(name)));
  if (!file) return errors::NotFound(name);
  return *std::move(file);
}

absl::StatusOr<std::string> PublicationFiles::Content(storage::ReadTransaction& tx, std::string_view name) const {
  return store_.Content(tx, IdOfFile(name));
}

absl::StatusOr<int> PublicationFiles::ForgetUnfinished(storage::Transaction& tx, absl::Time now, int count_max) const {
  const int64_t before_us = absl::ToUnixMicros(now - kUnfinishedFileKept);
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, store_.Unfinished(tx, before_us, count_max));
  for (const std::string& id : ids) RETURN_IF_ERROR(store_.Erase(tx, id));
  return static_cast<int>(ids.size());
}

}  // namespace schutznetz::events
