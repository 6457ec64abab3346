// Why a connection or a request is refused before any filter sees it. A closed set: it is also a metric's label.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "gateway/http/limits.h"
#include "gateway/http/request_head.h"

namespace schutznetz::gateway {

enum class Refusal : uint8_t {
  kRequestLine,
  kVersion,
  kTarget,
  kTargetTooLong,
  kHeaderTooLarge,
  kTooManyFields,
  kLineEnding,
  kFieldName,
  kFieldValue,
  kFoldedLine,
  kHost,
  kContentLength,
  kTransferEncoding,
  kRepeatedField,
  kExpectation,
  kFraming,
  kBodyTooLarge,
  kHeaderTimeout,
  kBodyTimeout,
  kBodiesFull,
  kConnectionsPerIp,
  kConnections,
  kCount,
};

struct RefusalInfo {
  std::string_view label;  // of the metric, for example "bare_line_ending"
  int http_status;
  std::string_view sentence;  // for the client
};
const RefusalInfo& Describe(Refusal refusal);

// The error with which the refusal is answered: the nearest code and reason. `head` is what is known of the request.
absl::Status ErrorOf(Refusal refusal, const RequestHead& head, const HttpLimits& limits);

}  // namespace schutznetz::gateway
