#include "services/common/testing/postgres_cluster.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <utility>

extern char** environ;

namespace schutznetz::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kPrograms[] = "/usr/lib/postgresql/15/bin";

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "PostgresCluster: %s\n", what.c_str());
  std::exit(1);
}

// PostgreSQL refuses to run as root.
std::string AsServerUser() { return geteuid() == 0 ? "setpriv --reuid=postgres --regid=postgres --clear-groups " : ""; }

pid_t StartShell(const std::string& script, int standard_input) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (standard_input >= 0) posix_spawn_file_actions_adddup2(&actions, standard_input, STDIN_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // A process group of its own: a Ctrl-C at the terminal reaches the tests, and the supervisor cleans up after them.
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const char* arguments[] = {"sh", "-c", script.c_str(), nullptr};
  pid_t pid = -1;
  if (posix_spawn(&pid, "/bin/sh", &actions, &attributes, const_cast<char**>(arguments), environ) != 0) {
    Fail("cannot start a shell");
  }
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return pid;
}

void RunShell(const std::string& script) {
  int status = 0;
  if (waitpid(StartShell(script, -1), &status, 0) < 0 || status != 0) Fail("failed: " + script);
}

fs::path MakeFolder() {
  std::string pattern = (fs::temp_directory_path() / "schutznetz-pg-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) Fail("no temporary folder");
  return pattern;
}

// initdb takes a second or two of processor time; its result is made once per user and copied.
fs::path TemplateFolder() {
  const fs::path folder = fs::temp_directory_path() / ("schutznetz-pg15-template-" + std::to_string(geteuid()));
  const int lock = open((folder.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || flock(lock, LOCK_EX) != 0) Fail("cannot lock the template");
  if (!fs::exists(folder)) {
    const fs::path fresh = MakeFolder();
    if (geteuid() == 0) RunShell("chown postgres:postgres " + fresh.string());
    RunShell(AsServerUser() + kPrograms + "/initdb -D " + fresh.string() +
             "/data -U postgres -A trust -E UTF8 --locale=C --wal-segsize=1 --no-sync --no-instructions >" +
             fresh.string() + ".log 2>&1 && rm -f " + fresh.string() + ".log");
    fs::rename(fresh, folder);
  }
  close(lock);
  return folder;
}

std::string ServerCommand(const fs::path& folder, PostgresCluster::Durability durability) {
  std::string command = AsServerUser() + kPrograms + "/postgres -D " + (folder / "data").string() + " -k " +
                        folder.string() +
                        " -c listen_addresses= -c max_connections=200 -c shared_buffers=32MB -c max_wal_size=256MB"
                        " -c autovacuum=off -c jit=off";
  if (durability == PostgresCluster::Durability::kOff) command += " -c fsync=off -c full_page_writes=off";
  return command + " >>" + (folder / "log").string() + " 2>&1";
}

bool Answers(const std::string& connection_string) { return PQping(connection_string.c_str()) == PQPING_OK; }

}  // namespace

PostgresCluster::PostgresCluster(Durability durability) : durability_(durability), folder_(MakeFolder()) {
  if (!fs::exists(kPrograms)) Fail("PostgreSQL 15 is not installed");
  RunShell("cp -a " + (TemplateFolder() / "data").string() + " " + folder_.string() + "/data");
  if (geteuid() == 0) RunShell("chown postgres:postgres " + folder_.string());
  connection_string_ = "host=" + folder_.string() + " dbname=postgres user=postgres";
  Start();
}

PostgresCluster::~PostgresCluster() {
  if (lifeline_ >= 0) close(lifeline_);
  if (supervisor_ > 0) waitpid(supervisor_, nullptr, 0);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

PostgresCluster& PostgresCluster::Shared() {
  static PostgresCluster cluster;
  return cluster;
}

void PostgresCluster::Start() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) Fail("no pipe");
  // `read` returns when this process closes its end, or is gone. The folder goes only when nobody is left to do it.
  const std::string folder = folder_.string();
  supervisor_ = StartShell(ServerCommand(folder_, durability_) +
                               " </dev/null & pid=$!; read -r word; kill -QUIT $pid; "
                               "wait $pid; [ \"$word\" = keep ] || rm -rf " +
                               folder,
                           ends[0]);
  close(ends[0]);
  lifeline_ = ends[1];
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!Answers(connection_string_)) {
    if (std::chrono::steady_clock::now() > limit || waitpid(supervisor_, nullptr, WNOHANG) != 0) {
      Fail("the server does not start; see " + folder + "/log");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void PostgresCluster::Crash() {
  if (write(lifeline_, "keep\n", 5) != 5) Fail("the supervisor is gone");
  close(std::exchange(lifeline_, -1));
  waitpid(std::exchange(supervisor_, -1), nullptr, 0);
}

pid_t PostgresCluster::ServerPid() const {
  std::ifstream file(folder_ / "data" / "postmaster.pid");
  pid_t pid = -1;
  if (!(file >> pid) || pid <= 1) Fail("the server has no pid");
  return pid;
}

// The server and its direct children, which are its sessions.
void PostgresCluster::SignalAll(int signal) const {
  const pid_t server = ServerPid();
  kill(server, signal);
  std::ifstream children("/proc/" + std::to_string(server) + "/task/" + std::to_string(server) + "/children");
  for (pid_t child = -1; children >> child;) kill(child, signal);
}

void PostgresCluster::Pause() { SignalAll(SIGSTOP); }
void PostgresCluster::Resume() { SignalAll(SIGCONT); }

}  // namespace schutznetz::testing
