#include <string>
#include <utility>

#include "schutznetz/common/v1/http_body.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/events/api/publication_api.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using v1::PublicationFile;

record::Author FileAuthor(const CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

// Writes in a transaction of its own; `work(tx)` returns StatusOr<PublicationFile>.
template <typename Work>
absl::StatusOr<PublicationFile> WriteFile(storage::Database& database, Work work) {
  PublicationFile file;
  RETURN_IF_ERROR(database
                      .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(file, work(tx));
                        return absl::OkStatus();
                      })
                      .status());
  return file;
}

absl::StatusOr<std::string> ReadContent(storage::Database& database, const PublicationFiles& files,
                                        const std::string& name, absl::Time deadline) {
  std::string content;
  RETURN_IF_ERROR(database.Read(
      [&](storage::ReadTransaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(content, files.Content(tx, name));
        return absl::OkStatus();
      },
      deadline));
  return content;
}

// The document is checked between two writes, so that nobody waits for it.
absl::StatusOr<PublicationFile> CheckAndFinish(storage::Database& database, const PublicationFiles& files,
                                               const CallContext& call, const PublicationFile& file) {
  ASSIGN_OR_RETURN(const std::string content, ReadContent(database, files, file.name(), call.deadline));
  const absl::StatusOr<PublicationFile> checked = PublicationFiles::Check(file, content);
  if (checked.ok()) {
    return WriteFile(database, [&](storage::Transaction& tx) { return files.Finish(tx, FileAuthor(call), *checked); });
  }
  RETURN_IF_ERROR(
      database.WriteAndWait([&](storage::Transaction& tx) { return files.Discard(tx, file.name()); }).status());
  return checked.status();
}

absl::StatusOr<PublicationFile> AppendFile(storage::Database& database, const PublicationFiles& files,
                                           const CallContext& call, const v1::AppendPublicationFileRequest& request) {
  ASSIGN_OR_RETURN(PublicationFile file, WriteFile(database, [&](storage::Transaction& tx) {
                     return files.Append(tx, FileAuthor(call), request);
                   }));
  return AwaitsCheck(file) ? CheckAndFinish(database, files, call, file) : file;
}

absl::StatusOr<PublicationFile> GetFile(storage::Database& database, const PublicationFiles& files,
                                        const CallContext& call, const std::string& name) {
  PublicationFile file;
  RETURN_IF_ERROR(database.Read(
      [&](storage::ReadTransaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(file, files.Get(tx, name));
        return absl::OkStatus();
      },
      call.deadline));
  return file;
}

absl::StatusOr<common::v1::HttpBody> Download(storage::Database& database, const PublicationFiles& files,
                                              const CallContext& call, const std::string& name) {
  ASSIGN_OR_RETURN(const PublicationFile file, GetFile(database, files, call, name));
  if (file.state() != PublicationFile::READY) return errors::NotFound(name);
  common::v1::HttpBody body;
  body.set_content_type(file.media_type());
  ASSIGN_OR_RETURN(*body.mutable_data(), ReadContent(database, files, name, call.deadline));
  return body;
}

}  // namespace

void RegisterPublicationFiles(rpc::Registry& registry, rpc::Writes& writes, storage::Database& database,
                              const PublicationFiles& files) {
  writes.Add<v1::CreatePublicationFileRequest, PublicationFile>(
      registry, "CreatePublicationFile",
      [&](storage::Transaction& tx, const CallContext& call, const v1::CreatePublicationFileRequest& request) {
        return files.Create(tx, FileAuthor(call), request.publication_file());
      });
  registry.Blocking<v1::AppendPublicationFileRequest, PublicationFile>(
      "AppendPublicationFile", [&](const CallContext& call, const v1::AppendPublicationFileRequest& request) {
        return AppendFile(database, files, call, request);
      });
  registry.Blocking<v1::GetPublicationFileRequest, PublicationFile>(
      "GetPublicationFile", [&](const CallContext& call, const v1::GetPublicationFileRequest& request) {
        return GetFile(database, files, call, request.name());
      });
  registry.Blocking<v1::DownloadPublicationFileRequest, common::v1::HttpBody>(
      "DownloadPublicationFile", [&](const CallContext& call, const v1::DownloadPublicationFileRequest& request) {
        return Download(database, files, call, request.name());
      });
}

}  // namespace schutznetz::events
