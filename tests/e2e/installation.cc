#include "tests/e2e/installation.h"

#include <signal.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "absl/strings/escaping.h"
#include "services/common/audit/audit_store.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/eventually.h"
#include "services/directory/store/sql_import_store.h"

namespace schutznetz::e2e {
namespace {

std::filesystem::path NewFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "schutznetz-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

std::string NewToken(const std::filesystem::path& folder) {
  std::ifstream random("/dev/urandom", std::ios::binary);
  char bytes[32];
  random.read(bytes, sizeof bytes);
  std::string text = "snop_" + std::string(absl::WebSafeBase64Escape(absl::string_view(bytes, sizeof bytes)));
  const std::filesystem::path file = folder / "operator.token";
  std::ofstream(file) << text << "\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  return text;
}

}  // namespace

Installation::Installation(storage::Engine engine)
    : engine_(engine),
      folder_(NewFolder()),
      token_(NewToken(folder_)),
      database_(new testing::TempDatabase(
          engine, {&record::RecordMigrations(), &directory::DirectoryMigrations(), &audit::AuditMigrations()})) {
  database_->Close();
  directory_port_ = FreePort();
  directory_admin_port_ = FreePort();
  gateway_port_ = FreePort();
  gateway_admin_port_ = FreePort();
  StartDirectory();
  StartGateway();
}

Installation::~Installation() {
  gateway_.reset();
  directory_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Installation::StartDirectory() {
  std::vector<std::string> arguments = {"--port",
                                        std::to_string(directory_port_),
                                        "--admin_port",
                                        std::to_string(directory_admin_port_),
                                        "--operator_token_file",
                                        (folder_ / "operator.token").string(),
                                        "--database"};
  const storage::DatabaseOptions& options = database_->options();
  if (engine_ == storage::Engine::kSqlite) {
    arguments.push_back(options.path);
  } else {
    arguments.insert(arguments.end(), {options.connection_string, "--database_schema", options.schema});
  }
  directory_ = std::make_unique<Program>("schutznetz-directory", arguments, folder_ / "directory.log");
  WaitReady(*directory_, directory_admin_port_, "directory server");
}

void Installation::StartGateway() {
  const std::vector<std::string> arguments = {"--port", std::to_string(gateway_port_), "--admin_port",
                                              std::to_string(gateway_admin_port_), "--directory_address",
                                              "127.0.0.1:" + std::to_string(directory_port_),
                                              // The limits stay in force; a test only makes more calls than a person.
                                              "--rate_factor", "100000"};
  gateway_ = std::make_unique<Program>("schutznetz-gateway", arguments, folder_ / "gateway.log");
  WaitReady(*gateway_, gateway_admin_port_, "gateway");
}

void Installation::WaitReady(Program& program, int admin_port, const char* name) {
  cli::HttpClient admin({.gateway = "http://127.0.0.1:" + std::to_string(admin_port), .token = "", .timeout_s = 5});
  const bool ready = testing::Eventually([&] {
    if (!program.Running()) return true;
    try {
      return admin.Call("GET", "/readyz").status == 200;
    } catch (const cli::Unreachable&) {
      return false;
    }
  });
  if (!ready || !program.Running()) {
    std::fprintf(stderr, "the %s did not become ready:\n%s\n", name, program.Log().c_str());
    std::abort();
  }
}

cli::HttpClient Installation::Http(bool as_operator) const {
  return cli::HttpClient({.gateway = "http://127.0.0.1:" + std::to_string(gateway_port_),
                          .token = as_operator ? token_ : "",
                          .timeout_s = 20});
}

int Installation::Ctl(const std::vector<std::string>& arguments, std::string* output) {
  std::vector<std::string> all = {"--gateway",    "http://127.0.0.1:" + std::to_string(gateway_port_),
                                  "--token_file", (folder_ / "operator.token").string(),
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
  for (const char* file : {"organizations", "locations", "networks", "services", "serviceAtLocations"}) {
    arguments.push_back(std::string(SCHUTZNETZ_SOURCE_DIR) + "/deploy/sample/" + file + ".ndjson");
  }
  return Ctl(arguments);
}

}  // namespace schutznetz::e2e
