#include "services/common/testing/certificates.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>

#include "services/common/tokens/openssl_owned.h"

namespace schutznetz::testing {
namespace {

using tokens::FreeWith;
using tokens::KeyPtr;
using CertificatePtr = std::unique_ptr<X509, FreeWith<X509_free>>;

KeyPtr NewKey() { return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }

void AddExtension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePtr NewCertificate(EVP_PKEY* key, const char* name) {
  static int serial = 0;
  CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  return certificate;
}

template <typename Write>
void WriteFile(const std::string& path, Write write) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  write(file);
  std::fclose(file);
}

}  // namespace

struct Authority::State {
  std::string folder;
  KeyPtr key = NewKey();
  CertificatePtr certificate = NewCertificate(key.get(), "test authority");
  int issued = 0;
};

Authority::Authority() : state_(std::make_unique<State>()) {
  char folder[] = "/tmp/authority_XXXXXX";
  state_->folder = mkdtemp(folder);
  X509* const certificate = state_->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate, state_->key.get(), EVP_sha256());
}

Authority::~Authority() { std::filesystem::remove_all(state_->folder); }

access::TlsFiles Authority::Issue(const std::string& folder, const std::string& uri) {
  const KeyPtr key = NewKey();
  const CertificatePtr certificate = NewCertificate(key.get(), "test program");
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(state_->certificate.get()));
  AddExtension(certificate.get(), NID_subject_alt_name, "URI:" + uri);
  X509_sign(certificate.get(), state_->key.get(), EVP_sha256());

  const std::string made = state_->folder + "/" + std::to_string(++state_->issued);
  std::filesystem::create_directory(made);
  WriteFile(made + "/key.pem",
            [&](std::FILE* file) { PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  WriteFile(made + "/certificate.pem", [&](std::FILE* file) { PEM_write_X509(file, certificate.get()); });
  WriteFile(made + "/authorities.pem", [&](std::FILE* file) { PEM_write_X509(file, state_->certificate.get()); });
  // A link that is renamed over the old one: all three change together.
  const std::string link = state_->folder + "/" + folder;
  std::filesystem::create_directory_symlink(made, made + ".link");
  std::filesystem::rename(made + ".link", link);
  return {.certificate = link + "/certificate.pem",
          .key = link + "/key.pem",
          .authorities = link + "/authorities.pem",
          .refresh_s = 1};
}

}  // namespace schutznetz::testing
