#include "services/common/view/published.h"

#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace schutznetz::view {
namespace {

TEST(Published, EveryThreadReadsTheNewestAndNeverGoesBack) {
  Published<int> published;
  EXPECT_EQ(published.Read(), nullptr);
  published.Publish(std::make_shared<const int>(0));
  std::atomic<bool> done{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done.load()) {
        const int read = *published.Read();
        EXPECT_GE(read, last);
        last = read;
      }
      EXPECT_EQ(*published.Read(), 1000);
    });
  }
  for (int i = 1; i <= 1000; ++i) published.Publish(std::make_shared<const int>(i));
  done.store(true);
  for (std::thread& reader : readers) reader.join();
}

TEST(Published, TwoPublishersAreToldApart) {
  for (int round = 0; round < 10; ++round) {
    Published<int> a, b;
    a.Publish(std::make_shared<const int>(round));
    b.Publish(std::make_shared<const int>(-round));
    EXPECT_EQ(*a.Read(), round);
    EXPECT_EQ(*b.Read(), -round);
  }
}

}  // namespace
}  // namespace schutznetz::view
