// schutznetzctl import areas|postcodes FILE: real areas from official files.
#include <absl/strings/escaping.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

// A piece of the file per call. In base64 it stays below the 64 KiB that a JSON string may have.
constexpr size_t kPieceBytes = 48'000;
constexpr int kImportRetries = 20;

struct ImportOptions {
  std::string file, source;
  bool dry_run = false;
};

std::string JsonText(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out + "\"";
}

// One import on its way through the gateway.
class ImportRun {
 public:
  ImportRun(HttpClient& client, const ImportOptions& options, std::string_view format)
      : client_(client), options_(options), format_(format) {}

  int Run() {
    std::ifstream in(options_.file, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "error: cannot read %s\n", options_.file.c_str());
      return kUsage;
    }
    in.seekg(0, std::ios::end);
    const auto size = static_cast<uint64_t>(in.tellg());
    in.seekg(0);
    if (int exit = Create(); exit != kOk) return exit;
    if (int exit = Send(in, size); exit != kOk) return exit;
    const int refusals = PrintRefusals();
    if (refusals != kOk) return refusals;
    return Apply();
  }

 private:
  // Posts and keeps the answer in import_.
  int Post(const std::string& path, const std::string& body) {
    const Response response = client_.Call("POST", path, {}, body, kImportRetries);
    if (response.status / 100 != 2) return ReportError(response);
    return parser_.parse(response.body).get(import_) == simdjson::SUCCESS ? kOk : kUnavailable;
  }

  int Create() {
    const std::string body = "{\"format\":\"" + format_ + "\",\"source\":" + JsonText(options_.source) + "}";
    if (int exit = Post("/v1/imports?requestId=" + NewRequestId(), body); exit != kOk) return exit;
    name_ = TextAt(import_, {"name"});
    return kOk;
  }

  int Send(std::ifstream& in, uint64_t size) {
    Progress progress("Sending " + options_.file, size);
    std::string piece(kPieceBytes, '\0');
    uint64_t offset = 0;
    do {
      in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      const auto count = static_cast<size_t>(in.gcount());
      const bool last = offset + count >= size;
      const std::string body = "{\"offset\":\"" + std::to_string(offset) + "\",\"data\":\"" +
                               absl::Base64Escape(absl::string_view(piece.data(), count)) +
                               "\",\"last\":" + (last ? "true" : "false") + ",\"requestId\":\"" + NewRequestId() +
                               "\"}";
      if (int exit = Post("/v1/" + name_ + ":append", body); exit != kOk) return exit;
      offset += count;
      progress.At(offset);
    } while (offset < size);
    progress.Done();
    return kOk;
  }

  int PrintRefusals() {
    std::string token;
    do {
      Parameters query{{"pageSize", "500"}};
      if (!token.empty()) query.emplace_back("pageToken", token);
      const Response response = client_.Call("GET", "/v1/" + name_ + "/refusals", query, {}, kImportRetries);
      if (response.status / 100 != 2) return ReportError(response);
      simdjson::dom::parser parser;
      simdjson::dom::element page;
      if (parser.parse(response.body).get(page) != simdjson::SUCCESS) return kUnavailable;
      for (auto refusal : ListAt(page, "refusals")) {
        std::fprintf(stderr, "%s:%s: refused: %s%s%s\n", options_.file.c_str(), TextAt(refusal, {"line"}).c_str(),
                     TextAt(refusal, {"field"}).c_str(), TextAt(refusal, {"field"}).empty() ? "" : ": ",
                     TextAt(refusal, {"reason"}).c_str());
      }
      token = TextAt(page, {"nextPageToken"});
    } while (!token.empty());
    return kOk;
  }

  // A large import is answered before it is written to the end.
  int WaitWhileApplying() {
    while (TextAt(import_, {"state"}) == "APPLYING") {
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
      const Response response = client_.Call("GET", "/v1/" + name_, {}, {}, kImportRetries);
      if (response.status / 100 != 2) return ReportError(response);
      if (parser_.parse(response.body).get(import_) != simdjson::SUCCESS) return kUnavailable;
    }
    return kOk;
  }

  int Apply() {
    const std::string body = std::string("{\"validateOnly\":") + (options_.dry_run ? "true" : "false") +
                             ",\"requestId\":\"" + NewRequestId() + "\"}";
    if (int exit = Post("/v1/" + name_ + ":apply", body); exit != kOk) return exit;
    if (int exit = WaitWhileApplying(); exit != kOk) return exit;
    auto count = [&](std::string_view what) {
      const std::string text = TextAt(import_, {"effect", what});
      return text.empty() ? std::string("0") : text;
    };
    const std::string refused = TextAt(import_, {"refusedCount"});
    std::printf("%s%s: %s new, %s changed, %s unchanged, %s ended, %s lines refused\n",
                options_.dry_run ? "Dry run of " : "", name_.c_str(), count("created").c_str(),
                count("updated").c_str(), count("unchanged").c_str(), count("ended").c_str(),
                refused.empty() ? "0" : refused.c_str());
    return kOk;
  }

  HttpClient& client_;
  const ImportOptions& options_;
  std::string format_, name_;
  simdjson::dom::parser parser_;
  simdjson::dom::element import_;
};

void AddFormat(CLI::App* import, Context& context, const char* name, const char* format, const char* source,
               const char* help) {
  auto options = std::make_shared<ImportOptions>();
  auto* command = import->add_subcommand(name, help);
  command->add_option("file", options->file, "the file")->required();
  command->add_option("--source", options->source, "where the file comes from, with its licence line")
      ->default_val(source);
  command->add_flag("--dry_run", options->dry_run, "check and count, change nothing");
  command->callback([&context, options, format = std::string(format)] {
    context.run = [options, format](HttpClient& client) { return ImportRun(client, *options, format).Run(); };
  });
}

}  // namespace

void AddImportCommands(CLI::App& app, Context& context) {
  auto* import = app.add_subcommand("import", "Import areas, postcodes and publications");
  import->require_subcommand(1);
  AddFormat(import, context, "areas", "GV100AD", "Gemeindeverzeichnis GV100AD, Statistisches Bundesamt (Destatis)",
            "Länder, Kreise and Gemeinden from a GV100AD file");
  AddFormat(import, context, "postcodes", "GEONAMES_POSTCODES", "GeoNames, CC BY 4.0",
            "postcodes from a GeoNames file");
  AddEventImport(*import, context);
  AddPublicationImport(*import, context);
}

}  // namespace schutznetz::cli
