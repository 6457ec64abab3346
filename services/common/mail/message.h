// From a mail to the bytes that go over the wire.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/mail/mail.h"

namespace schutznetz::mail {

// Who mails come from.
struct Sender {
  std::string address;  // rpc::IsEmail; also the way back for bounces
  std::string name;     // shown before it; may be empty
};

// What RenderMessage would not take. INVALID_ARGUMENT names the field ("mail.subject"), never its content.
absl::Status CheckMail(const Mail& mail);

// The message (RFC 5322): plain text; with a calendar part the text and the invitation as alternatives (RFC 6047) and
// the same as a file; then the attachments. `id` becomes the Message-ID at the sender's domain. ASCII only, lines of at
// most 78 characters (but the URL of List-Unsubscribe), ending in CRLF. The same arguments give the same bytes. Codes
// of CheckMail.
absl::StatusOr<std::string> RenderMessage(const Mail& mail, const Sender& sender, std::string_view id, absl::Time date);

}  // namespace schutznetz::mail
