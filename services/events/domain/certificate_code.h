// Codes and numbers of certificates, as they are printed.
//
// Letters and digits without those that look alike (0 O 1 I): 32 of them, five bits each. A code has 16 (80 bits), too
// many to guess; a number has 8. Both are derived from the registration under the server's pepper, so that the holder
// can have them again as long as the registration is known, and the server stores neither.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/common/personal/pepper.h"

namespace schutznetz::events {

struct CertificateCode {
  std::string code;    // "7K2M-9QXW-4HTD-RV6N"
  std::string number;  // "Z-7K2M-9QXW"
};

// Of the certificate of a registration, the `issue`-th of it from 0.
CertificateCode CodeOf(const personal::Pepper& pepper, std::string_view registration, int issue);

// The code in "certificates/…" in its printed form, however it was typed: hyphens and small letters do not matter.
// Nothing when it is none.
std::optional<std::string> ReadCode(std::string_view name);

// The id under which a certificate is stored: a keyed digest of its code. Looking it up takes no time that tells
// anything of codes, since what is compared is the digest.
std::string IdOfCode(const personal::Pepper& pepper, std::string_view code);

// Digest of a name under a code. Without the code it cannot be compared with names. Capitals, spaces and ways of
// composing letters are of no matter.
std::string HolderDigest(const personal::Pepper& pepper, std::string_view code, std::string_view holder);

}  // namespace schutznetz::events
