#include "services/common/testing/free_port.h"

#include <set>

#include "gtest/gtest.h"

namespace schutznetz::testing {
namespace {

// Ports taken at random and not kept would meet here five times on average.
TEST(FreePortTest, NoPortIsGivenTwice) {
  std::set<int> ports;
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(ports.insert(FreePort()).second);
}

}  // namespace
}  // namespace schutznetz::testing
