// First line the header Authorization, the rest the form: what is read is bounded, and never both at once.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/exchange/api/token_request.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line = input.find('\n');
  schutznetz::exchange::v1::IssueTokenRequest request;
  request.set_authorization(std::string(input.substr(0, line)));
  request.mutable_body()->set_content_type("application/x-www-form-urlencoded");
  if (line != std::string_view::npos) request.mutable_body()->set_data(std::string(input.substr(line + 1)));
  const auto read = schutznetz::exchange::ReadTokenRequest(request);
  if (!read.ok()) return 0;
  if (read->client_id.size() + read->client_secret.size() + read->scope.size() > size) std::abort();
  const auto names = schutznetz::exchange::ReadScope(read->scope);
  if (names.ok() && (names->empty() || names->size() > 32)) std::abort();
  return 0;
}
