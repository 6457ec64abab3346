#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <utility>

#include "gateway/authentication/key_source.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kBytesMax = 256 * 1024;
constexpr long kTimeoutMs = 10'000;
constexpr long kConnectTimeoutMs = 3'000;

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};

// Takes less than it is given when there is too much, which ends the transfer.
size_t Append(char* data, size_t, size_t size, void* text) {
  auto& to = *static_cast<std::string*>(text);
  if (to.size() + size > kBytesMax) return 0;
  to.append(data, size);
  return size;
}

absl::Status Set(CURL* curl, const std::string& url, std::string* text) {
  bool ok = curl_easy_setopt(curl, CURLOPT_URL, url.c_str()) == CURLE_OK;
  const auto set = [&](CURLoption option, auto value) { ok = curl_easy_setopt(curl, option, value) == CURLE_OK && ok; };
  set(CURLOPT_PROTOCOLS_STR, url.starts_with("https://") ? "https" : "http");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_TIMEOUT_MS, kTimeoutMs);
  set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "schutznetz-gateway");
  set(CURLOPT_WRITEFUNCTION, &Append);
  set(CURLOPT_WRITEDATA, static_cast<void*>(text));
  return ok ? absl::OkStatus() : errors::Internal("libcurl does not take an option");
}

absl::StatusOr<std::string> FetchUrl(const std::string& url) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const std::unique_ptr<CURL, FreeCurl> curl(curl_easy_init());
  std::string text;
  if (curl == nullptr) return errors::Internal("libcurl does not start");
  if (absl::Status status = Set(curl.get(), url, &text); !status.ok()) return status;
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return absl::UnavailableError(curl_easy_strerror(code));
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return absl::UnavailableError("the answer is HTTP " + std::to_string(status));
  return text;
}

}  // namespace

bool IsKeySetUrl(const std::string& url) {
  if (url.starts_with("https://")) return url.size() > 8;
  for (const char* local : {"http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:", "http://localhost/",
                            "http://[::1]:", "http://[::1]/"}) {
    if (url.starts_with(local)) return true;
  }
  return false;
}

KeySource::Fetch FetchFromUrl(std::string url) {
  return [url = std::move(url)] { return FetchUrl(url); };
}

}  // namespace schutznetz::gateway
