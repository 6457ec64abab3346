// Files of publications: taken in parts, checked as a whole, and kept as they came.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/publication_file.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/events/domain/publication_file_store.h"

namespace schutznetz::events {

// Of the record that a complete file becomes, so that publications can refer to it.
class PublicationFileRules final : public record::ResourceRules {
 public:
  using ResourceRules::ResourceRules;

  void Check(const record::Draft&, std::vector<errors::FieldViolation>*) const override {}
  record::RecordScope ScopeOf(const google::protobuf::Message& resource,
                              const std::vector<record::Loaded>& parents) const override;
};

inline constexpr char kPublicationFileKind[] = "publicationFile";
inline constexpr char kPublicationFileCollection[] = "publicationFiles";

// A file that is not complete is thrown away after this long without a part.
inline constexpr absl::Duration kUnfinishedFileKept = absl::Hours(24);
// Every part but the last has at least this many bytes, so that files have few.
inline constexpr int64_t kFilePartBytesMin = 32 * 1024;

// Stateless, thread safe; all must outlive it.
class PublicationFiles {
 public:
  PublicationFiles(const record::StandardMethods& methods, const PublicationFileRules& rules,
                   const PublicationFileStore& store)
      : methods_(methods), rules_(rules), store_(store) {}

  // INVALID_ARGUMENT (INVALID_FIELD): the name or the digest has a bad shape; PERMISSION_DENIED (ACCESS_DENIED): not an
  // editor of its Land.
  absl::StatusOr<v1::PublicationFile> Create(storage::Transaction& tx, const record::Author& author,
                                             const v1::PublicationFile& requested) const;

  // Takes a part that begins where the file stands; one that was taken already changes nothing.
  //   NOT_FOUND; PERMISSION_DENIED (ACCESS_DENIED)
  //   ABORTED (IMPORT_OFFSET_MISMATCH)   it begins elsewhere; metadata says where it must
  //   INVALID_ARGUMENT (INVALID_FIELD)   more than the file was to have, or too small a part
  absl::StatusOr<v1::PublicationFile> Append(storage::Transaction& tx, const record::Author& author,
                                             const v1::AppendPublicationFileRequest& part) const;

  // What the whole document must be, read in a snapshot before: its digest, and CheckPdf. Takes its time.
  static absl::StatusOr<v1::PublicationFile> Check(v1::PublicationFile file, std::string_view content);

  // The checked file can be referred to from now on.
  absl::StatusOr<v1::PublicationFile> Finish(storage::Transaction& tx, const record::Author& author,
                                             const v1::PublicationFile& checked) const;
  // Throws a file away that was refused. Nothing of a file that is ready.
  absl::Status Discard(storage::Transaction& tx, std::string_view name) const;

  // NOT_FOUND.
  absl::StatusOr<v1::PublicationFile> Get(storage::ReadTransaction& tx, std::string_view name) const;
  // The parts taken so far, joined.
  absl::StatusOr<std::string> Content(storage::ReadTransaction& tx, std::string_view name) const;

  // Throws away what has received nothing for kUnfinishedFileKept, at most `count_max` at once. Returns how many.
  absl::StatusOr<int> ForgetUnfinished(storage::Transaction& tx, absl::Time now, int count_max) const;

 private:
  absl::StatusOr<v1::PublicationFile> GetForUpdate(storage::Transaction& tx, std::string_view name) const;

  const record::StandardMethods& methods_;
  const PublicationFileRules& rules_;
  const PublicationFileStore& store_;
};

// All parts were taken, but the document was not checked yet.
inline bool AwaitsCheck(const v1::PublicationFile& file) {
  return file.state() == v1::PublicationFile::RECEIVING && file.received_bytes() == file.size_bytes();
}

}  // namespace schutznetz::events
