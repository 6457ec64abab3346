// One running installation with the sample data per engine, shared by the tests of this program: starting and loading
// is most of their time. Tests that stop programs or need an empty directory make their own.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "gtest/gtest.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/installation.h"

namespace schutznetz::e2e {

// Started and loaded at first use, stopped at the end of the program.
Installation& SampleInstallation(storage::Engine engine);
// Its people (people.h), made at first use.
const std::map<std::string, std::string>& SamplePeople(storage::Engine engine);

// The folder of real files of other projects; it may be absent.
std::filesystem::path SharedData();

enum class Transport { kGrpc, kRest };

// A test body that runs over both transports and both engines.
struct Way {
  storage::Engine engine;
  Transport transport;
};

class EveryWay : public ::testing::TestWithParam<Way> {
 protected:
  Installation& installation() { return SampleInstallation(GetParam().engine); }
  std::unique_ptr<Caller> MakeCaller(const std::string& subject = kNobody) {
    return GetParam().transport == Transport::kGrpc ? MakeGrpcCaller(installation(), subject)
                                                    : MakeRestCaller(installation(), subject);
  }
};

inline auto AllWays() {
  return ::testing::Values(
      Way{storage::Engine::kSqlite, Transport::kGrpc}, Way{storage::Engine::kSqlite, Transport::kRest},
      Way{storage::Engine::kPostgres, Transport::kGrpc}, Way{storage::Engine::kPostgres, Transport::kRest});
}

inline std::string WayName(const ::testing::TestParamInfo<Way>& info) {
  return std::string(info.param.engine == storage::Engine::kSqlite ? "Sqlite" : "Postgres") +
         (info.param.transport == Transport::kGrpc ? "Grpc" : "Rest");
}

}  // namespace schutznetz::e2e
