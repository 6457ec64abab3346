#include "tests/e2e/installation.h"

#include <signal.h>
#include <simdjson.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/access/context_keys.h"
#include "services/common/audit/audit_store.h"
#include "services/common/personal/personal_store.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/free_port.h"
#include "services/directory/store/sql_import_store.h"
#include "services/exchange/store/sql_exchange_store.h"

namespace schutznetz::e2e {
namespace {

std::filesystem::path NewFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "schutznetz-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

std::string NewContextKeys() {
  std::string lines;
  for (const auto& [from, to] :
       {std::pair("gateway", "directory"), std::pair("gateway", "events"), std::pair("gateway", "exchange"),
        std::pair("directory", "exchange"), std::pair("events", "exchange")}) {
    lines += access::NewContextKeyLine("1", from, to);
  }
  return lines;
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

// A field of the answer to a write that must succeed.
std::string FieldOf(const cli::Response& answer, const std::string& field) {
  simdjson::dom::parser parser;
  std::string_view value;
  if (answer.status != 200 || parser.parse(answer.body)[field].get(value) != simdjson::SUCCESS) {
    Fail(absl::StrCat("making the staff failed: ", answer.status, " ", answer.body));
  }
  return std::string(value);
}

}  // namespace

Installation::Installation(storage::Engine engine, std::string redis_address)
    : engine_(engine),
      folder_(NewFolder()),
      signing_key_(tokens::NewSigningKeyPem()),
      issuer_(*tokens::TokenIssuer::Create(signing_key_, tokens::kOwnIssuer, tokens::kDefaultAudience, clock_)),
      context_keys_(NewContextKeys()),
      redis_address_(std::move(redis_address)),
      database_(new testing::TempDatabase(
          engine, {&record::RecordMigrations(), &directory::DirectoryMigrations(), &audit::AuditMigrations()})),
      events_database_(new testing::TempDatabase(engine, {&record::RecordMigrations(), &audit::AuditMigrations()})),
      exchange_database_(
          new testing::TempDatabase(engine, {&record::RecordMigrations(), &exchange::ExchangeMigrations(),
                                             &personal::PersonalMigrations(), &audit::AuditMigrations()})) {
  database_->Close();
  events_database_->Close();
  exchange_database_->Close();
  for (int* port : {&directory_port_, &events_port_, &exchange_port_, &gateway_port_}) *port = testing::FreePort();
  for (const char* program : {"directory", "events", "exchange", "gateway"})
    admin_ports_[program] = testing::FreePort();
  StartExchange();
  StartDirectory();
  StartEvents();
  StartGateway();
  MakeStaff();
}

Installation::~Installation() {
  more_.clear();
  gateway_.reset();
  events_.reset();
  directory_.reset();
  exchange_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Installation::Secret(const std::string& name, const std::string& text) const {
  const std::filesystem::path file = folder_ / name;
  std::ofstream(file) << text;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return file.string();
}

std::vector<std::string> Installation::Common(int port, int admin_port) const {
  std::vector<std::string> arguments = {"--port",
                                        std::to_string(port),
                                        "--admin_port",
                                        std::to_string(admin_port),
                                        "--context_keys_file",
                                        Secret("context.keys", context_keys_),
                                        "--drain_wait_ms=0"};
  if (redis_address_.empty()) return arguments;
  arguments.insert(arguments.end(),
                   {"--redis_address", redis_address_, "--redis_key_file", Secret("redis.key", std::string(43, 'r'))});
  return arguments;
}

std::vector<std::string> Installation::Store(testing::TempDatabase& database) const {
  const storage::DatabaseOptions& options = database.options();
  if (engine_ == storage::Engine::kSqlite) return {"--database", options.path};
  return {"--database", options.connection_string, "--database_schema", options.schema};
}

void Installation::StartExchange() {
  std::vector<std::string> arguments = Common(exchange_port_, admin_ports_.at("exchange"));
  const std::vector<std::string> store = Store(*exchange_database_);
  arguments.insert(arguments.end(), store.begin(), store.end());
  const std::string operators =
      absl::StrCat(tokens::kOwnIssuer, " ", kFirstOperator, ",", tokens::kOwnIssuer, " ", kSecondOperator);
  for (const auto& [flag, value] :
       {std::pair<std::string, std::string>("--pepper_file", Secret("pepper.key", std::string(43, 'p'))),
        {"--wrapping_key_file", Secret("wrapping.key", std::string(64, 'a'))},
        {"--signing_key_file", Secret("signing.key", signing_key_)},
        {"--bootstrap_operator", operators},
        {"--erasure_ledger", (folder_ / "exchange.erasures").string()}}) {
    arguments.insert(arguments.end(), {flag, value});
  }
  exchange_ = std::make_unique<Program>("schutznetz-exchange", arguments, folder_ / "exchange.log");
  WaitReady(*exchange_, admin_ports_.at("exchange"), "exchange");
}

std::vector<std::string> Installation::DirectoryArguments(int port, int admin_port) const {
  std::vector<std::string> arguments = Common(port, admin_port);
  const std::vector<std::string> store = Store(*database_);
  arguments.insert(arguments.end(), store.begin(), store.end());
  arguments.insert(arguments.end(), {"--exchange_address", absl::StrCat("127.0.0.1:", exchange_port_)});
  return arguments;
}

void Installation::StartDirectory() {
  const int admin_port = admin_ports_.at("directory");
  directory_ = std::make_unique<Program>("schutznetz-directory", DirectoryArguments(directory_port_, admin_port),
                                         folder_ / "directory.log");
  WaitReady(*directory_, admin_port, "directory");
  if (staff_is_made_) WaitForStaff();
}

std::vector<std::string> Installation::EventsArguments(const Replica& ports) const {
  std::vector<std::string> arguments = Common(ports.port, ports.admin_port);
  const std::vector<std::string> store = Store(*events_database_);
  arguments.insert(arguments.end(), store.begin(), store.end());
  for (const auto& [flag, value] :
       {std::pair<std::string, std::string>("--exchange_address", absl::StrCat("127.0.0.1:", exchange_port_)),
        {"--directory_address", absl::StrCat("127.0.0.1:", directory_port_)},
        {"--pepper_file", Secret("events-pepper.key", std::string(43, 'e'))},
        {"--wrapping_key_file", Secret("events-wrapping.key", std::string(64, 'b'))},
        {"--erasure_ledger", (folder_ / absl::StrCat("events-", ports.port, ".erasures")).string()},
        {"--public_url", absl::StrCat("http://127.0.0.1:", gateway_port_)},
        {"--mail_drop_dir", mails().string()}}) {
    arguments.insert(arguments.end(), {flag, value});
  }
  return arguments;
}

void Installation::StartEvents() {
  const Replica ports = first_events();
  events_ = std::make_unique<Program>("schutznetz-events", EventsArguments(ports), folder_ / "events.log");
  WaitReady(*events_, ports.admin_port, "events");
  if (staff_is_made_) WaitForStaff();
}

std::vector<std::string> Installation::GatewayArguments(int port, int admin_port, int directory_port, int rate_factor,
                                                        int events_port) const {
  std::vector<std::string> arguments = Common(port, admin_port);
  arguments.insert(arguments.end(),
                   {"--directory_address", absl::StrCat("127.0.0.1:", directory_port), "--exchange_address",
                    absl::StrCat("127.0.0.1:", exchange_port_), "--events_address",
                    absl::StrCat("127.0.0.1:", events_port), "--rate_factor", std::to_string(rate_factor),
                    // A test is many clients of one address.
                    "--connections_per_ip_max", "5000"});
  return arguments;
}

void Installation::StartGateway() {
  // The limits stay in force; a test only makes more calls than a person.
  constexpr int kRateFactor = 100'000;
  const int admin_port = admin_ports_.at("gateway");
  gateway_ = std::make_unique<Program>(
      "schutznetz-gateway", GatewayArguments(gateway_port_, admin_port, directory_port_, kRateFactor, events_port_),
      folder_ / "gateway.log");
  WaitReady(*gateway_, admin_port, "gateway");
  if (staff_is_made_) WaitForStaff();
}

Installation::Replica Installation::Add(const std::string& program, const Replica& ports,
                                        const std::vector<std::string>& arguments) {
  more_[ports.port] = std::make_unique<Program>("schutznetz-" + program, arguments,
                                                folder_ / absl::StrCat(program, "-", ports.port, ".log"));
  WaitReady(*more_[ports.port], ports.admin_port, program);
  return ports;
}

Installation::Replica Installation::AddDirectory() {
  const Replica ports = {testing::FreePort(), testing::FreePort()};
  return Add("directory", ports, DirectoryArguments(ports.port, ports.admin_port));
}

Installation::Replica Installation::AddEvents() {
  const Replica ports = {testing::FreePort(), testing::FreePort()};
  return Add("events", ports, EventsArguments(ports));
}

Installation::Replica Installation::AddGateway(int directory_port, int rate_factor, int events_port) {
  const Replica ports = {testing::FreePort(), testing::FreePort()};
  return Add("gateway", ports,
             GatewayArguments(ports.port, ports.admin_port, directory_port, rate_factor,
                              events_port == 0 ? events_port_ : events_port));
}

void Installation::KillEvents(const Replica& replica) {
  if (replica.port == events_port_) {
    events_->Stop(SIGKILL);
    return StartEvents();
  }
  more_.at(replica.port)->Stop(SIGKILL);
  Add("events", replica, EventsArguments(replica));
}

void Installation::WaitReady(Program& program, int admin_port, const std::string& name) {
  cli::HttpClient admin({.gateway = absl::StrCat("http://127.0.0.1:", admin_port), .token = "", .timeout_s = 5});
  const bool ready = testing::Eventually([&] {
    if (!program.Running()) return true;
    try {
      return admin.Call("GET", "/readyz").status == 200;
    } catch (const cli::Unreachable&) {
      return false;
    }
  });
  if (!ready || !program.Running()) Fail(absl::StrCat("the ", name, " did not become ready:\n", program.Log()));
}

// One operator proposes, the other approves.
void Installation::MakeStaff() {
  cli::HttpClient first = Http(kFirstOperator), second = Http(kSecondOperator);
  if (!testing::Eventually([&] { return first.Call("GET", "/v1/members").status == 200; })) {
    Fail("the operators cannot sign in:\n" + gateway_->Log());
  }
  constexpr int kRetries = 5;
  const std::string member =
      FieldOf(first.Call("POST", "/v1/members", {},
                         absl::StrCat(R"({"displayName":"Musterstab","profession":"ADMINISTRATION","issuer":")",
                                      tokens::kOwnIssuer, R"(","subject":")", kStaff,
                                      R"(","verification":{"method":"IN_PERSON"}})"),
                         kRetries),
              "name");
  const std::string lands = absl::StrCat(R"("lands":[")", absl::StrJoin(testing::AllLands(), R"(",")"), R"("])");
  for (const std::string& role : {std::string(R"("role":"OPERATOR")"), R"("role":"EDITOR",)" + lands}) {
    const cli::Response proposed =
        first.Call("POST", "/v1/grants", {}, absl::StrCat(R"({"principal":")", member, R"(",)", role, "}"), kRetries);
    const std::string grant = FieldOf(proposed, "name");
    const std::string etag = absl::StrCat(R"({"etag":")", FieldOf(proposed, "etag"), R"("})");
    FieldOf(second.Call("POST", absl::StrCat("/v1/", grant, ":approve"), {}, etag, kRetries), "name");
  }
  staff_is_made_ = true;
  WaitForStaff();
}

void Installation::WaitForStaff() {
  cli::HttpClient staff = Http(kStaff);
  const auto known_to = [&](const char* path) { return staff.Call("GET", path).status == 200; };
  if (!testing::Eventually([&] { return known_to("/v1/imports") && known_to("/v1/audit/events/entries"); })) {
    Fail("the staff cannot sign in:\n" + gateway_->Log() + directory_->Log() + events_->Log());
  }
}

std::string Installation::TokenOf(const std::string& subject) const {
  if (subject.empty()) return "";
  return *issuer_.Issue({.subject = subject, .client_id = "e2e"}, absl::Hours(1));
}

cli::HttpClient Installation::Http(const std::string& subject) const {
  return cli::HttpClient(
      {.gateway = absl::StrCat("http://127.0.0.1:", gateway_port_), .token = TokenOf(subject), .timeout_s = 20});
}

int Installation::Ctl(const std::vector<std::string>& arguments, std::string* output, const std::string& subject) {
  std::vector<std::string> all = {"--gateway",    absl::StrCat("http://127.0.0.1:", gateway_port_),
                                  "--token_file", Secret("ctl.token", TokenOf(subject)),
                                  "--timeout_s",  "60"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const std::string log = (folder_ / "ctl.log").string();
  std::filesystem::remove(log);
  Program ctl("schutznetzctl", all, log);
  const int status = ctl.Stop(0);  // signal 0: only waits
  if (output != nullptr) *output = ctl.Log();
  if (WEXITSTATUS(status) != 0 && output == nullptr) std::fprintf(stderr, "%s\n", ctl.Log().c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int Installation::LoadSample() {
  std::vector<std::string> arguments = {"apply"};
  for (const char* file :
       {"organizations", "locations", "networks", "services", "serviceAtLocations", "events", "measures", "reports"}) {
    arguments.push_back(std::string(SCHUTZNETZ_SOURCE_DIR) + "/deploy/sample/" + file + ".ndjson");
  }
  return Ctl(arguments);
}

}  // namespace schutznetz::e2e
