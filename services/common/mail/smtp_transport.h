// Mail by SMTP (RFC 5321), spoken by libcurl.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/config/secret.h"
#include "services/common/mail/transport.h"

namespace schutznetz::mail {

struct SmtpOptions {
  // "smtp://host:port" with STARTTLS or "smtps://host:port"; a path names this side in EHLO. Loopback may be plain.
  std::string url;
  std::string user;                          // empty: no sign-in
  const config::Secret* password = nullptr;  // must outlive the transport
  std::string ca_file;                       // empty: the system's authorities
  absl::Duration limit = absl::Seconds(30);
};

// What is wrong with a URL, or an empty text. Loopback is "127.0.0.1", "[::1]" or "localhost".
std::string SmtpUrlFault(std::string_view url);

// Keeps its connection for the next mail. TLS is required and verified except on loopback, where it is used if offered.
// Neither proxies nor other settings from the environment are used.
class SmtpTransport final : public Transport {
 public:
  explicit SmtpTransport(SmtpOptions options);
  ~SmtpTransport() override;

  Delivery Send(std::string_view from, std::string_view to, std::string_view message) override;
  void Stop() override { stop_.store(true, std::memory_order_relaxed); }

 private:
  struct Session;

  const SmtpOptions options_;
  std::atomic<bool> stop_{false};
  std::unique_ptr<Session> session_;
};

}  // namespace schutznetz::mail
