#include "services/common/config/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <ostream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/common/config/version.h"
#include "services/common/errors/errors.h"

namespace schutznetz::config {
namespace {

// Sets the target from text; returns what is wrong with the text, or an empty string.
using Setter = std::function<std::string(const std::string&)>;

struct Flag {
  std::string name;
  std::string description;
  std::string kind;          // shown in help: "number", "path", …
  std::string default_text;  // as shown
  Setter set;
  std::function<std::string()> show;  // the value now, as shown
  bool is_switch = false;
  bool is_redacted = false;
};

std::string EnvironmentName(const std::string& flag) {
  std::string name = "SCHUTZNETZ_";
  for (const char c : flag) name.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  return name;
}

template <typename Integer>
Setter NumberSetter(Integer* target, int64_t minimum, int64_t maximum) {
  return [=](const std::string& text) -> std::string {
    int64_t value = 0;
    if (!absl::SimpleAtoi(text, &value) || value < minimum || value > maximum) {
      return absl::StrCat("must be a number from ", minimum, " to ", maximum);
    }
    *target = static_cast<Integer>(value);
    return {};
  };
}

std::string OrNothing(const std::string& text) { return text.empty() ? "(empty)" : text; }

}  // namespace

// The definitions, and what CLI11 is used for: splitting the command line. Values are checked here, so that all
// problems are reported at once and environment values are checked like flags.
class Flags::Parser {
 public:
  Parser(std::string program, std::string description)
      : program_(std::move(program)), description_(std::move(description)) {}

  void Define(Flag flag) {
    flag.default_text = flag.show();
    flags_.push_back(std::move(flag));
  }
  void Redact(const std::string& name) {
    for (Flag& flag : flags_) flag.is_redacted |= flag.name == name;
  }
  void AddCheck(std::function<std::string()> check) { checks_.push_back(std::move(check)); }

  std::optional<int> Parse(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
    std::map<std::string, std::string> given;
    std::vector<std::string> problems;
    ReadCommandLine(argc, argv, &given, &problems);
    if (given.count("help") != 0) return Show(out, Help());
    if (given.count("help_markdown") != 0) return Show(out, Markdown());
    if (given.count("version") != 0) return Show(out, absl::StrCat(program_, " ", kVersion, "\n"));
    SetValues(given, &problems);
    if (problems.empty()) RunChecks(&problems);
    for (const std::string& problem : problems) err << program_ << ": " << problem << "\n";
    if (!problems.empty()) return 2;
    if (given.count("check_config") != 0) return Show(out, Dump() + "configuration is valid\n");
    return std::nullopt;
  }

  std::string Dump() const {
    std::string text;
    for (const Flag& flag : flags_) {
      const std::string value = flag.show();
      absl::StrAppend(&text, flag.name, " = ",
                      flag.is_redacted ? (value.empty() ? "(not set)" : "(set)") : OrNothing(value), "\n");
    }
    return text;
  }

  std::string Markdown() const {
    std::string text = "| Flag | Environment | Default | Meaning |\n| --- | --- | --- | --- |\n";
    for (const Flag& flag : flags_) {
      absl::StrAppend(&text, "| `--", flag.name, "` | `", EnvironmentName(flag.name), "` | ",
                      flag.default_text.empty() ? "–" : absl::StrCat("`", flag.default_text, "`"), " | ",
                      flag.description, " |\n");
    }
    return text;
  }

 private:
  static int Show(std::ostream& out, const std::string& text) {
    out << text;
    return 0;
  }

  std::string Help() const {
    std::string text =
        absl::StrCat(program_, " ", kVersion, ": ", description_, "\n\nFlags (environment: SCHUTZNETZ_<FLAG>):\n");
    for (const Flag& flag : flags_) {
      absl::StrAppend(&text, "  --", flag.name, flag.is_switch ? "" : absl::StrCat(" <", flag.kind, ">"), "\n      ",
                      flag.description, flag.default_text.empty() ? "" : absl::StrCat(" [", flag.default_text, "]"),
                      "\n");
    }
    return text +
           "  --check_config\n      Validate, print the configuration without secrets, and exit.\n"
           "  --help, --help_markdown, --version\n";
  }

  void ReadCommandLine(int argc, const char* const* argv, std::map<std::string, std::string>* given,
                       std::vector<std::string>* problems) const {
    CLI::App app(description_, program_);
    app.set_help_flag();
    app.allow_extras();
    std::map<std::string, std::string> values;
    std::map<std::string, CLI::Option*> options;
    for (const Flag& flag : flags_) {
      CLI::Option* option = app.add_option("--" + flag.name, values[flag.name]);
      if (flag.is_switch) option->expected(0, 1);
      options[flag.name] = option;
    }
    for (const char* name : {"help", "help_markdown", "version", "check_config"}) {
      options[name] = app.add_flag(std::string("--") + name);
    }
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      problems->push_back(error.what());
    }
    for (const std::string& extra : app.remaining()) problems->push_back(absl::StrCat("unknown argument ", extra));
    for (const auto& [name, option] : options) {
      if (option->count() > 0) (*given)[name] = values[name];
    }
  }

  void SetValues(const std::map<std::string, std::string>& given, std::vector<std::string>* problems) const {
    for (const Flag& flag : flags_) {
      const auto found = given.find(flag.name);
      const char* environment = std::getenv(EnvironmentName(flag.name).c_str());
      if (found == given.end() && environment == nullptr) continue;
      std::string value = found != given.end() ? found->second : std::string(environment);
      if (flag.is_switch && value.empty()) value = "true";
      const std::string fault = flag.set(value);
      if (!fault.empty()) problems->push_back(absl::StrCat("--", flag.name, " ", fault));
    }
  }

  void RunChecks(std::vector<std::string>* problems) const {
    for (const auto& check : checks_) {
      if (std::string fault = check(); !fault.empty()) problems->push_back(std::move(fault));
    }
  }

  const std::string program_;
  const std::string description_;
  std::vector<Flag> flags_;
  std::vector<std::function<std::string()>> checks_;
};

Flags::Flags(std::string program, std::string description)
    : parser_(std::make_unique<Parser>(std::move(program), std::move(description))) {}
Flags::~Flags() = default;

void Flags::Text(const std::string& name, std::string* target, const std::string& description) {
  parser_->Define({name,
                   description,
                   "text",
                   {},
                   [target](const std::string& text) {
                     *target = text;
                     return std::string();
                   },
                   [target] { return *target; }});
}

void Flags::TextList(const std::string& name, std::vector<std::string>* target, const std::string& description) {
  parser_->Define({name,
                   description,
                   "text,text",
                   {},
                   [target](const std::string& text) {
                     *target = text.empty() ? std::vector<std::string>() : CLI::detail::split(text, ',');
                     return std::string();
                   },
                   [target] { return absl::StrJoin(*target, ","); }});
}

void Flags::Number(const std::string& name, int* target, int64_t minimum, int64_t maximum,
                   const std::string& description) {
  parser_->Define({name, description, "number", {}, NumberSetter(target, minimum, maximum), [target] {
                     return absl::StrCat(*target);
                   }});
}

void Flags::Number(const std::string& name, int64_t* target, int64_t minimum, int64_t maximum,
                   const std::string& description) {
  parser_->Define({name, description, "number", {}, NumberSetter(target, minimum, maximum), [target] {
                     return absl::StrCat(*target);
                   }});
}

void Flags::Switch(const std::string& name, bool* target, const std::string& description) {
  parser_->Define({name,
                   description,
                   "true|false",
                   {},
                   [target](const std::string& text) -> std::string {
                     if (text != "true" && text != "false") return "must be true or false";
                     *target = text == "true";
                     return {};
                   },
                   [target] { return *target ? std::string("true") : std::string("false"); },
                   /*is_switch=*/true});
}

void Flags::Milliseconds(const std::string& name, absl::Duration* target, absl::Duration minimum,
                         absl::Duration maximum, const std::string& description) {
  parser_->Define({name,
                   description,
                   "number",
                   {},
                   [=](const std::string& text) {
                     int64_t value = 0;
                     std::string fault = NumberSetter(&value, absl::ToInt64Milliseconds(minimum),
                                                      absl::ToInt64Milliseconds(maximum))(text);
                     if (fault.empty()) *target = absl::Milliseconds(value);
                     return fault;
                   },
                   [target] { return absl::StrCat(absl::ToInt64Milliseconds(*target)); }});
}

void Flags::Choice(const std::string& name, std::string* target, const std::vector<std::string>& values,
                   const std::string& description) {
  parser_->Define({name,
                   description,
                   absl::StrJoin(values, "|"),
                   {},
                   [=](const std::string& text) -> std::string {
                     if (std::find(values.begin(), values.end(), text) == values.end()) {
                       return absl::StrCat("must be one of: ", absl::StrJoin(values, ", "));
                     }
                     *target = text;
                     return {};
                   },
                   [target] { return *target; }});
}

void Flags::SecretFile(const std::string& name, Secret* target, const std::string& description) {
  parser_->Define({name,
                   description,
                   "path",
                   {},
                   [target](const std::string& path) -> std::string {
                     absl::StatusOr<Secret> secret = ReadSecretFile(path);
                     if (!secret.ok()) return std::string(secret.status().message());
                     *target = *std::move(secret);
                     return {};
                   },
                   [target] { return target->empty() ? std::string() : std::string("(set)"); },
                   /*is_switch=*/false,
                   /*is_redacted=*/true});
}

void Flags::Redact(const std::string& name) { parser_->Redact(name); }
void Flags::Check(std::function<std::string()> check) { parser_->AddCheck(std::move(check)); }

std::optional<int> Flags::Parse(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  return parser_->Parse(argc, argv, out, err);
}

std::string Flags::Dump() const { return parser_->Dump(); }
std::string Flags::Markdown() const { return parser_->Markdown(); }

std::string VersionJson(const std::string& program) {
  return absl::StrCat("{\"program\":\"", program, "\",\"version\":\"", kVersion, "\",\"build\":\"", kBuild, "\"}\n");
}

}  // namespace schutznetz::config
