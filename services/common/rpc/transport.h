// What programs speak to each other: the server's port, the channel to another one, and who is at the other end.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/common/access/program_tls.h"

namespace schutznetz::rpc {

// Mutual TLS with these files, reloaded when they change; plain text where none are given, which is good for loopback
// only. INVALID_ARGUMENT: a file cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TransportOf(const access::TlsFiles& files);

// For a channel to `program`: mutual TLS with these files, where the other end's certificate must name it; plain text
// where none are given.
std::shared_ptr<grpc::ChannelCredentials> TransportTo(std::string_view program, const access::TlsFiles& files);

// A channel to `program` at `target` over that transport, for the few calls of one program to another: no proxy, no
// configuration from outside, and a short backoff.
std::shared_ptr<grpc::Channel> ChannelTo(std::string_view program, const std::string& target,
                                         const access::TlsFiles& files);

// The program that the peer's certificate names; empty without TLS, or when it names none. Valid as long as the
// context.
std::string_view PeerOf(const grpc::ServerContextBase& context);

}  // namespace schutznetz::rpc
