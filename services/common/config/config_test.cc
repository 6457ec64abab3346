#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <type_traits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/config/flags.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::config {
namespace {

using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

struct Options {
  std::string address = "127.0.0.1";
  int port = 50051;
  bool sample = true;
  absl::Duration drain = absl::Seconds(5);
  std::string engine = "sqlite";
  std::vector<std::string> origins;
  Secret token;
  std::string store = "";
};

class FlagsTest : public ::testing::Test {
 protected:
  FlagsTest() : flags_("schutznetz-test", "A server for tests.") {
    flags_.Text("listen_address", &options_.address, "Address of the port.");
    flags_.Number("listen_port", &options_.port, 0, 65535, "The port.");
    flags_.Switch("sample_load", &options_.sample, "Loads the sample.");
    flags_.Milliseconds("drain_ms", &options_.drain, absl::ZeroDuration(), absl::Minutes(1), "Time to drain.");
    flags_.Choice("store_engine", &options_.engine, {"sqlite", "postgres"}, "Kind of store.");
    flags_.TextList("cors_origins", &options_.origins, "Origins allowed.");
    flags_.SecretFile("audit_key_file", &options_.token, "File with the token.");
    flags_.Text("store_connection", &options_.store, "Connection of the store.");
    flags_.Redact("store_connection");
    flags_.Check([this] { return options_.port == 7 ? std::string("port 7 is for echoes") : std::string(); });
  }
  ~FlagsTest() override {
    unsetenv("SCHUTZNETZ_LISTEN_PORT");
    if (!secret_path_.empty()) unlink(secret_path_.c_str());
  }

  std::optional<int> Parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "schutznetz-test");
    return flags_.Parse(static_cast<int>(arguments.size()), arguments.data(), out_, err_);
  }

  const std::string& SecretFile(const std::string& content, mode_t mode = 0600) {
    char path[] = "/tmp/secret_XXXXXX";
    close(mkstemp(path));
    std::ofstream(path) << content;
    chmod(path, mode);
    return secret_path_ = path;
  }

  Options options_;
  Flags flags_;
  std::ostringstream out_;
  std::ostringstream err_;
  std::string secret_path_;
};

TEST_F(FlagsTest, DefaultsHoldWithoutFlags) {
  EXPECT_EQ(Parse({}), std::nullopt);
  EXPECT_EQ(options_.port, 50051);
  EXPECT_TRUE(options_.sample);
}

TEST_F(FlagsTest, FlagsSetTheStruct) {
  EXPECT_EQ(Parse({"--listen_port=8080", "--sample_load=false", "--drain_ms", "250", "--store_engine=postgres",
                   "--cors_origins=https://a.example.org,https://b.example.org"}),
            std::nullopt);
  EXPECT_EQ(options_.port, 8080);
  EXPECT_FALSE(options_.sample);
  EXPECT_EQ(options_.drain, absl::Milliseconds(250));
  EXPECT_EQ(options_.engine, "postgres");
  EXPECT_THAT(options_.origins, ::testing::ElementsAre("https://a.example.org", "https://b.example.org"));
}

TEST_F(FlagsTest, EnvironmentFillsInAndTheCommandLineWins) {
  setenv("SCHUTZNETZ_LISTEN_PORT", "9001", 1);
  EXPECT_EQ(Parse({}), std::nullopt);
  EXPECT_EQ(options_.port, 9001);
  EXPECT_EQ(Parse({"--listen_port=9002"}), std::nullopt);
  EXPECT_EQ(options_.port, 9002);
}

TEST_F(FlagsTest, AllProblemsAreReportedAtOnce) {
  EXPECT_EQ(Parse({"--listen_port=70000", "--drain_ms=soon", "--store_engine=etcd", "--unknown_flag=1",
                   "--audit_key_file=/does/not/exist"}),
            2);
  for (const char* part :
       {"listen_port", "drain_ms", "store_engine must be one of: sqlite, postgres", "unknown_flag", "audit_key_file"}) {
    EXPECT_THAT(err_.str(), HasSubstr(part));
  }
}

TEST_F(FlagsTest, ChecksOverSeveralFlagsStopTheStart) {
  EXPECT_EQ(Parse({"--listen_port=7"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("echoes"));
}

TEST_F(FlagsTest, CheckConfigShowsTheConfigurationWithoutSecrets) {
  const std::string flag = "--audit_key_file=" + SecretFile("geheim\n");
  EXPECT_EQ(Parse({flag.c_str(), "--store_connection=postgres://u:geheim@h/d", "--check_config"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("audit_key_file = (set)"));
  EXPECT_THAT(out_.str(), HasSubstr("store_connection = (set)"));
  EXPECT_THAT(out_.str(), HasSubstr("configuration is valid"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("geheim")));
  EXPECT_EQ(options_.token.Reveal(), "geheim");
}

TEST_F(FlagsTest, HelpVersionAndMarkdownExitWithZero) {
  EXPECT_EQ(Parse({"--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("--listen_port <number>"));
  EXPECT_EQ(Parse({"--version"}), 0);
  EXPECT_EQ(Parse({"--help_markdown"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("| `--listen_port` | `SCHUTZNETZ_LISTEN_PORT` | `50051` | The port. |"));
}

TEST_F(FlagsTest, SecretFilesMustBeTheOwnersOwn) {
  EXPECT_THAT(ReadSecretFile(SecretFile("abc")), IsOk());
  for (const mode_t mode : {0644, 0604, 0660}) {
    EXPECT_THAT(ReadSecretFile(SecretFile("abc", mode)), HasReason("INVALID_FIELD")) << mode;
  }
  EXPECT_THAT(ReadSecretFile(SecretFile("")), HasReason("INVALID_FIELD"));
  EXPECT_THAT(ReadSecretFile(SecretFile(std::string(70'000, 'x'))), HasReason("INVALID_FIELD"));
  EXPECT_THAT(ReadSecretFile("/tmp"), HasReason("INVALID_FIELD"));
}

TEST(SecretTest, MovesLeaveNothingBehind) {
  Secret first("abc");
  Secret second = std::move(first);
  EXPECT_EQ(second.Reveal(), "abc");
  EXPECT_TRUE(first.empty());  // NOLINT: looked at on purpose
  static_assert(!std::is_copy_constructible_v<Secret>);
}

}  // namespace
}  // namespace schutznetz::config
