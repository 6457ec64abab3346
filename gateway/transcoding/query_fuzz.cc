// First byte a route, first line a query, the rest a body: what becomes a request is one for protobuf too.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/transcoding/testdata/library.h"
#include "services/common/errors/errors.h"

namespace {

using namespace schutznetz::gateway;  // NOLINT: the code under test
namespace test = schutznetz::transcoding::test;

struct Route {
  const char* method;
  const char* path;
  const google::protobuf::Message& request;
};

const Route& RouteFor(uint8_t byte) {
  static const Route routes[] = {
      {"GET", "/v1/shelves/a/books", test::ListBooksRequest::default_instance()},
      {"POST", "/v1/shelves/a/books", test::CreateBookRequest::default_instance()},
      {"PATCH", "/v1/shelves/a/books/b", test::UpdateBookRequest::default_instance()},
      {"POST", "/v1/shelves/a/books/b:move", test::MoveBookRequest::default_instance()},
      {"TAG", "/v1/books", test::TagBooksRequest::default_instance()},
  };
  return routes[byte % std::size(routes)];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto transcoder = LibraryTranscoder();
  if (size == 0) return 0;
  const Route& route = RouteFor(data[0]);
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t line = input.find('\n');
  const std::string_view body = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
  std::string bytes;
  ReplyOptions options;
  const RouteMatch match = transcoder->Match(route.method, route.path);
  const absl::Status status = transcoder->ToRequest(
      match, {.query = input.substr(0, line), .body = body, .etag = "e", .request_id = "r"}, &bytes, &options);
  if (status.ok()) {
    std::unique_ptr<google::protobuf::Message> request(route.request.New());
    if (!request->ParseFromString(bytes)) std::abort();
    return 0;
  }
  const ErrorReply reply = transcoder->ToError(status, {.problem_json = true, .binding = &transcoder->binding(match)});
  if (reply.http_status != 400 || !bytes.empty()) std::abort();
  return 0;
}
