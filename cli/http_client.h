#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace schutznetz::cli {

// An answer of the gateway.
struct Response {
  long status = 0;         // HTTP status
  std::string body;        // JSON
  long retry_after_s = 0;  // from Retry-After, 0 when absent
};

// How to reach the gateway.
struct Connection {
  std::string gateway;  // http://host:port, no trailing slash
  std::string token;    // access token; empty: public calls only
  long timeout_s = 10;  // whole call
};

using Parameters = std::vector<std::pair<std::string, std::string>>;

// Raised when no answer came at all: the gateway is away or the name is wrong. The text says what was tried.
struct Unreachable {
  std::string text;
};

// One connection to the gateway, kept alive between calls. Not thread-safe.
class HttpClient {
 public:
  explicit HttpClient(Connection connection);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Calls and waits. Throws Unreachable; every HTTP status is an answer. A 429 or 503 with Retry-After is tried again
  // up to `retries` times, since every write carries a request id that makes it safe.
  Response Call(std::string_view method, std::string_view path, const Parameters& query = {},
                std::string_view body = {}, int retries = 0, std::string_view content_type = kJsonType);

  static constexpr std::string_view kJsonType = "application/json";

 private:
  Response Once(std::string_view method, const std::string& url, std::string_view body, std::string_view content_type);

  Connection connection_;
  void* curl_;
};

// A key for one write (AIP-155): 128 random bits. The same key sent again has no second effect.
std::string NewRequestId();

// Percent-encodes everything but unreserved characters (RFC 3986) for use in a query or a path segment.
std::string PercentEncode(std::string_view text);

}  // namespace schutznetz::cli
