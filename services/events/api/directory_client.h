// Asks the directory server about names, as the public would.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/common/access/program_tls.h"
#include "services/events/domain/directory_names.h"

namespace schutznetz::events {

// Thread safe. Destroy it when nothing waits for it any more.
class DirectoryClient final : public DirectoryNames {
 public:
  // `target` is the directory server's gRPC port; `tls` may be without files on loopback.
  DirectoryClient(const std::string& target, const access::TlsFiles& tls);
  // Calls that are running get UNAVAILABLE.
  ~DirectoryClient() override;

  void Check(std::vector<DirectoryName> names, absl::Time deadline,
             absl::AnyInvocable<void(absl::Status)> then) override;

 private:
  struct Question;
  struct Questions;
  struct State;
  void Run();

  const std::unique_ptr<State> state_;
  std::thread thread_;
};

}  // namespace schutznetz::events
