// Directory server and gateway as they ship, in a folder of their own, on free ports.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/http_client.h"
#include "services/common/storage/database.h"
#include "services/common/testing/temp_database.h"
#include "tests/e2e/program.h"

namespace schutznetz::e2e {

// Ends the test program when something does not start; its log is printed. Not thread safe.
class Installation {
 public:
  explicit Installation(storage::Engine engine);
  ~Installation();

  // Loads deploy/sample with schutznetzctl. Returns its exit code.
  int LoadSample();
  // Runs schutznetzctl against this gateway with the operator token; output is kept. Returns the exit code.
  int Ctl(const std::vector<std::string>& arguments, std::string* output = nullptr);

  // A client of the gateway. With `as_operator` it carries the token.
  cli::HttpClient Http(bool as_operator = false) const;

  Program& directory() { return *directory_; }
  Program& gateway() { return *gateway_; }
  // Starts it again after it ended, and waits until it is ready.
  void StartDirectory();
  void StartGateway();

  int directory_port() const { return directory_port_; }
  int gateway_port() const { return gateway_port_; }
  int directory_admin_port() const { return directory_admin_port_; }
  int gateway_admin_port() const { return gateway_admin_port_; }
  const std::string& token() const { return token_; }
  const std::filesystem::path& folder() const { return folder_; }
  storage::Engine engine() const { return engine_; }
  // The database, for looking at what was stored while the directory server is stopped.
  testing::TempDatabase& database() { return *database_; }

 private:
  void WaitReady(Program& program, int admin_port, const char* name);

  const storage::Engine engine_;
  const std::filesystem::path folder_;
  const std::string token_;
  std::unique_ptr<testing::TempDatabase> database_;
  int directory_port_ = 0, directory_admin_port_ = 0, gateway_port_ = 0, gateway_admin_port_ = 0;
  std::unique_ptr<Program> directory_, gateway_;
};

}  // namespace schutznetz::e2e
