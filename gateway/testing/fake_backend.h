// A gRPC server in this process that answers every method from one function, for tests of the gateway.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace schutznetz::gateway::testing {

// What arrived.
struct BackendCall {
  std::string method;   // "/package.Service/Method"
  std::string message;  // serialized
  std::multimap<std::string, std::string> metadata;
  absl::Duration time_left;
};

struct BackendAnswer {
  absl::Status error;   // with the details that errors:: puts in
  std::string message;  // serialized, when `error` is OK
  std::map<std::string, std::string> trailing;
  bool wait = false;  // first wait for Release, or for the client to cancel
};

class FakeBackend {
 public:
  // Called on threads of gRPC; must be thread safe.
  using Handler = std::function<BackendAnswer(const BackendCall&)>;

  explicit FakeBackend(Handler handler);
  // Lets waiting calls go and shuts down.
  ~FakeBackend();

  std::string address() const;
  // Lets the calls that wait now answer.
  void Release();
  int calls() const;
  int waiting() const;
  int cancelled() const;

 private:
  class Service;
  std::unique_ptr<Service> service_;
};

}  // namespace schutznetz::gateway::testing
