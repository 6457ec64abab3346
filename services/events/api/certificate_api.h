// The methods of certificates.
#pragma once

#include <string>

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"
#include "services/events/domain/attendee_certificates.h"
#include "services/events/domain/certificates.h"

namespace schutznetz::events {

// What they work with; all must outlive the registry's server.
struct CertificateApiParts {
  storage::Database& database;
  rpc::Writes& writes;
  const rpc::PageTokens& page_tokens;
  const Clock& clock;
  const Certificates& certificates;
  const AttendeeCertificates& attendee_certificates;
  std::string check_url;  // where codes are checked, the code is appended; empty: certificates have no QR code
};

void RegisterCertificateApi(rpc::Registry& registry, const CertificateApiParts& parts);

}  // namespace schutznetz::events
