#include "gateway/upstream/channel_pool.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/upstream/credentials.h"

namespace schutznetz::gateway {
namespace {

constexpr int kMetadataBytesMax = 64 * 1024;  // error details come back as metadata

grpc_arg Number(const char* key, int value) {
  grpc_arg arg = {};
  arg.type = GRPC_ARG_INTEGER;
  arg.key = const_cast<char*>(key);
  arg.value.integer = value;
  return arg;
}

grpc_arg Text(const char* key, const char* value) {
  grpc_arg arg = {};
  arg.type = GRPC_ARG_STRING;
  arg.key = const_cast<char*>(key);
  arg.value.string = const_cast<char*>(value);
  return arg;
}

grpc_channel* CreateChannel(const ChannelOptions& options, const std::string& service_config) {
  std::array args = {
      Number(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1),
      Number(GRPC_ARG_ENABLE_HTTP_PROXY, 0),
      Number(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1),
      Text(GRPC_ARG_SERVICE_CONFIG, service_config.c_str()),
      Text(GRPC_ARG_PRIMARY_USER_AGENT_STRING, "schutznetz-gateway"),
      Number(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax),
      Number(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, static_cast<int>(options.receive_bytes_max)),
      Number(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, static_cast<int>(options.send_bytes_max)),
      // A little slower than the servers' strike rule (one ping a minute).
      Number(GRPC_ARG_KEEPALIVE_TIME_MS, 65'000),
      Number(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000),
      Number(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100),
      Number(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 500),
      Number(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000),
  };
  const grpc_channel_args channel_args = {args.size(), args.data()};
  grpc_channel_credentials* const credentials = CredentialsFor(options);
  grpc_channel* const channel = grpc_channel_create(options.target.c_str(), credentials, &channel_args);
  grpc_channel_credentials_release(credentials);
  return channel;
}

}  // namespace

std::string ServiceConfigJson(const std::vector<UpstreamMethod>& methods, bool health_checked) {
  std::vector<std::string> names;
  for (const UpstreamMethod& method : methods) {
    if (!method.no_side_effects) continue;
    const std::vector<std::string> parts = absl::StrSplit(method.grpc_path, '/');  // "", service, method
    names.push_back(absl::StrCat(R"({"service":")", parts[1], R"(","method":")", parts[2], R"("})"));
  }
  // A method with two bindings stands twice; gRPC makes no channel of a configuration that names one twice.
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string json = R"({"loadBalancingConfig":[{"round_robin":{}}])";
  if (health_checked) absl::StrAppend(&json, R"(,"healthCheckConfig":{"serviceName":""})");
  if (!names.empty()) {
    absl::StrAppend(&json, R"(,"methodConfig":[{"name":[)", absl::StrJoin(names, ","),
                    R"(],"retryPolicy":{"maxAttempts":2,"initialBackoff":"0.05s","maxBackoff":"0.5s",)",
                    R"("backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]}}],)",
                    R"("retryThrottling":{"maxTokens":10,"tokenRatio":0.1})");
  }
  return json + "}";
}

ChannelPool::ChannelPool(const ChannelOptions& options, const std::vector<UpstreamMethod>& methods) {
  const std::string service_config = ServiceConfigJson(methods, options.health_checked);
  for (int i = 0; i < options.channels; ++i) {
    Line line;
    line.channel = CreateChannel(options, service_config);
    for (const UpstreamMethod& method : methods) {
      line.methods.push_back(grpc_channel_register_call(line.channel, method.grpc_path.c_str(), nullptr, nullptr));
    }
    grpc_channel_check_connectivity_state(line.channel, /*try_to_connect=*/1);
    lines_.push_back(std::move(line));
  }
}

ChannelPool::~ChannelPool() {
  for (const Line& line : lines_) grpc_channel_destroy(line.channel);
}

bool ChannelPool::Connected() const {
  for (const Line& line : lines_) {
    if (grpc_channel_check_connectivity_state(line.channel, 1) == GRPC_CHANNEL_READY) return true;
  }
  return false;
}

}  // namespace schutznetz::gateway
