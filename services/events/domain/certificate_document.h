// The certificate as it is handed out.
#pragma once

#include <string_view>

#include "schutznetz/events/v1/certificate.pb.h"
#include "services/common/document/document.h"

namespace schutznetz::events {

struct CertificateHolder {
  std::string_view code;
  std::string_view name;
  std::string_view check_url;  // where codes are checked, the code is appended; empty: there is no QR code
};

// In German: it is a document of German authorities. Pure.
document::Document CertificateDocument(const v1::StoredCertificate& stored, const CertificateHolder& holder);

}  // namespace schutznetz::events
