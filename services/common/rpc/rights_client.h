// Asks the exchange server for the rights version, as the program that it runs in.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/access/context_keys.h"
#include "services/common/access/program_tls.h"
#include "services/common/time/clock.h"

namespace schutznetz::rpc {

// Thread safe.
class RightsClient {
 public:
  // `program` is this one's name, "directory"; `target` the exchange server's gRPC port; `tls` may be without files on
  // loopback. `keys` need not outlive it, `clock` must. FAILED_PRECONDITION: no key of the pair.
  static absl::StatusOr<std::unique_ptr<RightsClient>> Create(std::string_view program, const std::string& target,
                                                              const access::TlsFiles& tls,
                                                              const access::ContextKeys& keys, const Clock& clock);
  ~RightsClient();

  // Waits at most `limit`. Codes of the exchange server; UNAVAILABLE when it cannot be reached.
  absl::StatusOr<int64_t> Ask(absl::Duration limit) const;

 private:
  struct State;
  explicit RightsClient(std::unique_ptr<const State> state);

  const std::unique_ptr<const State> state_;
};

}  // namespace schutznetz::rpc
