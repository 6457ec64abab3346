// Directory server, events server, exchange server and gateway as they ship, in a folder of their own, on free ports.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/http_client.h"
#include "services/common/storage/database.h"
#include "services/common/testing/temp_database.h"
#include "services/common/time/clock.h"
#include "services/common/tokens/token_issuer.h"
#include "tests/e2e/program.h"

namespace schutznetz::e2e {

// Token subjects that every installation knows: operator and editor of all Länder; the first two operators, of whom one
// proposes and one approves; nobody.
inline constexpr char kStaff[] = "staff";
inline constexpr char kFirstOperator[] = "operator";
inline constexpr char kSecondOperator[] = "operator-2";
inline constexpr char kNobody[] = "";

// Ends the test program when something does not start; its log is printed. Not thread safe.
class Installation {
 public:
  // `redis_address` goes to all programs; empty: none.
  explicit Installation(storage::Engine engine, std::string redis_address = {});
  ~Installation();

  // Loads deploy/sample with schutznetzctl. Returns its exit code.
  int LoadSample();
  // Runs schutznetzctl against this gateway as `subject`; output is kept. Returns the exit code.
  int Ctl(const std::vector<std::string>& arguments, std::string* output = nullptr,
          const std::string& subject = kStaff);

  // A client of the gateway with a token of `subject`.
  cli::HttpClient Http(const std::string& subject = kNobody) const;
  // An access token of this installation, good for an hour; empty for nobody.
  std::string TokenOf(const std::string& subject) const;

  Program& directory() { return *directory_; }
  Program& events() { return *events_; }
  Program& exchange() { return *exchange_; }
  Program& gateway() { return *gateway_; }
  // Starts it again after it ended, and waits until it answers the public and the staff.
  void StartDirectory();
  void StartEvents();
  void StartGateway();

  // One more program, until the installation ends.
  struct Replica {
    int port = 0;
    int admin_port = 0;
  };
  // A directory server on the same database, which must be PostgreSQL.
  Replica AddDirectory();
  // An events server on the same database, which must be PostgreSQL.
  Replica AddEvents();
  // A gateway before the directory server at this port, and before the first events server or the one at `events_port`.
  Replica AddGateway(int directory_port, int rate_factor, int events_port = 0);
  // kill -9 of this events server, which is then started again on its ports; answers when it is ready.
  void KillEvents(const Replica& replica);

  int directory_port() const { return directory_port_; }
  int events_port() const { return events_port_; }
  Replica first_events() const { return {events_port_, admin_ports_.at("events")}; }
  int exchange_port() const { return exchange_port_; }
  int gateway_port() const { return gateway_port_; }
  // By program: "directory", "events", "exchange", "gateway".
  const std::map<std::string, int>& admin_ports() const { return admin_ports_; }
  // The keys by which the programs vouch for callers.
  const std::string& context_keys() const { return context_keys_; }
  const std::filesystem::path& folder() const { return folder_; }
  // Where the events server leaves its mails.
  std::filesystem::path mails() const { return folder_ / "mail"; }
  storage::Engine engine() const { return engine_; }
  // The database, for looking at what was stored while the directory server is stopped.
  testing::TempDatabase& database() { return *database_; }
  testing::TempDatabase& events_database() { return *events_database_; }
  testing::TempDatabase& exchange_database() { return *exchange_database_; }

 private:
  std::string Secret(const std::string& name, const std::string& text) const;
  std::vector<std::string> Common(int port, int admin_port) const;
  std::vector<std::string> Store(testing::TempDatabase& database) const;
  std::vector<std::string> DirectoryArguments(int port, int admin_port) const;
  std::vector<std::string> EventsArguments(const Replica& ports) const;
  std::vector<std::string> GatewayArguments(int port, int admin_port, int directory_port, int rate_factor,
                                            int events_port) const;
  Replica Add(const std::string& program, const Replica& ports, const std::vector<std::string>& arguments);
  void StartExchange();
  void MakeStaff();
  void WaitForStaff();
  static void WaitReady(Program& program, int admin_port, const std::string& name);

  const SystemClock clock_;
  const storage::Engine engine_;
  const std::filesystem::path folder_;
  const std::string signing_key_;
  const tokens::TokenIssuer issuer_;
  const std::string context_keys_;
  const std::string redis_address_;
  std::unique_ptr<testing::TempDatabase> database_, events_database_, exchange_database_;
  int directory_port_ = 0, events_port_ = 0, exchange_port_ = 0, gateway_port_ = 0;
  std::map<std::string, int> admin_ports_;
  std::unique_ptr<Program> directory_, events_, exchange_, gateway_;
  std::map<int, std::unique_ptr<Program>> more_;  // by port
  bool staff_is_made_ = false;
};

}  // namespace schutznetz::e2e
