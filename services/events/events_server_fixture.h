// The whole events server in process, over gRPC, on both engines. Tests only.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/events/v1/events_service.grpc.pb.h"
#include "services/common/audit/audit_store.h"
#include "services/common/errors/errors.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"
#include "services/events/domain/arranging_fixture.h"
#include "services/events/events_server.h"

namespace schutznetz::events {

// A directory that knows some names, or is away.
class KnownNames final : public DirectoryNames {
 public:
  void Check(std::vector<DirectoryName> names, absl::Time, absl::AnyInvocable<void(absl::Status)> then) override {
    if (away) return then(errors::TemporarilyUnavailable(absl::Seconds(1)));
    for (const DirectoryName& name : names) {
      if (name.name.ends_with("unbekannt")) return then(errors::ReferenceNotFound(name.field, name.name));
    }
    then(absl::OkStatus());
  }
  std::atomic<bool> away{false};
};

// A directory with these networks.
class KnownNetworks final : public DirectoryNetworks {
 public:
  void Refresh(absl::Time, absl::AnyInvocable<void(absl::Status)> then) override {
    then(away ? errors::TemporarilyUnavailable(absl::Seconds(1)) : absl::OkStatus());
  }
  std::shared_ptr<const std::vector<DirectoryNetwork>> Latest() const override {
    const std::lock_guard lock(mutex_);
    return networks_;
  }
  void Set(std::vector<DirectoryNetwork> networks) {
    const std::lock_guard lock(mutex_);
    networks_ = std::make_shared<const std::vector<DirectoryNetwork>>(std::move(networks));
  }
  std::atomic<bool> away{false};

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::vector<DirectoryNetwork>> networks_ =
      std::make_shared<const std::vector<DirectoryNetwork>>();
};

class EventsServerTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  void SetUp() override {
    temp_.Close();
    ASSERT_THAT(events_.Start(temp_.options()), testing::IsOk());
    grpc_.server().Add(events_.registry());
    ASSERT_THAT(grpc_.Start(), testing::IsOk());
    grpc_.server().SetServing(true);
    stub_ = v1::EventsService::NewStub(grpc_.channel());
  }
  void TearDown() override { grpc_.Stop(); }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::EventsService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                                Response*),
                                const Request& request, const access::Caller& caller = testing::Staff()) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (!caller.is_public()) grpc_.As(caller, &context);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    if (!status.ok()) return testing::ErrorOf(status);
    return response;
  }
  absl::StatusOr<v1::Event> Create(const v1::Event& event, const std::string& request_id = "") {
    v1::CreateEventRequest request;
    *request.mutable_event() = event;
    request.set_request_id(request_id);
    return Call(&v1::EventsService::Stub::CreateEvent, request);
  }
  absl::StatusOr<v1::Event> Get(const std::string& name, const access::Caller& caller = {}) {
    v1::GetEventRequest request;
    request.set_name(name);
    return Call(&v1::EventsService::Stub::GetEvent, request, caller);
  }

  testing::TempDatabase temp_{GetParam(), EventsMigrations()};
  SystemClock clock_;
  testing::InProcessServer grpc_;
  rpc::PageTokens page_tokens_{grpc_.sealer(), clock_};
  KnownNames names_;
  KnownNetworks networks_;
  EventsServer events_{clock_,
                       grpc_.log(),
                       grpc_.metrics(),
                       page_tokens_,
                       names_,
                       networks_,
                       {.secrets = {{*personal::Pepper::FromText(std::string(32, 'p')),
                                     *rpc::Sealer::FromKeyText(std::string(64, 'a'))}}}};
  std::unique_ptr<v1::EventsService::Stub> stub_;
};

}  // namespace schutznetz::events
