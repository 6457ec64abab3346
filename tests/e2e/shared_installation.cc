#include "tests/e2e/shared_installation.h"

#include <cstdlib>
#include <map>
#include <memory>

#include "tests/e2e/people.h"

namespace schutznetz::e2e {
namespace {

std::map<storage::Engine, std::unique_ptr<Installation>>& Running() {
  static auto* running = new std::map<storage::Engine, std::unique_ptr<Installation>>;
  return *running;
}

class StopAtEnd : public ::testing::Environment {
 public:
  void TearDown() override { Running().clear(); }
};
[[maybe_unused]] const auto* const kStopAtEnd = ::testing::AddGlobalTestEnvironment(new StopAtEnd);

}  // namespace

Installation& SampleInstallation(storage::Engine engine) {
  std::unique_ptr<Installation>& installation = Running()[engine];
  if (!installation) {
    installation = std::make_unique<Installation>(engine);
    if (installation->LoadSample() != 0) std::abort();
  }
  return *installation;
}

const std::map<std::string, std::string>& SamplePeople(storage::Engine engine) {
  static auto* people = new std::map<storage::Engine, std::map<std::string, std::string>>;
  std::map<std::string, std::string>& of_engine = (*people)[engine];
  if (of_engine.empty()) of_engine = MakePeople(SampleInstallation(engine));
  return of_engine;
}

std::filesystem::path SharedData() {
  const char* folder = std::getenv("SCHUTZNETZ_SHARED_DATA");
  return folder != nullptr ? folder : std::filesystem::path(SCHUTZNETZ_SOURCE_DIR) / "../shared/data";
}

}  // namespace schutznetz::e2e
