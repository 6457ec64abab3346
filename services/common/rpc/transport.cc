#include "services/common/rpc/transport.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>

#include "services/common/errors/errors.h"

namespace schutznetz::rpc {
namespace {

namespace tls = grpc::experimental;

// Accepts only the program that is expected: names of machines say nothing here.
class ProgramVerifier final : public tls::ExternalCertificateVerifier {
 public:
  explicit ProgramVerifier(std::string expected_uri) : uri_(std::move(expected_uri)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    for (const grpc::string_ref& uri : request->uri_names()) {
      if (uri == grpc::string_ref(uri_)) return true;  // `status` is OK already
    }
    *status = {grpc::StatusCode::UNAUTHENTICATED, "the certificate names another program"};
    return true;
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  const std::string uri_;
};

std::shared_ptr<tls::FileWatcherCertificateProvider> Watched(const access::TlsFiles& files) {
  return std::make_shared<tls::FileWatcherCertificateProvider>(files.key, files.certificate, files.authorities,
                                                               files.refresh_s);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TransportOf(const access::TlsFiles& files) {
  if (!files.given()) return grpc::InsecureServerCredentials();
  for (const std::string& path : {files.certificate, files.key, files.authorities}) {
    if (::access(path.c_str(), R_OK) != 0) return errors::InvalidField("tls", path + ": cannot be read.");
  }
  tls::TlsServerCredentialsOptions options(Watched(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  return tls::TlsServerCredentials(options);
}

std::shared_ptr<grpc::ChannelCredentials> TransportTo(std::string_view program, const access::TlsFiles& files) {
  if (!files.given()) return grpc::InsecureChannelCredentials();
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(Watched(files));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_certificate_verifier(
      tls::ExternalCertificateVerifier::Create<ProgramVerifier>(access::ProgramUri(program)));
  options.set_check_call_host(false);
  return tls::TlsCredentials(options);
}

std::shared_ptr<grpc::Channel> ChannelTo(std::string_view program, const std::string& target,
                                         const access::TlsFiles& files) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // Sooner again than rights grow old.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 500);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  return grpc::CreateCustomChannel(target, TransportTo(program, files), arguments);
}

std::string_view PeerOf(const grpc::ServerContextBase& context) {
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  if (peer == nullptr || !peer->IsPeerAuthenticated()) return {};
  for (const grpc::string_ref& uri : peer->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    const std::string_view program = access::ProgramOf({uri.data(), uri.size()});
    if (!program.empty()) return program;
  }
  return {};
}

}  // namespace schutznetz::rpc
