#include "services/common/telemetry/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

namespace schutznetz::telemetry {
namespace {

double CpuSeconds() {
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double ResidentBytes() {
  long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// Entries of a folder of /proc without "." and "..".
double EntriesIn(const char* folder) {
  DIR* directory = opendir(folder);
  if (directory == nullptr) return 0;
  int entries = 0;
  while (readdir(directory) != nullptr) ++entries;
  closedir(directory);
  return entries - 2;
}

}  // namespace

void AddProcessMetrics(Metrics& metrics, const LogWriter& log) {
  metrics.AddCounterFrom("process_cpu_seconds_total", "User and system time.", CpuSeconds);
  metrics.AddGauge("process_resident_memory_bytes", "Resident memory.", ResidentBytes);
  metrics.AddGauge("process_open_fds", "Open files.", [] { return EntriesIn("/proc/self/fd"); });
  metrics.AddGauge("process_threads", "Threads.", [] { return EntriesIn("/proc/self/task"); });
  metrics.AddCounterFrom("schutznetz_log_lines_dropped_total", "Log lines dropped because the queue was full.",
                         [&log] { return static_cast<double>(log.dropped()); });
}

}  // namespace schutznetz::telemetry
