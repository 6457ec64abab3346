// Mails as files, for a machine without a mail server: what would have been sent can be read.
#pragma once

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "services/common/mail/transport.h"

namespace schutznetz::mail {

// Writes each message into a file of its own, named after its Message-ID, readable by the owner only; "x.eml" is there
// entirely or not at all. The same message again replaces its file.
class MailDrop final : public Transport {
 public:
  explicit MailDrop(std::string folder) : folder_(std::move(folder)) {}

  // Makes the folder. INVALID_ARGUMENT: it cannot be made or written to.
  absl::Status Prepare() const;
  Delivery Send(std::string_view from, std::string_view to, std::string_view message) override;

 private:
  const std::string folder_;
};

}  // namespace schutznetz::mail
