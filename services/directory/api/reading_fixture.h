// A directory with its view and reading methods, without a network. Tests only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "google/protobuf/text_format.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/testing/fake_clock.h"
#include "services/directory/domain/editing_fixture.h"
#include "services/directory/view/directory_view.h"

namespace schutznetz::directory {

// A database that can be taken away for reading.
class DetachableDatabase final : public storage::Database {
 public:
  explicit DetachableDatabase(storage::Database& database) : database_(database) {}
  void SetAway(bool away) { away_.store(away); }

  void Write(storage::WriteWork work, storage::WriteDone done, absl::Time deadline) override {
    database_.Write(std::move(work), std::move(done), deadline);
  }
  absl::Status Read(absl::FunctionRef<absl::Status(storage::ReadTransaction&)> work, absl::Time deadline) override;
  absl::Status ScrubDeleted(absl::Time deadline) override { return database_.ScrubDeleted(deadline); }
  int64_t AddCommitListener(storage::CommitListener listener) override {
    return database_.AddCommitListener(std::move(listener));
  }
  void RemoveCommitListener(int64_t key) override { database_.RemoveCommitListener(key); }
  absl::Status Health() const override { return database_.Health(); }
  storage::DatabaseStatistics Statistics() const override { return database_.Statistics(); }
  storage::Engine engine() const override { return database_.engine(); }

 private:
  storage::Database& database_;
  std::atomic<bool> away_{false};
};

// Everything ends the process when it cannot be made.
class Reading {
 public:
  explicit Reading(storage::Engine engine = storage::Engine::kSqlite);
  ~Reading();

  Editing& editing() { return editing_; }
  testing::FakeClock& clock() { return clock_; }
  DetachableDatabase& database() { return database_; }
  DirectoryView& view() { return *view_; }

  // Starts the view, or a new one in place of the old.
  void StartView(DirectoryViewOptions options = {});
  // Waits until the view has every change that was written.
  void CatchUp();

  // Creates a resource from text format. Returns it as the nationwide editor sees it.
  template <typename T>
  T Make(const std::string& id, const std::string& text) {
    T resource;
    if (!google::protobuf::TextFormat::ParseFromString(text, &resource)) Die("bad text for " + id);
    return MakeFrom(id, resource);
  }
  template <typename T>
  T MakeFrom(const std::string& id, const T& resource) {
    absl::StatusOr<T> made = editing_.Create(resource, id);
    if (!made.ok()) Die(id + ": " + made.status().ToString());
    return *std::move(made);
  }

  // Calls a method as the guard chain would, without network.
  absl::StatusOr<std::string> Call(const std::string& method, const google::protobuf::Message& request,
                                   const access::Caller& caller = {}, rpc::WireReply* reply = nullptr);
  template <typename Response>
  absl::StatusOr<Response> Ask(const std::string& method, const google::protobuf::Message& request,
                               const access::Caller& caller = {}) {
    absl::StatusOr<std::string> bytes = Call(method, request, caller);
    if (!bytes.ok()) return bytes.status();
    Response response;
    if (!response.ParseFromString(*bytes)) return absl::DataLossError("the answer is no message");
    return response;
  }

  const rpc::Registry& registry() const { return *registry_; }

 private:
  [[noreturn]] static void Die(const std::string& what);

  Editing editing_;
  testing::FakeClock clock_;
  DetachableDatabase database_;
  rpc::Sealer sealer_;
  rpc::PageTokens tokens_;
  std::unique_ptr<DirectoryView> view_;
  std::unique_ptr<rpc::Registry> registry_;
};

}  // namespace schutznetz::directory
