// schutznetzctl import publications FILE: answers of OAI-PMH repositories, or CSV, in pieces that the server takes.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "cli/commands.h"

namespace schutznetz::cli {
namespace {

constexpr size_t kPieceMax = 500'000;  // the server takes 512 KiB
constexpr int kPieceRecords = 400;     // and 500 records
constexpr int kPieceRetries = 20;

struct PublicationOptions {
  std::string file, land, source;
  bool dry_run = false;
};

struct Piece {
  std::string text;
  int64_t first_line = 0;  // of the file; 0: it is the beginning
};

// Where the record that begins at `at` ends: behind the next end of line that is not inside of quotes.
size_t EndOfRecord(const std::string& text, size_t at) {
  bool quoted = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '\n' && !quoted) return at + 1;
  }
  return text.size();
}

// Whole records, each piece under the heading of the file.
std::vector<Piece> SplitCsv(const std::string& text) {
  const size_t heading_end = EndOfRecord(text, 0);
  const std::string heading = text.substr(0, heading_end);
  int64_t line = 1 + std::count(heading.begin(), heading.end(), '\n');
  std::vector<Piece> pieces;
  int records = kPieceRecords;
  for (size_t at = heading_end; at < text.size();) {
    const size_t end = EndOfRecord(text, at);
    if (records == kPieceRecords || pieces.back().text.size() + (end - at) > kPieceMax) {
      pieces.push_back({heading, line});
      records = 0;
    }
    pieces.back().text.append(text, at, end - at);
    line += std::count(text.begin() + static_cast<std::ptrdiff_t>(at), text.begin() + static_cast<std::ptrdiff_t>(end),
                       '\n');
    ++records;
    at = end;
  }
  if (pieces.empty()) pieces.push_back({heading, 0});
  return pieces;
}

class PublicationRun {
 public:
  PublicationRun(HttpClient& client, const PublicationOptions& options) : client_(client), options_(options) {}

  int Run() {
    std::ifstream in(options_.file, std::ios::binary);
    if (!in) {
      std::fprintf(stderr, "error: cannot read %s\n", options_.file.c_str());
      return kUsage;
    }
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const bool csv = options_.file.ends_with(".csv");
    const std::vector<Piece> pieces = csv ? SplitCsv(text) : std::vector<Piece>{{text, 0}};
    Progress progress("Importing " + options_.file, pieces.size());
    for (size_t i = 0; i < pieces.size(); ++i) {
      progress.At(i);
      if (const int exit = Send(pieces[i], csv ? "text/csv" : "text/xml"); exit != kOk) return exit;
    }
    progress.Done();
    std::printf("%s%ld new, %ld changed, %ld unchanged, %ld deleted, %ld refused\n",
                options_.dry_run ? "Dry run: " : "", created_, updated_, unchanged_, deleted_, refused_);
    if (!resumption_token_.empty()) {
      std::printf("The repository has more: its resumption token is %s\n", resumption_token_.c_str());
    }
    return refused_ > 0 ? kRefused : kOk;
  }

 private:
  int Send(const Piece& piece, std::string_view type) {
    Parameters query{{"requestId", NewRequestId()}};
    if (!options_.land.empty()) query.emplace_back("land", options_.land);
    if (type == "text/csv") query.emplace_back("source", options_.source);
    if (piece.first_line > 0) query.emplace_back("firstLine", std::to_string(piece.first_line));
    if (options_.dry_run) query.emplace_back("validateOnly", "true");
    const Response response = client_.Call("POST", "/v1/publications:import", query, piece.text, kPieceRetries, type);
    if (response.status / 100 != 2) return ReportError(response);
    simdjson::dom::parser parser;
    simdjson::dom::element result;
    if (parser.parse(response.body).get(result) != simdjson::SUCCESS) return kUnavailable;
    Count(result);
    return kOk;
  }

  void Count(simdjson::dom::element result) {
    const auto number = [&](std::string_view name) { return std::atol(TextAt(result, {name}).c_str()); };
    created_ += number("created");
    updated_ += number("updated");
    unchanged_ += number("unchanged");
    deleted_ += number("deleted");
    resumption_token_ = TextAt(result, {"resumptionToken"});
    for (auto refusal : ListAt(result, "refusals")) {
      ++refused_;
      const std::string field = TextAt(refusal, {"field"});
      std::fprintf(stderr, "%s:%s: refused: %s%s%s\n", options_.file.c_str(), TextAt(refusal, {"line"}).c_str(),
                   field.c_str(), field.empty() ? "" : ": ", TextAt(refusal, {"reason"}).c_str());
    }
  }

  HttpClient& client_;
  const PublicationOptions& options_;
  long created_ = 0, updated_ = 0, unchanged_ = 0, deleted_ = 0, refused_ = 0;
  std::string resumption_token_;
};

}  // namespace

void AddPublicationImport(CLI::App& import, Context& context) {
  auto options = std::make_shared<PublicationOptions>();
  auto* command =
      import.add_subcommand("publications", "publications from an OAI-PMH answer (XML), or from a .csv file");
  command->add_option("file", options->file, "the file")->required();
  command->add_option("--land", options->land, "whose editors keep what is new: lands/DE-NW; absent: nationwide");
  command->add_option("--source", options->source, "CSV: whose identifiers these are, for example example.org");
  command->add_flag("--dry_run", options->dry_run, "check and count, change nothing");
  command->callback([&context, options] {
    context.run = [options](HttpClient& client) { return PublicationRun(client, *options).Run(); };
  });
}

}  // namespace schutznetz::cli
