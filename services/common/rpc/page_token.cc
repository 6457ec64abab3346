#include "services/common/rpc/page_token.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "services/common/errors/errors.h"
#include "services/common/rpc/digest.h"

namespace schutznetz::rpc {
namespace {

using google::protobuf::Message;

constexpr size_t kPayloadBytesMax = 1000;
// Clocks of replicas may differ by this much.
constexpr absl::Duration kClockDifferenceMax = absl::Minutes(5);

// What a token is bound to, as the purpose of its seal: nothing of it has to be stored in the token.
std::string Purpose(const CallContext& call, const Message& request) {
  std::unique_ptr<Message> query(request.New());
  query->CopyFrom(request);
  for (const char* name : {"page_token", "page_size"}) {
    if (const auto* field = query->GetDescriptor()->FindFieldByName(name))
      query->GetReflection()->ClearField(query.get(), field);
  }
  std::string bound = "page-token";
  for (const std::string_view part : {call.service, call.method, std::string_view(call.caller.principal())}) {
    bound.push_back('\0');
    bound.append(part);
  }
  bound.push_back('\0');
  bound.append(CanonicalBytes(*query));
  return Sha256(bound);
}

std::string TokenOf(const Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("page_token");
  return field == nullptr ? std::string() : request.GetReflection()->GetString(request, field);
}

}  // namespace

std::string PageTokens::Seal(const CallContext& call, const Message& request, std::string_view payload) const {
  if (payload.size() > kPayloadBytesMax) std::abort();
  const int64_t made = absl::ToUnixSeconds(clock_.Now());
  std::string content(sizeof made, '\0');
  std::memcpy(content.data(), &made, sizeof made);
  content.append(payload);
  return sealer_.Seal(Purpose(call, request), content);
}

absl::StatusOr<std::string> PageTokens::Open(const CallContext& call, const Message& request) const {
  const std::string token = TokenOf(request);
  if (token.empty()) return std::string();
  const std::optional<std::string> content = sealer_.Open(Purpose(call, request), token);
  int64_t made = 0;
  if (!content.has_value() || content->size() < sizeof made) return errors::PageTokenInvalid();
  std::memcpy(&made, content->data(), sizeof made);
  const absl::Duration age = clock_.Now() - absl::FromUnixSeconds(made);
  if (age > kPageTokenKept || age < -kClockDifferenceMax) return errors::PageTokenInvalid();
  return content->substr(sizeof made);
}

}  // namespace schutznetz::rpc
