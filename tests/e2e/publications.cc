#include "tests/e2e/publications.h"

#include <cstdlib>
#include <fstream>
#include <set>

namespace schutznetz::e2e {

Installation& InstallationWithPublications(storage::Engine engine) {
  static auto* loaded = new std::set<storage::Engine>;
  Installation& installation = SampleInstallation(engine);
  const std::string file = std::string(SCHUTZNETZ_SOURCE_DIR) + "/deploy/sample/publications.ndjson";
  if (loaded->insert(engine).second && installation.Ctl({"apply", file}) != 0) std::abort();
  return installation;
}

std::string FileOf(const Installation& installation, const std::string& name, const std::string& content) {
  const std::string path = (installation.folder() / name).string();
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

}  // namespace schutznetz::e2e
