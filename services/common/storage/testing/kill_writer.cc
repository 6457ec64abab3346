// Writes items as fast as it can from many threads, until it is killed, and prints each acknowledged id. Started by
// kill_test.cc:  kill_writer sqlite|postgres PATH|CONNECTION SCHEMA FIRST_ID [fail-sync|lose-power|full-disk|lying-disk
// NTH SEED]
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "services/common/storage/open.h"
#include "services/common/storage/testing/faulty_vfs.h"
#include "services/common/storage/testing/items.h"

namespace schutznetz::storage {
namespace {

constexpr int kThreads = 16;
// Every seventh write does its work and refuses then: nothing of it may be found.
bool IsRefused(int64_t id) { return id % 7 == 0; }

absl::Status WriteOrRefuse(Transaction& tx, int64_t id) {
  if (const absl::Status status = InsertItem(tx, id); !status.ok()) return status;
  return IsRefused(id) ? absl::AbortedError("refused on purpose") : absl::OkStatus();
}

// One write() per line, so that a kill never leaves half of one.
void Acknowledge(int64_t id) {
  const std::string line = std::to_string(id) + "\n";
  if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::_Exit(0);
}

void WriteForever(Database& database, std::atomic<int64_t>& next) {
  while (true) {
    const int64_t id = next++;
    const auto commit = database.WriteAndWait([id](Transaction& tx) { return WriteOrRefuse(tx, id); });
    if (commit.ok()) Acknowledge(id);
    if (!commit.ok() && !absl::IsAborted(commit.status())) {
      std::fprintf(stderr, "%s\n", commit.status().ToString().c_str());
      std::_Exit(1);
    }
  }
}

void InstallFault(std::string_view name, int64_t nth, uint32_t seed) {
  const DiskFault fault = name == "fail-sync"    ? DiskFault::kFailSync
                          : name == "lose-power" ? DiskFault::kLosePower
                          : name == "full-disk"  ? DiskFault::kFullDisk
                                                 : DiskFault::kLosePowerBehindLyingDisk;
  InstallDiskFault(fault, nth, seed);
}

int Main(int argc, char** argv) {
  if (argc < 5) return 2;
  DatabaseOptions options;
  options.engine = std::string_view(argv[1]) == "sqlite" ? Engine::kSqlite : Engine::kPostgres;
  (options.engine == Engine::kSqlite ? options.path : options.connection_string) = argv[2];
  options.schema = argv[3];
  if (argc > 7) InstallFault(argv[5], std::atoll(argv[6]), static_cast<uint32_t>(std::atoll(argv[7])));
  auto database = Open(options, {&ItemMigrations()});
  if (!database.ok()) {
    std::fprintf(stderr, "%s\n", database.status().ToString().c_str());
    return 1;
  }
  std::atomic<int64_t> next{std::atoll(argv[4])};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { WriteForever(**database, next); });
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace schutznetz::storage

int main(int argc, char** argv) { return schutznetz::storage::Main(argc, argv); }
