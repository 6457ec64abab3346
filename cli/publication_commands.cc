// schutznetzctl publication attach NAME FILE: keeps a PDF document and names it in a publication.
#include <absl/strings/escaping.h>
#include <openssl/evp.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "cli/commands.h"
#include "cli/json_text.h"

namespace schutznetz::cli {
namespace {

// In base64 a part stays below the 64 KiB that a JSON string may have; as bytes it is above the 32 KiB of a part.
constexpr size_t kPartBytes = 48'000;
constexpr int kPartRetries = 20;

struct AttachOptions {
  std::string publication, file, language, land;
};

std::string HexSha256(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

class Attaching {
 public:
  Attaching(HttpClient& client, const AttachOptions& options) : client_(client), options_(options) {}

  int Run() {
    std::ifstream in(options_.file, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "error: cannot read %s\n", options_.file.c_str());
      return kUsage;
    }
    content_ = {std::istreambuf_iterator<char>(in), {}};
    if (const int exit = Announce(); exit != kOk) return exit;
    if (const int exit = Send(); exit != kOk) return exit;
    if (const int exit = Name(); exit != kOk) return exit;
    std::printf("%s has %s\n", options_.publication.c_str(), name_.c_str());
    return kOk;
  }

 private:
  // Calls and keeps the answer in answer_.
  int Call(std::string_view method, const std::string& path, const Parameters& query, const std::string& body) {
    const Response response = client_.Call(method, path, query, body, kPartRetries);
    if (response.status / 100 != 2) return ReportError(response);
    return parser_.parse(response.body).get(answer_) == simdjson::SUCCESS ? kOk : kUnavailable;
  }

  int Announce() {
    const std::string file_name = options_.file.substr(options_.file.rfind('/') + 1);
    Json body;
    body.Text("fileName", file_name).Text("sizeBytes", std::to_string(content_.size()));
    body.Text("sha256", HexSha256(content_)).Text("languageCode", options_.language).Text("land", options_.land);
    if (const int exit = Call("POST", "/v1/publicationFiles", {{"requestId", NewRequestId()}}, body.Take());
        exit != kOk) {
      return exit;
    }
    name_ = TextAt(answer_, {"name"});
    return kOk;
  }

  int Send() {
    Progress progress("Sending " + options_.file, content_.size());
    for (size_t offset = 0; offset < content_.size(); offset += kPartBytes) {
      const std::string part = content_.substr(offset, kPartBytes);
      Json body;
      body.Text("offset", std::to_string(offset)).Text("data", absl::Base64Escape(part));
      if (const int exit = Call("POST", "/v1/" + name_ + ":append", {}, body.Take()); exit != kOk) return exit;
      progress.At(offset + part.size());
    }
    progress.Done();
    return kOk;
  }

  // Adds the file to those that the publication names.
  int Name() {
    if (const int exit = Call("GET", "/v1/" + options_.publication, {}, ""); exit != kOk) return exit;
    std::vector<std::string> files;
    for (auto file : ListAt(answer_, "files")) {
      std::string_view name;
      if (file.get(name) == simdjson::SUCCESS) files.emplace_back(name);
    }
    files.push_back(name_);
    const std::string body = Json().Texts("files", files, "").Text("etag", TextAt(answer_, {"etag"})).Take();
    return Call("PATCH", "/v1/" + options_.publication, {{"updateMask", "files"}, {"requestId", NewRequestId()}}, body);
  }

  HttpClient& client_;
  const AttachOptions& options_;
  std::string content_, name_;
  simdjson::dom::parser parser_;
  simdjson::dom::element answer_;
};

}  // namespace

void AddPublicationCommands(CLI::App& app, Context& context) {
  auto* publication = app.add_subcommand("publication", "Files of publications");
  publication->require_subcommand(1);
  auto options = std::make_shared<AttachOptions>();
  auto* attach = publication->add_subcommand("attach", "Keep a PDF document and name it in a publication");
  attach->add_option("publication", options->publication, "publications/…")->required();
  attach->add_option("file", options->file, "the document, at most 3 MB")->required();
  attach->add_option("--language", options->language, "its language: de");
  attach->add_option("--land", options->land, "whose editors keep it: lands/DE-NW; absent: nationwide");
  attach->callback([&context, options] {
    context.run = [options](HttpClient& client) { return Attaching(client, *options).Run(); };
  });
}

}  // namespace schutznetz::cli
