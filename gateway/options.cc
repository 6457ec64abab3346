#include "gateway/options.h"

#include "gateway/authentication/key_source.h"
#include "gateway/filters/cors.h"
#include "gateway/http/ip_address.h"
#include "services/common/config/flags.h"

namespace schutznetz::gateway {
namespace {

constexpr int kKiB = 1024;

void DefineLimits(config::Flags& flags, HttpLimits& limits) {
  flags.Number("connections_max", &limits.connections_max, 1, 1'000'000, "Open connections of all clients together.");
  flags.Number("connections_per_ip_max", &limits.connections_per_ip_max, 1, 1'000'000,
               "Open connections of one address (of one /64 with IPv6); trusted proxies have no such limit.");
  flags.Number("requests_per_connection_max", &limits.requests_per_connection_max, 1, 1'000'000'000,
               "Requests after which a connection is closed.");
  flags.Number("body_bytes_max", &limits.body_bytes_max, kKiB, 64 * kKiB * kKiB, "Size of one request body.");
  flags.Number("bodies_bytes_max", &limits.bodies_bytes_max, kKiB * kKiB, int64_t{64} << 30,
               "Size of all request bodies being received.");
  flags.Milliseconds("header_timeout_ms", &limits.header_timeout, absl::Milliseconds(10), absl::Minutes(1),
                     "Time from the first byte of a request to the end of its header.");
  flags.Milliseconds("body_timeout_ms", &limits.body_timeout, absl::Milliseconds(10), absl::Minutes(10),
                     "Time for a request body to arrive.");
  flags.Milliseconds("write_timeout_ms", &limits.write_timeout, absl::Milliseconds(10), absl::Minutes(10),
                     "Time for a client to take an answer.");
  flags.Milliseconds("idle_timeout_ms", &limits.idle_timeout, absl::Milliseconds(10), absl::Hours(1),
                     "Time between two requests on one connection.");
}

void DefineIdentity(config::Flags& flags, Options& options) {
  flags.Text("exchange_address", &options.exchange_address,
             "gRPC target of the exchange server, which knows the callers; needs context_keys_file.");
  flags.Text("events_address", &options.events_address, "gRPC target of the events server; needs exchange_address.");
  flags.SecretFile("context_keys_file", &options.context_keys,
                   "File with the keys by which programs vouch for callers; a line from the gateway to each server.");
  flags.Text("tls_certificate_file", &options.tls.certificate,
             "The gateway's certificate towards the servers with its chain, PEM; reloaded when it changes.");
  flags.Text("tls_key_file", &options.tls.key, "Its key, PEM.");
  flags.Text("tls_authorities_file", &options.tls.authorities, "Who signs the servers' certificates, PEM.");
  flags.Text(
      "issuer", &options.issuer,
      "Whose access tokens of people are accepted: claim iss, exactly. Absent: those that this installation signs; "
      "partner systems always bring these.");
  flags.Text("audience", &options.audience, "What claim aud of every access token must hold.");
  flags.Switch("token_typ_jwt", &options.token_typ_jwt,
               "Accepts tokens of the issuer whose typ is JWT or absent, and azp for client_id.");
  flags.Text("jwks_file", &options.jwks_file, "File with the issuer's public keys, a JSON Web Key Set.");
  flags.Text("jwks_url", &options.jwks_url, "Where the issuer publishes them: https, or http on this machine.");
}

std::string CheckIdentity(const Options& options) {
  if (!options.tls.complete()) return "tls_certificate_file: needs all three tls files";
  const bool has_keys = !options.jwks_file.empty() || !options.jwks_url.empty();
  if (!options.exchange_address.empty() && options.context_keys.empty()) {
    return "exchange_address: needs context_keys_file";
  }
  if (!options.events_address.empty() && options.exchange_address.empty()) {
    return "events_address: needs exchange_address";
  }
  if (!options.issuer.empty() && options.exchange_address.empty()) return "issuer: needs exchange_address";
  if (options.issuer.empty() == has_keys) return "issuer: needs jwks_file or jwks_url, and they need it";
  if (!options.jwks_file.empty() && !options.jwks_url.empty()) return "jwks_file: not together with jwks_url";
  if (!options.jwks_url.empty() && !IsKeySetUrl(options.jwks_url)) return "jwks_url: must be https";
  return options.audience.empty() ? "audience: must not be empty" : "";
}

std::string CheckLists(const Options& options) {
  for (const std::string& origin : options.cors_origins) {
    if (!IsOrigin(origin)) return "cors_origins: \"" + origin + "\" is not an origin like https://example.org";
  }
  const auto networks = IpNetworks::Parse(options.trusted_proxies);
  return networks.ok() ? std::string() : "trusted_proxies: " + std::string(networks.status().message());
}

}  // namespace

void Options::Define(config::Flags& flags) {
  flags.Text("listen_address", &listen_address, "Numeric address of the public port.");
  flags.Number("port", &port, 0, 65535, "Public port; 0 takes any free one and logs it.");
  flags.Text("admin_address", &admin_address, "Numeric address of the admin port.");
  flags.Number("admin_port", &admin_port, 0, 65535, "Port of /livez, /readyz, /metrics, /version and /config.");
  flags.Text("directory_address", &directory_address,
             "gRPC target of the directory server, host:port or dns:///host:port.");
  DefineIdentity(flags, *this);
  flags.Text("descriptor_set_file", &descriptor_set_file,
             "File with a serialized FileDescriptorSet to use in place of the one built in.");
  flags.Number("workers", &workers, 0, 256, "Threads that serve connections; 0 for one per processor.");
  flags.Number("upstream_channels", &upstream_channels, 1, 64, "Connections of each worker to each server.");
  flags.Number("upstream_reply_bytes_max", &upstream_reply_bytes_max, kKiB, 64 * kKiB * kKiB,
               "Size of one reply of a server.");
  DefineLimits(flags, limits);
  flags.Number("calls_running_max", &calls_running_max, 4, 1'000'000,
               "Calls of one worker that wait for a server; look-ups for help may use all, others three quarters.");
  flags.Number("rate_factor", &rate_factor, 1, 1'000'000, "Multiplies all rate limits, for benches and tests.");
  redis.Define(flags);
  flags.TextList("cors_origins", &cors_origins,
                 "Origins whose scripts may read answers, exactly as browsers send them.");
  flags.TextList("trusted_proxies", &trusted_proxies, "Addresses or networks whose X-Forwarded-For is believed.");
  flags.Milliseconds("drain_wait_ms", &drain_wait, absl::ZeroDuration(), absl::Minutes(10),
                     "After SIGTERM: time not ready but still accepting.");
  flags.Milliseconds("finish_wait_ms", &finish_wait, absl::ZeroDuration(), absl::Minutes(10),
                     "After that: time for running requests to end.");
  flags.Check([this] { return CheckLists(*this); });
  flags.Check([this] { return CheckIdentity(*this); });
}

}  // namespace schutznetz::gateway
