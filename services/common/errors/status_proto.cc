#include "services/common/errors/status_proto.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/payloads.h"

namespace schutznetz::errors {
namespace {

// What the rest of a status needs beside the violations: ErrorInfo, RetryInfo, the sentence.
constexpr size_t kMessageBytesMax = 1024;
constexpr size_t kMetadataBytesMax = 512;

// Cuts at a character's first byte, so that the text stays UTF-8.
void CutText(std::string& text, size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
}

void AddDetail(google::rpc::Status& proto, const char* url, const google::protobuf::MessageLite& detail) {
  auto* any = proto.add_details();
  any->set_type_url(url);
  any->set_value(detail.SerializeAsString());
}

google::rpc::BadRequest FitViolations(const google::rpc::BadRequest& all, size_t bytes_max) {
  google::rpc::BadRequest fitting;
  size_t bytes = 0;
  for (int i = 0; i < all.field_violations_size(); ++i) {
    const size_t size = all.field_violations(i).ByteSizeLong() + 4;
    if (bytes + size > bytes_max) {
      auto* rest = fitting.add_field_violations();
      rest->set_field("");
      rest->set_description(absl::StrCat(all.field_violations_size() - i, " more violations are not listed."));
      break;
    }
    bytes += size;
    *fitting.add_field_violations() = all.field_violations(i);
  }
  return fitting;
}

}  // namespace

absl::Status Presentable(const absl::Status& status) {
  if (status.ok() || status.GetPayload(kErrorInfoUrl).has_value()) return status;
  switch (status.code()) {
    case absl::StatusCode::kCancelled:
      return Cancelled();
    case absl::StatusCode::kDeadlineExceeded:
      return DeadlinePassed();
    case absl::StatusCode::kUnavailable:
      return TemporarilyUnavailable(absl::Seconds(1));
    default:
      return Internal(status.ToString());
  }
}

google::rpc::Status ToProto(const absl::Status& status, std::string_view domain) {
  google::rpc::Status proto;
  if (status.ok()) return proto;
  const absl::Status shown = Presentable(status);
  proto.set_code(static_cast<int>(shown.code()));
  proto.set_message(std::string(shown.message()));
  CutText(*proto.mutable_message(), kMessageBytesMax);

  auto info = PayloadAs<google::rpc::ErrorInfo>(shown, kErrorInfoUrl).value_or(google::rpc::ErrorInfo());
  info.set_domain(std::string(domain));
  for (auto& [key, value] : *info.mutable_metadata()) CutText(value, kMetadataBytesMax);
  AddDetail(proto, kErrorInfoUrl, info);
  if (auto retry = PayloadAs<google::rpc::RetryInfo>(shown, kRetryInfoUrl)) AddDetail(proto, kRetryInfoUrl, *retry);
  if (auto bad_request = PayloadAs<google::rpc::BadRequest>(shown, kBadRequestUrl)) {
    // 256 bytes are left for the note that violations are missing and for the frames around the details.
    const size_t used = proto.ByteSizeLong() + 256;
    AddDetail(proto, kBadRequestUrl,
              FitViolations(*bad_request, used < kDetailsBytesMax ? kDetailsBytesMax - used : 0));
  }
  return proto;
}

absl::Status FromProto(const google::rpc::Status& proto) {
  if (proto.code() == 0) return absl::OkStatus();
  absl::Status status(static_cast<absl::StatusCode>(proto.code()), proto.message());
  for (const auto& detail : proto.details()) status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  return status;
}

}  // namespace schutznetz::errors
