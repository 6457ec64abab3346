// Runs one test suite on both engines. Tests only.
//
//   class StoreTest : public ::testing::TestWithParam<storage::Engine> {};
//   INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::AllEngines(), testing::EngineName);
#pragma once

#include <string>

#include "gtest/gtest.h"
#include "services/common/storage/database.h"

namespace schutznetz::testing {

inline auto AllEngines() { return ::testing::Values(storage::Engine::kSqlite, storage::Engine::kPostgres); }

inline std::string EngineName(const ::testing::TestParamInfo<storage::Engine>& info) {
  return info.param == storage::Engine::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace schutznetz::testing
