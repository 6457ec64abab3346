// A catalogue with its store, view and methods around it, without a network. Tests only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "schutznetz/common/v1/http_body.pb.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "schutznetz/events/v1/publication_file.pb.h"
#include "schutznetz/events/v1/publication_import.pb.h"
#include "schutznetz/events/v1/publication_search.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/sealer.h"
#include "services/common/rpc/write.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/temp_database.h"
#include "services/common/wire/table.h"
#include "services/events/domain/events_rules.h"
#include "services/events/domain/publication_files.h"
#include "services/events/domain/publication_imports.h"
#include "services/events/store/sql_publication_file_store.h"
#include "services/events/view/publication_view.h"

namespace schutznetz::events {

// Everything ends the process when it cannot be made.
class Catalogue {
 public:
  explicit Catalogue(storage::Engine engine = storage::Engine::kSqlite);

  static access::Caller EditorOf(const std::string& land);
  // Editor of all sixteen Länder.
  static access::Caller Nationwide();

  // Each is one write transaction.
  absl::StatusOr<v1::Publication> Create(const v1::Publication& publication, const std::string& id,
                                         const access::Caller& caller = Nationwide());
  absl::StatusOr<v1::Publication> Update(const v1::Publication& publication, const std::vector<std::string>& paths,
                                         const access::Caller& caller = Nationwide());
  absl::StatusOr<v1::Publication> Delete(const v1::Publication& publication);
  absl::StatusOr<v1::ImportPublicationsResponse> Import(ImportedFile file, const std::string& land = "",
                                                        const access::Caller& caller = Nationwide());

  absl::StatusOr<v1::PublicationFile> CreateFile(const v1::PublicationFile& file,
                                                 const access::Caller& caller = Nationwide());
  // As housekeeping does, `later` than now. Returns how many.
  absl::StatusOr<int> ForgetUnfinished(absl::Duration later);

  // Creates one with a German title, and waits until the view has it.
  v1::Publication Make(const std::string& id, const std::string& title);
  // Another view of the same store.
  absl::StatusOr<std::unique_ptr<PublicationView>> NewView() {
    return PublicationView::Start(temp_.database(), rules_.publication(), clock_);
  }
  // Waits until the view has every change that was written.
  void CatchUp();

  // Calls a method as the guard chain would.
  absl::StatusOr<std::string> Call(const std::string& method, const google::protobuf::Message& request,
                                   const access::Caller& caller = {}) const;
  template <typename Response>
  absl::StatusOr<Response> Ask(const std::string& method, const google::protobuf::Message& request,
                               const access::Caller& caller = {}) const {
    absl::StatusOr<std::string> bytes = Call(method, request, caller);
    if (!bytes.ok()) return bytes.status();
    Response response;
    if (!response.ParseFromString(*bytes)) return absl::DataLossError("the answer is no message");
    return response;
  }

  storage::Database& database() { return temp_.database(); }
  PublicationView& view() { return *view_; }
  testing::FakeClock& clock() { return clock_; }

 private:
  using Work = absl::FunctionRef<absl::StatusOr<record::Presented>(storage::Transaction&)>;
  absl::StatusOr<v1::Publication> Write(Work work);

  testing::FakeClock clock_;
  testing::TempDatabase temp_;
  const std::unique_ptr<const wire::Tables> tables_;
  const EventsRules rules_;
  const record::StandardMethods methods_;
  const PublicationImports imports_;
  const SqlPublicationFileStore file_store_;
  const PublicationFiles files_;
  rpc::Sealer sealer_;
  rpc::PageTokens tokens_;
  std::unique_ptr<PublicationView> view_;
  rpc::Writes writes_;
  rpc::Registry registry_;
};

}  // namespace schutznetz::events
