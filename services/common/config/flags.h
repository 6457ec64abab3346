// Command-line flags, read once at start into one plain struct per program.
//
//   Options options;                                   // fields hold the defaults
//   config::Flags flags("schutznetz-directory", "The directory server.");
//   flags.Text("listen_address", &options.listen_address, "Address of the gRPC port.");
//   flags.Number("pool_threads", &options.pool_threads, 1, 64, "Threads for calls that wait.");
//   flags.SecretFile("audit_key_file", &options.audit_key, "File with the key that signs checkpoints.");
//   flags.Check([&] { return options.a < options.b ? std::string() : "a must be below b"; });
//   if (std::optional<int> exit_code = flags.Parse(argc, argv, std::cout, std::cerr)) return *exit_code;
//
// A flag is area, thing and unit ("drain_timeout_ms"); its description has neither type nor default. A flag that is not
// given is taken from the environment, SCHUTZNETZ_<FLAG> in capitals. A value on the command line wins.
// Every program also has --help, --help_markdown, --version and --check_config. Not thread safe: start-up only.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/common/config/secret.h"

namespace schutznetz::config {

class Flags {
 public:
  Flags(std::string program, std::string description);
  ~Flags();
  Flags(const Flags&) = delete;
  Flags& operator=(const Flags&) = delete;

  // Targets must outlive this object; what they hold now is the default.
  void Text(const std::string& name, std::string* target, const std::string& description);
  void TextList(const std::string& name, std::vector<std::string>* target, const std::string& description);
  void Number(const std::string& name, int* target, int64_t minimum, int64_t maximum, const std::string& description);
  void Number(const std::string& name, int64_t* target, int64_t minimum, int64_t maximum,
              const std::string& description);
  void Switch(const std::string& name, bool* target, const std::string& description);
  // Milliseconds; the name ends in "_ms".
  void Milliseconds(const std::string& name, absl::Duration* target, absl::Duration minimum, absl::Duration maximum,
                    const std::string& description);
  // One of `values`.
  void Choice(const std::string& name, std::string* target, const std::vector<std::string>& values,
              const std::string& description);
  // A path to a file with a secret; the name ends in "_file". The content lands in `target`, empty when the flag is not
  // given. Only the path is ever shown.
  void SecretFile(const std::string& name, Secret* target, const std::string& description);
  // Hides the flag's value in Dump(), for example a connection string.
  void Redact(const std::string& name);
  // A rule over several flags: returns what is wrong, or an empty string. Runs after all flags are set.
  void Check(std::function<std::string()> check);

  // Sets the targets and validates. Nothing: go on and run. Otherwise the exit code: 0 after --help, --help_markdown,
  // --version or a good --check_config, 2 after printing ALL problems to `err`, one per line.
  std::optional<int> Parse(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

  // "name = value" per line in order of definition, secrets and redacted values as "(set)" or "(not set)".
  std::string Dump() const;
  // A markdown table of all flags with environment name, default and description.
  std::string Markdown() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

// The program's version and build, as JSON for the admin page.
std::string VersionJson(const std::string& program);

}  // namespace schutznetz::config
