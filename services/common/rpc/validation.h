// Generic enforcement of the field options (schutznetz.common.v1.field) on requests.
//
// Compiled once per request type into a table; per call one walk over the fields that are set.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

inline constexpr int kPageSizeDefault = 50;
inline constexpr int kPageSizeMax = 500;

// The rules of one request type. Immutable, thread safe.
class RequestRules {
 public:
  // `method` is the method's name: on Create… identifiers are cleared instead of required. INVALID_ARGUMENT names
  // options that cannot be enforced: a format on a number, bytes without max_bytes, RESOURCE_NAME without reference,
  // page_size that is no int32, update_mask without a resource beside it.
  static absl::StatusOr<RequestRules> Compile(const google::protobuf::Descriptor* request, std::string_view method);
  RequestRules(RequestRules&&) noexcept;
  RequestRules& operator=(RequestRules&&) noexcept;
  ~RequestRules();

  // Brings `request` into shape: OUTPUT_ONLY fields are cleared, page_size becomes 1 to 500. Then checks everything
  // else. INVALID_ARGUMENT (INVALID_FIELD) with ALL violations, paths JSON-style ("service.phones[1].number"):
  //   REQUIRED fields set (under an update mask: those that it names), identifiers set on update, formats, lengths,
  //   counts, minimum and maximum, finite numbers, text rules (UTF-8, NFC, no control or bidi characters), known enum
  //   values, page_size not negative, mask paths that exist and may be changed.
  absl::Status Enforce(google::protobuf::Message* request) const;

 private:
  struct Compiled;
  explicit RequestRules(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace schutznetz::rpc
