#include "services/common/rate/rate_table.h"

#include <gtest/gtest.h>

namespace schutznetz::rate {
namespace {

TEST(RateTable, BurstThenSteadyRate) {
  RateTable table;
  const RateRule rule = {.interval_us = 100, .burst = 3};
  EXPECT_EQ(table.Take(1, rule, 1000).remaining, 2);
  EXPECT_EQ(table.Take(1, rule, 1000).remaining, 1);
  EXPECT_EQ(table.Take(1, rule, 1000).reset_us, 300);
  const RateVerdict refused = table.Take(1, rule, 1000);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_us, 100);
  EXPECT_EQ(refused.remaining, 0);
  EXPECT_FALSE(table.Take(1, rule, 1099).admitted);
  EXPECT_TRUE(table.Take(1, rule, 1100).admitted);
  EXPECT_FALSE(table.Take(1, rule, 1100).admitted);
  EXPECT_EQ(table.Take(1, rule, 9000).remaining, 2);  // full again, and not fuller
}

TEST(RateTable, KeysDoNotShareABucket) {
  RateTable table;
  const RateRule rule = {.interval_us = 100, .burst = 1};
  EXPECT_TRUE(table.Take(1, rule, 1000).admitted);
  EXPECT_TRUE(table.Take(2, rule, 1000).admitted);
  EXPECT_FALSE(table.Take(1, rule, 1000).admitted);
}

TEST(RateTable, WhatWasTakenElsewhereCounts) {
  RateTable table;
  const RateRule rule = {.interval_us = 100, .burst = 4};
  table.Charge(1, rule, 3, 1000);
  EXPECT_EQ(table.Take(1, rule, 1000).remaining, 0);
  table.Charge(1, rule, 1'000'000'000'000, 1000);
  EXPECT_EQ(table.Take(1, rule, 1000).retry_us, 100) << "the bucket is empty, not emptier";
  EXPECT_TRUE(table.Take(1, rule, 1100).admitted);
}

TEST(RateTable, ForgetsTheFullestFirst) {
  RateTable table;
  const RateRule slow = {.interval_us = 1'000'000, .burst = 1};
  const RateRule quick = {.interval_us = 1, .burst = 1};
  EXPECT_TRUE(table.Take(8192, slow, 1000).admitted);
  // Strangers whose keys fall into the same set.
  for (uint64_t i = 2; i < 1000; ++i) EXPECT_TRUE(table.Take(i * 8192, quick, 1000).admitted);
  EXPECT_FALSE(table.Take(8192, slow, 1000).admitted);
}

}  // namespace
}  // namespace schutznetz::rate
