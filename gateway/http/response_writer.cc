#include "gateway/http/response_writer.h"

#include <charconv>
#include <ctime>

#include "gateway/transcoding/http_status.h"

namespace schutznetz::gateway {
namespace {

void AppendNumber(uint64_t number, std::string* out) {
  char digits[20];
  out->append(digits, static_cast<size_t>(std::to_chars(digits, digits + sizeof(digits), number).ptr - digits));
}

void AppendStatusLine(int status, std::string* out) {
  if (status == 200) {
    out->append("HTTP/1.1 200 OK\r\n");
    return;
  }
  out->append("HTTP/1.1 ");
  AppendNumber(static_cast<uint64_t>(status), out);
  out->push_back(' ');
  out->append(HttpStatusPhrase(status)).append("\r\n");
}

}  // namespace

void AppendResponseHead(const Response& response, std::string_view date, bool close, std::string* out) {
  AppendStatusLine(response.status, out);
  response.headers.ForEach([out](std::string_view name, std::string_view value) {
    out->append(name).append(": ").append(value).append("\r\n");
  });
  out->append("date: ").append(date).append("\r\n");
  if (response.has_body()) {
    out->append("content-length: ");
    AppendNumber(response.body.size(), out);
    out->append("\r\n");
  }
  if (close) out->append("connection: close\r\n");
  out->append("\r\n");
}

std::string_view DateCache::Now() {
  timespec now = {};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != second_) {
    second_ = now.tv_sec;
    tm parts = {};
    gmtime_r(&now.tv_sec, &parts);
    size_ = strftime(text_, sizeof(text_), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  }
  return {text_, size_};
}

}  // namespace schutznetz::gateway
