// The sample of publications in a running installation.
#pragma once

#include <string>

#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {

// SampleInstallation with the 40 publications of the sample, loaded with schutznetzctl at first use.
Installation& InstallationWithPublications(storage::Engine engine);

// A file in the installation's folder; answers its path.
std::string FileOf(const Installation& installation, const std::string& name, const std::string& content);

}  // namespace schutznetz::e2e
