#include "services/events/domain/event_imports.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/events/domain/events_rules.h"

namespace schutznetz::events {
namespace {

constexpr absl::string_view kEventPrefix = "event.";

rpc::RequestRules ShapeOfNewEvent() {
  auto rules = rpc::RequestRules::Compile(v1::CreateEventRequest::descriptor(), "CreateEvent");
  return *std::move(rules);  // the contract is linked in: it cannot be another at run time
}

// An id like a random one, of a keyed digest.
std::string IdOfDigest(const std::string& hex_digest) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr size_t kChars = 26;  // 130 bits
  std::string id = "r";
  for (const char byte : absl::HexStringToBytes(hex_digest).substr(0, kChars)) {
    id.push_back(kAlphabet[static_cast<unsigned char>(byte) % kAlphabet.size()]);
  }
  return id;
}

void Refuse(int64_t line, std::string_view field, std::string_view reason, v1::ImportEventsResponse* response) {
  v1::ImportedRefusal& refusal = *response->add_refusals();
  refusal.set_line(line);
  refusal.set_field(std::string(field));
  refusal.set_reason(std::string(reason));
}

}  // namespace

EventImports::EventImports(const Events& events, const personal::Pepper& pepper)
    : events_(events), pepper_(pepper), shape_(ShapeOfNewEvent()) {}

// The entry as somebody would create it. The id is the same whenever the file comes again.
v1::CreateEventRequest EventImports::CreationOf(ImportedEvent imported, const v1::ImportEventsRequest& request) const {
  v1::CreateEventRequest create;
  create.set_event_id(IdOfDigest(pepper_.OfText("calendar-import/", absl::StrCat(request.land(), "\n", imported.uid))));
  v1::Event& event = *create.mutable_event();
  event = std::move(imported.event);
  event.set_organizer(request.organizer());
  event.set_land(request.land());
  event.set_network(request.network());
  event.set_type(request.type());
  return create;
}

absl::StatusOr<v1::ImportEventsResponse> EventImports::Import(storage::Transaction& tx, const record::Author& author,
                                                              const v1::ImportEventsRequest& request) const {
  ASSIGN_OR_RETURN(CalendarImport file, ReadCalendar(request.body().data()));
  v1::ImportEventsResponse response;
  for (const ImportRefusal& refusal : file.refusals) Refuse(refusal.line, "", refusal.description, &response);
  for (ImportedEvent& imported : file.events) {
    const int line = imported.line;
    if (imported.uid.empty()) {
      Refuse(line, "UID", "Is missing: the entry would not be known again.", &response);
      continue;
    }
    if (response.names_size() == kImportedEventsMax) {
      Refuse(line, "", "Is one more than a file may hold: divide it.", &response);
      continue;
    }
    v1::CreateEventRequest create = CreationOf(std::move(imported), request);
    ASSIGN_OR_RETURN(const std::optional<record::Record> known,
                     record::GetForUpdate(tx, {kEventKind, create.event_id()}));
    if (known) {
      response.set_existing(response.existing() + 1);
      continue;
    }
    absl::Status status = shape_.Enforce(&create);
    absl::StatusOr<record::Presented> made = record::Presented();
    // What breaks a rule is refused before anything of it is written.
    if (status.ok()) made = events_.Create(tx, author, create);
    status.Update(made.status());
    const std::vector<errors::FieldViolation> violations = errors::ViolationsOf(status);
    if (!violations.empty()) {
      Refuse(line, std::string(absl::StripPrefix(violations[0].field, kEventPrefix)), violations[0].description,
             &response);
      continue;
    }
    RETURN_IF_ERROR(status);
    response.add_names(absl::StrCat("events/", create.event_id()));
  }
  std::stable_sort(response.mutable_refusals()->begin(), response.mutable_refusals()->end(),
                   [](const auto& a, const auto& b) { return a.line() < b.line(); });
  return response;
}

}  // namespace schutznetz::events
