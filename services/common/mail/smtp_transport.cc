#include "services/common/mail/smtp_transport.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace schutznetz::mail {
namespace {

// The commands whose answers tell something; the last one sent is what a refusal is about.
constexpr std::array<std::string_view, 7> kSteps = {"EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"};

bool IsLoopback(std::string_view url) {
  const size_t start = url.find("://");
  const std::string_view host = start == url.npos ? url : url.substr(start + 3);
  for (const std::string_view name : {"127.0.0.1", "[::1]", "localhost"}) {
    if (!host.starts_with(name)) continue;
    const std::string_view rest = host.substr(name.size());
    if (rest.empty() || rest.front() == ':' || rest.front() == '/') return true;
  }
  return false;
}

}  // namespace

struct SmtpTransport::Session {
  CURL* curl = curl_easy_init();
  const std::atomic<bool>& stop;
  std::string_view message;  // what is left to hand over
  std::string_view step = "connection";

  explicit Session(const std::atomic<bool>& stopped) : stop(stopped) {}
  ~Session() { curl_easy_cleanup(curl); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  static size_t Read(char* buffer, size_t size, size_t count, void* self) {
    std::string_view& left = static_cast<Session*>(self)->message;
    const size_t taken = std::min(size * count, left.size());
    std::memcpy(buffer, left.data(), taken);
    left.remove_prefix(taken);
    return taken;
  }

  // libcurl says with which code it was refused, but not what; its trace shows the commands. Only their name is kept:
  // what follows is an address.
  static int Trace(CURL*, curl_infotype type, char* data, size_t size, void* self) {
    if (type != CURLINFO_HEADER_OUT) return 0;
    const std::string_view command(data, size);
    for (const std::string_view step : kSteps) {
      if (command.starts_with(step)) static_cast<Session*>(self)->step = step;
    }
    return 0;
  }

  static int Progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Session*>(self)->stop.load(std::memory_order_relaxed) ? 1 : 0;
  }

  static size_t Ignore(char*, size_t size, size_t count, void*) { return size * count; }

  void Configure(const SmtpOptions& options) {
    curl_easy_reset(curl);  // keeps the connection
    curl_easy_setopt(curl, CURLOPT_URL, options.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(options.limit)));
    curl_easy_setopt(curl, CURLOPT_USE_SSL, IsLoopback(options.url) ? CURLUSESSL_TRY : CURLUSESSL_ALL);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
    if (!options.user.empty()) {
      curl_easy_setopt(curl, CURLOPT_USERNAME, options.user.c_str());
      const std::string password(options.password ? options.password->Reveal() : "");
      curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, &Session::Read);
    curl_easy_setopt(curl, CURLOPT_READDATA, this);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Session::Ignore);
    curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, &Session::Trace);
    curl_easy_setopt(curl, CURLOPT_DEBUGDATA, this);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Session::Progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  }

  Delivery Judge(CURLcode result) const {
    if (result == CURLE_OK) return {.outcome = Delivery::kDelivered};
    long code = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    const bool is_reply = code >= 400 && code <= 599;
    // A refusal of MAIL or AUTH is about this installation, and 421 is about the server: the next mail fares the same.
    const bool about_mail =
        is_reply && code != 421 && (step == "RCPT" || step == "DATA") &&
        (result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY || result == CURLE_UPLOAD_FAILED);
    if (!about_mail) return {Delivery::kServerAway, static_cast<int>(is_reply ? code : 0), step};
    return {code >= 500 ? Delivery::kRefused : Delivery::kDeferred, static_cast<int>(code), step};
  }
};

std::string SmtpUrlFault(std::string_view url) {
  const bool has_scheme = url.starts_with("smtp://") || url.starts_with("smtps://");
  const std::string_view rest = has_scheme ? url.substr(url.find("://") + 3) : std::string_view();
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (rest.empty() || rest.front() == '/' || !is_plain) return "Must be smtp://host:port or smtps://host:port.";
  if (rest.find('@') != rest.npos) return "Must not hold a user; that has flags of its own.";
  return "";
}

SmtpTransport::SmtpTransport(SmtpOptions options)
    : options_(std::move(options)), session_(std::make_unique<Session>(stop_)) {}

SmtpTransport::~SmtpTransport() = default;

Delivery SmtpTransport::Send(std::string_view from, std::string_view to, std::string_view message) {
  if (stop_.load(std::memory_order_relaxed)) return {.outcome = Delivery::kServerAway, .step = "stopped"};
  session_->Configure(options_);
  session_->message = message;
  session_->step = "connection";
  const std::string from_text = "<" + std::string(from) + ">";
  curl_slist* recipients = curl_slist_append(nullptr, ("<" + std::string(to) + ">").c_str());
  curl_easy_setopt(session_->curl, CURLOPT_MAIL_FROM, from_text.c_str());
  curl_easy_setopt(session_->curl, CURLOPT_MAIL_RCPT, recipients);
  const Delivery delivery = session_->Judge(curl_easy_perform(session_->curl));
  curl_easy_setopt(session_->curl, CURLOPT_MAIL_RCPT, nullptr);
  curl_slist_free_all(recipients);
  return delivery;
}

}  // namespace schutznetz::mail
