#include "services/events/api/catalogue_fixture.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "schutznetz/events/v1/event.pb.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/catch_up.h"
#include "services/common/testing/must.h"
#include "services/events/api/publication_api.h"
#include "services/events/catalogue/sample_publication.h"

namespace schutznetz::events {
namespace {

std::unique_ptr<const wire::Tables> CatalogueTables() {
  return testing::Must(
      wire::Tables::Build({v1::Event::descriptor(), v1::Publication::descriptor(), v1::PublicationFile::descriptor()}));
}

}  // namespace

Catalogue::Catalogue(storage::Engine engine)
    : temp_(engine, {&record::RecordMigrations(), &PublicationMigrations()}),
      tables_(CatalogueTables()),
      rules_(*tables_),
      methods_(rules_.all()),
      imports_(methods_, rules_.publication()),
      files_(methods_, rules_.publication_file(), file_store_),
      sealer_(rpc::Sealer::WithRandomKey()),
      tokens_(sealer_, clock_),
      view_(testing::Must(PublicationView::Start(temp_.database(), rules_.publication(), clock_))),
      writes_(temp_.database(), view_.get()),
      registry_("schutznetz.events.v1.EventsService") {
  RegisterPublicationReads(registry_, *view_, tokens_);
  RegisterPublicationFiles(registry_, writes_, temp_.database(), files_);
  RegisterPublicationFormats(registry_, *view_, tokens_, Site());
}

access::Caller Catalogue::EditorOf(const std::string& land) {
  access::Grants grants;
  grants.roles = {access::Role::kEditor};
  grants.lands = {land};
  return access::Caller::Granted("editor", std::move(grants));
}

access::Caller Catalogue::Nationwide() { return testing::Staff(); }

absl::StatusOr<v1::Publication> Catalogue::Write(Work work) {
  record::Presented presented;
  RETURN_IF_ERROR(temp_.database()
                      .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(presented, work(tx));
                        return absl::OkStatus();
                      })
                      .status());
  v1::Publication publication;
  if (!publication.ParseFromString(presented.bytes)) return absl::DataLossError("the answer is no publication");
  return publication;
}

absl::StatusOr<v1::Publication> Catalogue::Create(const v1::Publication& publication, const std::string& id,
                                                  const access::Caller& caller) {
  return Write([&](storage::Transaction& tx) {
    return methods_.Create(tx, {caller, ""}, rules_.publication(), id, publication, "publication.");
  });
}

absl::StatusOr<v1::Publication> Catalogue::Update(const v1::Publication& publication,
                                                  const std::vector<std::string>& paths, const access::Caller& caller) {
  google::protobuf::FieldMask mask;
  for (const std::string& path : paths) mask.add_paths(path);
  return Write([&](storage::Transaction& tx) {
    return methods_.Update(tx, {caller, ""}, rules_.publication(), publication, mask, "publication.");
  });
}

absl::StatusOr<v1::Publication> Catalogue::Delete(const v1::Publication& publication) {
  return Write([&](storage::Transaction& tx) {
    return methods_.Delete(tx, {Nationwide(), ""}, rules_.publication(), publication.name(), publication.etag());
  });
}

absl::StatusOr<v1::ImportPublicationsResponse> Catalogue::Import(ImportedFile file, const std::string& land,
                                                                 const access::Caller& caller) {
  v1::ImportPublicationsResponse response;
  RETURN_IF_ERROR(temp_.database()
                      .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(response, imports_.Import(tx, {caller, ""}, file, land));
                        return absl::OkStatus();
                      })
                      .status());
  CatchUp();
  return response;
}

absl::StatusOr<v1::PublicationFile> Catalogue::CreateFile(const v1::PublicationFile& file,
                                                          const access::Caller& caller) {
  v1::PublicationFile made;
  RETURN_IF_ERROR(temp_.database()
                      .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(made, files_.Create(tx, {caller, ""}, file));
                        return absl::OkStatus();
                      })
                      .status());
  return made;
}

absl::StatusOr<int> Catalogue::ForgetUnfinished(absl::Duration later) {
  int count = 0;
  RETURN_IF_ERROR(temp_.database()
                      .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                        ASSIGN_OR_RETURN(count, files_.ForgetUnfinished(tx, tx.now() + later, 100));
                        return absl::OkStatus();
                      })
                      .status());
  return count;
}

v1::Publication Catalogue::Make(const std::string& id, const std::string& title) {
  v1::Publication publication;
  AddTranslation(publication.mutable_title(), "de", title);
  publication.set_type(v1::Publication::BROCHURE);
  publication.add_languages("de");
  publication.set_land("lands/DE-NW");
  publication = testing::Must(Create(publication, id));
  CatchUp();
  return publication;
}

void Catalogue::CatchUp() { testing::CatchUp(*view_, temp_.database()); }

absl::StatusOr<std::string> Catalogue::Call(const std::string& method, const google::protobuf::Message& request,
                                            const access::Caller& caller) const {
  for (const rpc::MethodHandler& handler : registry_.handlers()) {
    if (handler.method != method) continue;
    rpc::CallContext call;
    call.service = registry_.service();
    call.method = handler.method;
    call.caller = caller;
    rpc::WireReply reply;
    RETURN_IF_ERROR(handler.answer(call, request, &reply));
    return reply.Flatten();
  }
  std::fprintf(stderr, "no method %s\n", method.c_str());
  std::abort();
}

}  // namespace schutznetz::events
