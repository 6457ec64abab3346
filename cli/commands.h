#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/http_client.h"
#include "cli/output.h"

namespace schutznetz::cli {

// What every command gets from the command line.
struct Context {
  Connection connection;
  std::string token_file;
  Format format = Format::kTable;
  // Set by the command that was chosen; run after parsing; returns the exit code.
  std::function<int(HttpClient&)> run;
};

// Each adds its commands to the program; one file per group.
void AddDirectoryCommands(CLI::App& app, Context& context);  // reach, search, get
void AddImportCommands(CLI::App& app, Context& context);     // import areas|postcodes|events|publications
void AddEventImport(CLI::App& import, Context& context);
void AddPublicationImport(CLI::App& import, Context& context);
void AddApplyCommand(CLI::App& app, Context& context);         // apply
void AddAuditCommands(CLI::App& app, Context& context);        // audit export|verify|key|actor
void AddIdentityCommands(CLI::App& app, Context& context);     // member, membership, grant, partner, key, revoke
void AddProtectionCommands(CLI::App& app, Context& context);   // protection list|propose|approve|reject
void AddPublicationCommands(CLI::App& app, Context& context);  // publication attach
void AddTokenCommands(CLI::App& app, Context& context);        // token issue|key
void AddStatusCommands(CLI::App& app, Context& context);       // status, version

}  // namespace schutznetz::cli
