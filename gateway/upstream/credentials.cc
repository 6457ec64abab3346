#include "gateway/upstream/credentials.h"

#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/string_util.h>

#include <string>

namespace schutznetz::gateway {
namespace {

using Request = grpc_tls_custom_verification_check_request;

// Accepts only the program that is expected: names of machines say nothing here. Owned by gRPC, which ends it.
struct ServerNameVerifier {
  explicit ServerNameVerifier(std::string expected_uri) : uri(std::move(expected_uri)) {
    callbacks.user_data = this;
    callbacks.verify = &Verify;
    callbacks.cancel = [](void*, Request*) {};
    callbacks.destruct = [](void* self) { delete static_cast<ServerNameVerifier*>(self); };
  }

  static int Verify(void* self, Request* request, grpc_tls_on_custom_verification_check_done_cb, void*,
                    grpc_status_code* status, char** details) {
    constexpr int kDone = 1;
    const auto& names = request->peer_info.san_names;
    for (size_t i = 0; i < names.uri_names_size; ++i) {
      if (static_cast<ServerNameVerifier*>(self)->uri != names.uri_names[i]) continue;
      *status = GRPC_STATUS_OK;
      return kDone;
    }
    *status = GRPC_STATUS_UNAUTHENTICATED;
    *details = gpr_strdup("the certificate names another program");
    return kDone;
  }

  const std::string uri;
  grpc_tls_certificate_verifier_external callbacks = {};
};

}  // namespace

grpc_channel_credentials* CredentialsFor(const ChannelOptions& options) {
  const access::TlsFiles& files = options.tls;
  if (!files.given()) return grpc_insecure_credentials_create();
  grpc_tls_certificate_provider* const provider = grpc_tls_certificate_provider_file_watcher_create(
      files.key.c_str(), files.certificate.c_str(), files.authorities.c_str(), files.refresh_s);
  auto* const verifier = new ServerNameVerifier(access::ProgramUri(options.server));
  grpc_tls_certificate_verifier* const check = grpc_tls_certificate_verifier_external_create(&verifier->callbacks);

  grpc_tls_credentials_options* const tls = grpc_tls_credentials_options_create();
  grpc_tls_credentials_options_set_certificate_provider(tls, provider);
  grpc_tls_credentials_options_watch_root_certs(tls);
  grpc_tls_credentials_options_watch_identity_key_cert_pairs(tls);
  grpc_tls_credentials_options_set_certificate_verifier(tls, check);
  grpc_tls_credentials_options_set_check_call_host(tls, 0);
  grpc_channel_credentials* const credentials = grpc_tls_credentials_create(tls);
  grpc_tls_certificate_verifier_release(check);  // the options hold both
  grpc_tls_certificate_provider_release(provider);
  return credentials;
}

}  // namespace schutznetz::gateway
