#include "services/common/rpc/transport.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <unistd.h>

#include <string>

#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TransportOf(const access::TlsFiles& files) {
  if (!files.given()) return grpc::InsecureServerCredentials();
  for (const std::string& path : {files.certificate, files.key, files.authorities}) {
    if (::access(path.c_str(), R_OK) != 0) return errors::InvalidField("tls", path + ": cannot be read.");
  }
  namespace tls = grpc::experimental;
  tls::TlsServerCredentialsOptions options(std::make_shared<tls::FileWatcherCertificateProvider>(
      files.key, files.certificate, files.authorities, files.refresh_s));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::string_view PeerOf(const grpc::ServerContext& context) {
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  if (peer == nullptr || !peer->IsPeerAuthenticated()) return {};
  for (const grpc::string_ref& uri : peer->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    const std::string_view program = access::ProgramOf({uri.data(), uri.size()});
    if (!program.empty()) return program;
  }
  return {};
}

}  // namespace schutznetz::rpc
