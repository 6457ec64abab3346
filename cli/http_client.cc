#include "cli/http_client.h"

#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

namespace schutznetz::cli {
namespace {

constexpr size_t kBodyLimitBytes = 64 << 20;  // more than any page can have; bounds a broken server

size_t Append(char* data, size_t size, size_t count, void* target) {
  auto& body = *static_cast<std::string*>(target);
  if (body.size() + size * count > kBodyLimitBytes) return 0;
  body.append(data, size * count);
  return size * count;
}

}  // namespace

std::string NewRequestId() {
  std::random_device random;
  char text[33];
  std::snprintf(text, sizeof text, "%08x%08x%08x%08x", random(), random(), random(), random());
  return text;
}

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    if (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return out;
}

HttpClient::HttpClient(Connection connection) : connection_(std::move(connection)), curl_(curl_easy_init()) {}

HttpClient::~HttpClient() { curl_easy_cleanup(curl_); }

Response HttpClient::Call(std::string_view method, std::string_view path, const Parameters& query,
                          std::string_view body, int retries, std::string_view content_type) {
  std::string url = connection_.gateway + std::string(path);
  char separator = '?';
  for (const auto& [name, value] : query) {
    url += separator + PercentEncode(name) + "=" + PercentEncode(value);
    separator = '&';
  }
  for (;;) {
    Response response = Once(method, url, body, content_type);
    const bool busy = (response.status == 429 || response.status == 503) && response.retry_after_s > 0;
    if (!busy || retries-- <= 0) return response;
    std::this_thread::sleep_for(std::chrono::seconds(response.retry_after_s));
  }
}

Response HttpClient::Once(std::string_view method, const std::string& url, std::string_view body,
                          std::string_view content_type) {
  Response response;
  curl_slist* headers = nullptr;
  headers = curl_slist_append(headers, "Accept: application/json");
  headers = curl_slist_append(headers, "Expect:");
  if (!body.empty()) headers = curl_slist_append(headers, ("Content-Type: " + std::string(content_type)).c_str());
  if (!connection_.token.empty())
    headers = curl_slist_append(headers, ("Authorization: Bearer " + connection_.token).c_str());
  const std::string verb(method);
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, verb.c_str());
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl_, CURLOPT_PROXY, "");
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT, connection_.timeout_s);
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &response.body);
  if (!body.empty() || verb == "POST" || verb == "PATCH") {
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.data() ? body.data() : "");
  }
  const CURLcode code = curl_easy_perform(curl_);
  curl_slist_free_all(headers);
  if (code != CURLE_OK) {
    throw Unreachable{"cannot reach " + connection_.gateway + ": " + curl_easy_strerror(code) +
                      ". Is the gateway running (./deploy/up), is --gateway right?"};
  }
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &response.status);
  curl_off_t retry_after = 0;
  curl_easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &retry_after);
  response.retry_after_s = static_cast<long>(retry_after);
  return response;
}

}  // namespace schutznetz::cli
