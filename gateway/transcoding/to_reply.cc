// From the reply message to the HTTP body.
#include "gateway/transcoding/transcoder.h"
#include "services/common/errors/macros.h"
#include "services/common/wire/codec.h"
#include "services/common/wire/json.h"

namespace schutznetz::gateway {
namespace {

constexpr uint32_t kHttpBodyContentType = 1;
constexpr uint32_t kHttpBodyData = 2;

absl::Status PassThrough(std::string_view message, Reply* reply) {
  wire::WireReader reader(message);
  wire::WireValue value;
  reply->content_type = "application/octet-stream";
  while (!reader.done()) {
    if (!reader.Next(&value)) return absl::DataLossError("Not the bytes of a common.v1.HttpBody.");
    if (value.type != wire::WireType::kBytes) continue;
    if (value.number == kHttpBodyContentType) reply->content_type = std::string(value.bytes);
    if (value.number == kHttpBodyData) reply->body = std::string(value.bytes);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Transcoder::ToReply(const Binding& binding, std::string_view message, const ReplyOptions& options,
                                 Reply* reply) const {
  reply->body.clear();
  if (binding.method->raw_reply) return PassThrough(message, reply);
  const wire::MessageTable& table = *binding.method->reply;
  std::string selected;
  if (!options.fields.all()) {
    RETURN_IF_ERROR(wire::Select(table, message, options.fields, &selected));
    message = selected;
  }
  reply->content_type = "application/json";
  const wire::JsonOptions json{.pretty = options.pretty};
  return binding.response_body == nullptr
             ? wire::ToJson(table, message, json, &reply->body)
             : wire::FieldToJson(table, *binding.response_body, message, json, &reply->body);
}

}  // namespace schutznetz::gateway
