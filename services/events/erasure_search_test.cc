// What is left of a person after their erasure, and after the 90 days: a search over the bytes of the database, its
// files and the search, for their texts and for every closed form in which the server kept them.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/testing/eventually.h"
#include "services/events/domain/manage_link.h"
#include "services/events/events_server_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::ErrorOf;
using schutznetz::testing::IsOk;
using v1::EventsService;

const char kPepperText[] = "pppppppppppppppppppppppppppppppp";

std::string BytesOf(const std::filesystem::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

// One life of the server on a database.
class ServerRun {
 public:
  ServerRun(const storage::DatabaseOptions& database, const mail::MailFlags& mail, const std::string& ledger)
      : server_(
            clock_, grpc_.log(), grpc_.metrics(), page_tokens_, names_, networks_,
            {.secrets = {{*personal::Pepper::FromText(kPepperText), *rpc::Sealer::FromKeyText(std::string(64, 'a'))}},
             .erasure_ledger = ledger,
             .mail = &mail}) {
    EXPECT_THAT(server_.Start(database), IsOk());
    grpc_.server().Add(server_.registry());
    EXPECT_THAT(grpc_.Start(), IsOk());
    grpc_.server().SetServing(true);
    stub_ = EventsService::NewStub(grpc_.channel());
  }
  ~ServerRun() { grpc_.Stop(); }

  template <typename Request, typename Response>
  Response Must(grpc::Status (EventsService::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request, const access::Caller& caller = testing::Staff()) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!caller.is_public()) grpc_.As(caller, &context);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    EXPECT_TRUE(status.ok()) << ErrorOf(status);
    return response;
  }

 private:
  const SystemClock clock_;
  testing::InProcessServer grpc_;
  const rpc::PageTokens page_tokens_{grpc_.sealer(), clock_};
  KnownNames names_;
  KnownNetworks networks_;
  EventsServer server_;
  std::unique_ptr<EventsService::Stub> stub_;
};

class ErasureSearchTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  ErasureSearchTest() {
    std::string name = (std::filesystem::temp_directory_path() / "schutznetz-erasure-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    mail_.drop_dir = (folder_ / "mail").string();
    temp_.Close();
  }
  ~ErasureSearchTest() override {
    run_.reset();
    std::filesystem::remove_all(folder_);
  }

  ServerRun& Start() {
    temp_.Close();
    run_ = std::make_unique<ServerRun>(temp_.options(), mail_, (folder_ / "ledger").string());
    return *run_;
  }

  static v1::CreateEventRequest EventFrom(absl::Time start) {
    v1::CreateEventRequest create;
    *create.mutable_event() = Arranging::Example();
    create.mutable_event()->set_state(v1::Event::PUBLISHED);
    v1::Session* session = create.mutable_event()->mutable_sessions(0);
    session->mutable_start_time()->set_seconds(absl::ToUnixSeconds(start));
    session->mutable_end_time()->set_seconds(absl::ToUnixSeconds(start + absl::Hours(2)));
    return create;
  }
  v1::CreateRegistrationRequest Registering(const std::string& event) {
    v1::CreateRegistrationRequest request;
    request.set_parent(event);
    request.set_request_id("einmal");
    request.mutable_registration()->set_display_name("Qzxjfrau Muster");
    request.mutable_registration()->set_email("qzxjpost@example.org");
    request.mutable_registration()->set_organization("Qzxjstelle Musterstadt");
    request.mutable_registration()->set_profession(common::v1::Profession::POLICE);
    return request;
  }
  bool WaitForMails(size_t count) {
    return testing::Eventually([&] {
      std::error_code none_yet;
      std::filesystem::directory_iterator files(mail_.drop_dir, none_yet), end;
      return none_yet ? false : static_cast<size_t>(std::count_if(files, end, [](const auto& file) {
                                  return file.path().extension() == ".eml";
                                })) >= count;
    });
  }

  // Every value of one column, while no server runs or on PostgreSQL.
  void Rows(const std::string& sql, const std::function<void(const storage::Row&)>& take) {
    const auto read = [&](storage::ReadTransaction& tx) {
      return tx.Query(storage::Sql::Uncached(sql), {}, [&](const storage::Row& row) {
        take(row);
        return absl::OkStatus();
      });
    };
    EXPECT_THAT(temp_.database().Read(read), IsOk()) << sql;
  }

  // A long text lies on several pages of a file: it is looked for in pieces.
  static void AddPieces(const std::string& text, std::set<std::string>* pieces) {
    constexpr size_t kPiece = 64;
    if (text.size() <= 4 * kPiece) {
      if (!text.empty()) pieces->insert(text);
      return;
    }
    for (size_t at = 0; at + kPiece <= text.size(); at += kPiece) pieces->insert(text.substr(at, kPiece));
  }

  // What the server keeps of its only registration, and in which closed forms. The server is stopped.
  std::set<std::string> Traces() {
    temp_.Reopen();
    std::set<std::string> traces = {"Qzxj", "qzxj"};
    for (const char* sql :
         {"SELECT person FROM registration", "SELECT mail FROM registration", "SELECT code FROM registration",
          "SELECT sealed FROM sealed_part", "SELECT wrapped FROM data_key", "SELECT sealed FROM outbox"}) {
      Rows(sql, [&](const storage::Row& row) { AddPieces(std::string(row.Text(0)), &traces); });
    }
    temp_.Close();
    return traces;
  }

  // The files of SQLite, or all rows of all tables of PostgreSQL with what their hexadecimal values say.
  std::string Bytes() {
    const std::string& path = temp_.options().path;
    if (GetParam() == storage::Engine::kSqlite) return BytesOf(path) + BytesOf(path + "-wal") + BytesOf(path + "-shm");
    temp_.Reopen();
    std::vector<std::string> tables;
    Rows("SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()",
         [&](const storage::Row& row) { tables.emplace_back(row.Text(0)); });
    std::string bytes;
    for (const std::string& table : tables) {
      Rows("SELECT t::text FROM \"" + table + "\" t", [&](const storage::Row& row) {
        const std::string text(row.Text(0));
        bytes += text;
        for (size_t at = text.find("\\x"); at != text.npos; at = text.find("\\x", at + 1)) {
          size_t end = at + 2;
          while (end + 1 < text.size() && std::isxdigit(text[end]) && std::isxdigit(text[end + 1])) end += 2;
          bytes += absl::HexStringToBytes(absl::string_view(text.data() + at + 2, end - at - 2));
        }
      });
    }
    EXPECT_FALSE(tables.empty());
    temp_.Close();
    return bytes;
  }

  static std::vector<std::string> FoundIn(const std::string& bytes, const std::set<std::string>& traces) {
    std::vector<std::string> found;
    std::copy_if(traces.begin(), traces.end(), std::back_inserter(found),
                 [&](const std::string& trace) { return absl::StrContains(bytes, trace); });
    return found;
  }

  // Nothing of the traces is left: soon while the server runs, and after its end.
  void ExpectGone(const std::set<std::string>& traces) {
    EXPECT_TRUE(testing::Eventually([&] { return FoundIn(Bytes(), traces).empty(); }));
    v1::SearchEventsRequest search;
    search.set_q("Qzxjfrau");
    EXPECT_EQ(run_->Must(&EventsService::Stub::SearchEvents, search).total_size(), 0);
    run_.reset();
    EXPECT_THAT(FoundIn(Bytes(), traces), ::testing::IsEmpty());
    EXPECT_THAT(FoundIn(BytesOf(folder_ / "ledger"), traces), ::testing::IsEmpty());
  }

  std::filesystem::path folder_;
  mail::MailFlags mail_;
  testing::TempDatabase temp_{
      GetParam(),
      {&record::RecordMigrations(), &audit::AuditMigrations(), &personal::PersonalMigrations(),
       &RegistrationMigrations(), &PublicationMigrations(), &mail::OutboxMigrations(), &MailingMigrations()}};
  std::unique_ptr<ServerRun> run_;
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasureSearchTest, testing::AllEngines(), testing::EngineName);

TEST_P(ErasureSearchTest, NothingIsLeftOfWhoGotMailsAndWasErased) {
  ServerRun& first = Start();
  const v1::Event event =
      first.Must(&EventsService::Stub::CreateEvent, EventFrom(absl::FromUnixSeconds(3'786'912'000)));
  const v1::Registration pending =
      first.Must(&EventsService::Stub::CreateRegistration, Registering(event.name()), access::Caller());
  const std::string id = pending.name().substr(pending.name().rfind('/') + 1);
  ASSERT_TRUE(WaitForMails(1));
  v1::ConfirmRegistrationRequest confirm;
  confirm.set_name(pending.name());
  confirm.set_manage_token(ManageToken(*personal::Pepper::FromText(kPepperText), {id, 1}));
  first.Must(&EventsService::Stub::ConfirmRegistration, confirm, access::Caller());
  ASSERT_TRUE(WaitForMails(2));
  // From now on mails wait in the outbox, with all that they say.
  std::filesystem::remove_all(mail_.drop_dir);
  std::ofstream(mail_.drop_dir) << "no folder";
  v1::RenewManageLinkRequest renew;
  renew.set_name(pending.name());
  first.Must(&EventsService::Stub::RenewManageLink, renew);
  run_.reset();
  std::filesystem::remove(mail_.drop_dir);

  const std::set<std::string> traces = Traces();
  ASSERT_GE(traces.size(), 7u) << "texts, digest, code, sealed part, key, mail";
  const std::vector<std::string> before = FoundIn(Bytes(), traces);
  EXPECT_GT(before.size(), traces.size() * 3 / 4) << "all but what a page ends in, and the open texts";
  EXPECT_THAT(before, ::testing::Not(::testing::Contains(::testing::AnyOf("Qzxj", "qzxj")))) << "nothing is open";
  mail_.drop_dir.clear();
  ServerRun& second = Start();
  v1::EraseRegistrationsRequest erase;
  erase.set_email("QZXJPOST@example.org");
  EXPECT_EQ(second.Must(&EventsService::Stub::EraseRegistrations, erase).registrations_erased(), 1);
  ExpectGone(traces);
}

TEST_P(ErasureSearchTest, NothingIsLeftOfWhoWasAtAnEventNinetyDaysAgo) {
  mail_.drop_dir.clear();  // mails wait in the outbox
  ServerRun& first = Start();
  // Over for less than 90 days until the second run.
  const absl::Time start = absl::Now() - absl::Hours(24 * 30);
  const v1::Event event = first.Must(&EventsService::Stub::CreateEvent, EventFrom(start));
  v1::CreateRegistrationRequest add = Registering(event.name());
  add.set_for_somebody_else(true);
  first.Must(&EventsService::Stub::CreateRegistration, add);
  run_.reset();
  const std::set<std::string> traces = Traces();
  ASSERT_GE(traces.size(), 7u);
  // The time passes.
  temp_.Reopen();
  const int64_t end_us = absl::ToUnixMicros(absl::Now() - absl::Hours(24 * 91));
  ASSERT_THAT(temp_.database()
                  .WriteAndWait([&](storage::Transaction& tx) {
                    return tx.Execute("UPDATE seats SET end_us = ?1 WHERE end_us > 0", {end_us}).status();
                  })
                  .status(),
              IsOk());
  temp_.Close();
  Start();
  ExpectGone(traces);
  temp_.Reopen();
  int proofs = 0;
  Rows("SELECT event FROM deletion_proof", [&](const storage::Row&) { ++proofs; });
  EXPECT_EQ(proofs, 1);
}

}  // namespace
}  // namespace schutznetz::events
