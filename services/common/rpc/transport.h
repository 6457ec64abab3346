// What the server's port speaks, and who is at the other end.
#pragma once

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_context.h>

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/common/access/program_tls.h"

namespace schutznetz::rpc {

// Mutual TLS with these files, reloaded when they change; plain text where none are given, which is good for loopback
// only. INVALID_ARGUMENT: a file cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TransportOf(const access::TlsFiles& files);

// The program that the peer's certificate names; empty without TLS, or when it names none. Valid as long as the
// context.
std::string_view PeerOf(const grpc::ServerContext& context);

}  // namespace schutznetz::rpc
