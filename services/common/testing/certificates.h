// Certificates of an authority that a test makes, for mutual TLS.
#pragma once

#include <memory>
#include <string>

#include "services/common/access/program_tls.h"

namespace schutznetz::testing {

// Makes certificates and writes them into a folder of its own, which goes with it.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  // The files of a program: a new key and a certificate with this URI. Called again for the same `folder`, they replace
  // the earlier ones at one stroke.
  access::TlsFiles Issue(const std::string& folder, const std::string& uri);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace schutznetz::testing
