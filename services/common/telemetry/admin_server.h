// The admin port: /livez /readyz /metrics /version /config over plain HTTP/1.1, for probes and scrapers.
//
// One thread, one connection at a time, GET only, header at most 4 KiB within 2 s, connection closed after each answer.
// It listens on loopback unless told otherwise and shows nothing that is secret (the configuration is redacted).
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace schutznetz::telemetry {

struct AdminPage {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

class AdminServer {
 public:
  // Called from the admin thread for each request; must return soon.
  using Handler = std::function<AdminPage()>;

  AdminServer() = default;
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  // Adds a page before Start, for example "/metrics".
  void AddPage(std::string path, Handler handler);
  // Listens on `address` (numeric) and `port` (0: any free one) and starts the thread. UNAVAILABLE when the port is
  // taken, INVALID_ARGUMENT when the address is no numeric one.
  absl::Status Start(const std::string& address, int port);
  // The port in use, after Start.
  int port() const { return port_; }
  // Stops listening and joins the thread. Called by the destructor too.
  void Stop();

 private:
  void Run();
  void Serve(int connection) const;

  std::map<std::string, Handler> pages_;
  int listener_ = -1;
  int wake_ = -1;
  int port_ = 0;
  std::thread thread_;
};

// The pages every program has. `ready` answers nothing when ready, else the reason; `config` is the redacted dump.
struct StandardPages {
  std::function<std::string()> not_ready_reason;
  std::function<std::string()> metrics_text;
  std::string version_json;
  std::string config_text;
};
void AddStandardPages(AdminServer& server, StandardPages pages);

}  // namespace schutznetz::telemetry
