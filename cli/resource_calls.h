// What commands about resources have in common: calls, lists as tables, and how a command is put together.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/json_text.h"

namespace schutznetz::cli {

inline constexpr int kRetries = 5;

// Calls once and hands the parsed answer to `print`; JSON as it came with -o json. Returns the exit code, as all below.
int Do(HttpClient& client, const Context& context, std::string_view http_method, const std::string& path,
       const Parameters& query, const std::string& body, const std::function<void(simdjson::dom::element)>& print);

// "members/r7c0f ACTIVE", for people and for scripts that read the first word.
void PrintNameAndState(simdjson::dom::element record);

// A custom method of a resource; all parameters stand in the body.
int Act(HttpClient& client, const Context& context, const std::string& name, const std::string& verb, Json body = {});

// The same for methods that want the etag of what was read.
int ActOnCurrent(HttpClient& client, const Context& context, const std::string& name, const std::string& verb);

// Every page of a list as one table. Columns: title and member.
int List(HttpClient& client, const Context& context, const std::string& path, Parameters query, std::string_view list,
         const std::vector<std::pair<std::string, std::string>>& columns);

// A command below `parent`; `run` gets what the command line said.
template <typename Options>
CLI::App* Add(CLI::App* parent, Context& context, const std::shared_ptr<Options>& options, const char* name,
              const char* help, std::type_identity_t<std::function<int(HttpClient&, const Options&)>> run) {
  CLI::App* command = parent->add_subcommand(name, help);
  command->callback([&context, options, run = std::move(run)] {
    context.run = [options, run](HttpClient& client) { return run(client, *options); };
  });
  return command;
}

// A command that has commands.
CLI::App* AddGroup(CLI::App& app, const char* name, const char* help);

}  // namespace schutznetz::cli
