#include "services/events/domain/certificates.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/record/rights.h"
#include "services/events/domain/berlin_dates.h"
#include "services/events/domain/certificate_code.h"
#include "services/events/domain/certificate_document.h"

namespace schutznetz::events {
namespace {

constexpr int kIssuesMax = 50;

absl::Status NoCertificate(std::string_view state, std::string_view sentence) {
  return errors::WrongState(state, sentence);
}

bool IsOver(const v1::Event& event, absl::Time now) {
  return event.self_paced() || !event.has_end_time() || absl::FromUnixSeconds(event.end_time().seconds()) <= now;
}

absl::Status CheckEarned(const CertificateBasis& basis, absl::Time now) {
  const v1::Event& event = basis.event;
  if (!event.has_certificate()) return NoCertificate("NO_CERTIFICATE", "This event gives no certificates.");
  if (event.state() == v1::Event::CANCELLED) return NoCertificate("CANCELLED", "The event was called off.");
  if (!IsOver(event, now)) return NoCertificate("NOT_OVER", "Certificates are issued when the event is over.");
  if (!basis.attended) return NoCertificate("NOT_ATTENDED", "Attendance must be recorded first.");
  if (basis.attended_percent < event.certificate().attendance_percent()) {
    return NoCertificate("ATTENDANCE_TOO_LOW", absl::StrCat("At least ", event.certificate().attendance_percent(),
                                                            " percent of the sessions must have been attended."));
  }
  return absl::OkStatus();
}

record::RecordKey RegistrationKey(std::string_view registration) { return {"registration", std::string(registration)}; }

// Editors of its Land, and coordinators of the network that arranged it.
bool MayArrange(const access::Caller& caller, const v1::StoredCertificate& stored) {
  record::RecordScope scope;
  if (!stored.land().empty()) scope.lands.push_back(stored.land());
  if (!stored.network().empty()) scope.networks.push_back(stored.network());
  scope.coordinators_edit = true;
  return record::MayEdit(caller, scope);
}

v1::StoredCertificate Describe(const CertificateBasis& basis, const CertificateCode& code, absl::Time now) {
  const v1::Event& event = basis.event;
  v1::StoredCertificate stored;
  v1::Certificate& shown = *stored.mutable_shown();
  shown.set_number(code.number);
  shown.set_state(v1::Certificate::VALID);
  shown.set_event_title(event.display_name());
  if (event.has_start_time() && !event.self_paced()) {
    shown.set_start_date(DateOf(absl::FromUnixSeconds(event.start_time().seconds())));
    shown.set_end_date(DateOf(absl::FromUnixSeconds(event.end_time().seconds())));
  }
  shown.set_teaching_units(event.certificate().teaching_units());
  const absl::CivilDay today = absl::ToCivilDay(now, Berlin());
  shown.set_issue_date(DateText(today));
  shown.set_expire_date(DateText(absl::CivilDay(today.year() + kCertificateYears, today.month(), today.day())));
  *stored.mutable_content() = event.certificate().content();
  stored.set_organizer(event.organizer());
  stored.set_event(event.name());
  stored.set_land(event.land());
  stored.set_network(event.network());
  stored.set_registration(std::string(basis.registration));
  return stored;
}

v1::Certificate Shown(const v1::StoredCertificate& stored, std::string_view code) {
  v1::Certificate shown = stored.shown();
  shown.set_name(absl::StrCat("certificates/", std::string(code)));
  return shown;
}

}  // namespace

absl::StatusOr<Certificates::Kept> Certificates::Latest(storage::ReadTransaction& tx,
                                                        std::string_view registration) const {
  ASSIGN_OR_RETURN(const std::vector<record::RecordKey> keys,
                   record::Referrers(tx, RegistrationKey(registration), kCertificateKind, "registration", kIssuesMax));
  Kept latest;
  latest.stored.set_issue(-1);
  for (const record::RecordKey& key : keys) {
    ASSIGN_OR_RETURN(std::optional<record::Record> row, record::Get(tx, key));
    Kept kept;
    if (!row.has_value()) continue;
    if (!kept.stored.ParseFromString(row->body)) return absl::DataLossError("a stored certificate cannot be read");
    kept.row = *std::move(row);
    if (kept.stored.issue() > latest.stored.issue()) latest = std::move(kept);
  }
  return latest;
}

absl::StatusOr<v1::Certificate> Certificates::Issue(storage::Transaction& tx, const record::Author& author,
                                                    const CertificateBasis& basis) const {
  RETURN_IF_ERROR(CheckEarned(basis, tx.now()));
  ASSIGN_OR_RETURN(Kept latest, Latest(tx, basis.registration));
  const int issue = latest.stored.issue();
  if (issue < 0) return Add(tx, author, basis, 0);
  if (issue + 1 >= kIssuesMax) return NoCertificate("TOO_MANY", "Too many certificates were issued.");

  const std::string code = CodeOf(pepper_, basis.registration, issue).code;
  const v1::Certificate& shown = latest.stored.shown();
  if (shown.state() == v1::Certificate::REVOKED && shown.revocation() != v1::Certificate::REPLACED &&
      !MayArrange(author.caller, latest.stored)) {
    return NoCertificate("REVOKED", "The certificate was taken back; those who arranged the event can issue another.");
  }
  if (shown.state() == v1::Certificate::VALID) {
    if (latest.stored.holder_digest() == HolderDigest(pepper_, code, basis.holder)) {
      return Shown(latest.stored, code);
    }
    RETURN_IF_ERROR(TakeBack(tx, author, &latest, v1::Certificate::REPLACED));
  }
  return Add(tx, author, basis, issue + 1);
}

absl::StatusOr<v1::Certificate> Certificates::Add(storage::Transaction& tx, const record::Author& author,
                                                  const CertificateBasis& basis, int issue) const {
  const CertificateCode code = CodeOf(pepper_, basis.registration, issue);
  Kept kept;
  kept.stored = Describe(basis, code, tx.now());
  kept.stored.set_issue(issue);
  kept.stored.set_holder_digest(HolderDigest(pepper_, code.code, basis.holder));
  kept.row.key = {kCertificateKind, IdOfCode(pepper_, code.code)};
  kept.row.body = kept.stored.SerializeAsString();
  kept.row.create_us = kept.row.update_us = kept.row.public_update_us = absl::ToUnixMicros(tx.now());
  ASSIGN_OR_RETURN(const bool inserted, record::Insert(tx, kept.row));
  // The twin of this call was faster and answers the same.
  if (!inserted) return Shown(kept.stored, code.code);
  RETURN_IF_ERROR(record::AddReferences(tx, kept.row.key, {{{"registration", RegistrationKey(basis.registration)}}}));
  tx.AppendChange({.kind = kCertificateKind,
                   .name = absl::StrCat("certificates/", kept.row.key.id),
                   .operation = storage::ChangeOperation::kCreated,
                   .trace_id = std::string(author.trace_id)});
  return Shown(kept.stored, code.code);
}

absl::Status Certificates::Save(storage::Transaction& tx, std::string_view trace_id, Kept* kept) const {
  kept->row.body = kept->stored.SerializeAsString();
  kept->row.update_us = std::max(absl::ToUnixMicros(tx.now()), kept->row.update_us);
  kept->row.public_update_us = kept->row.update_us;
  RETURN_IF_ERROR(record::Update(tx, kept->row));
  tx.AppendChange({.kind = kCertificateKind,
                   .name = absl::StrCat("certificates/", kept->row.key.id),
                   .operation = storage::ChangeOperation::kUpdated,
                   .trace_id = std::string(trace_id)});
  return absl::OkStatus();
}

absl::Status Certificates::TakeBack(storage::Transaction& tx, const record::Author& author, Kept* kept,
                                    v1::Certificate::Revocation why) const {
  v1::Certificate& shown = *kept->stored.mutable_shown();
  shown.set_state(v1::Certificate::REVOKED);
  shown.set_revocation(why);
  shown.set_revoke_date(DateOf(tx.now()));
  return Save(tx, author.trace_id, kept);
}

absl::StatusOr<Certificates::Kept> Certificates::Find(storage::ReadTransaction& tx, std::string_view name,
                                                      absl::Time now) const {
  const std::optional<std::string> code = ReadCode(name);
  if (!code.has_value()) return errors::NotFound(name);
  ASSIGN_OR_RETURN(std::optional<record::Record> row, record::Get(tx, {kCertificateKind, IdOfCode(pepper_, *code)}));
  if (!row.has_value() || row->deleted()) return errors::NotFound(name);
  Kept kept;
  if (!kept.stored.ParseFromString(row->body)) return absl::DataLossError("a stored certificate cannot be read");
  if (kept.stored.shown().expire_date() < DateOf(now)) return errors::NotFound(name);
  kept.row = *std::move(row);
  kept.stored.mutable_shown()->set_name(absl::StrCat("certificates/", *code));
  return kept;
}

absl::StatusOr<v1::Certificate> Certificates::Get(storage::ReadTransaction& tx, std::string_view name,
                                                  absl::Time now) const {
  ASSIGN_OR_RETURN(const Kept kept, Find(tx, name, now));
  return kept.stored.shown();
}

absl::StatusOr<v1::CheckCertificateHolderResponse> Certificates::CheckHolder(
    storage::ReadTransaction& tx, const v1::CheckCertificateHolderRequest& request, absl::Time now) const {
  ASSIGN_OR_RETURN(const Kept kept, Find(tx, request.name(), now));
  v1::CheckCertificateHolderResponse response;
  *response.mutable_certificate() = kept.stored.shown();
  response.set_holder_matches(kept.stored.holder_digest() ==
                              HolderDigest(pepper_, *ReadCode(request.name()), request.holder()));
  return response;
}

absl::StatusOr<document::Document> Certificates::Render(storage::ReadTransaction& tx,
                                                        const v1::RenderCertificateRequest& request,
                                                        std::string_view check_url, absl::Time now) const {
  ASSIGN_OR_RETURN(const Kept kept, Find(tx, request.name(), now));
  const std::string code = *ReadCode(request.name());
  if (kept.stored.holder_digest() != HolderDigest(pepper_, code, request.holder())) {
    return errors::NotFound(request.name());
  }
  if (kept.stored.shown().state() != v1::Certificate::VALID) {
    return NoCertificate("REVOKED", "The certificate was taken back.");
  }
  return CertificateDocument(kept.stored, {code, request.holder(), check_url});
}

absl::StatusOr<v1::Certificate> Certificates::Revoke(storage::Transaction& tx, const record::Author& author,
                                                     const v1::RevokeCertificateRequest& request) const {
  ASSIGN_OR_RETURN(Kept kept, Find(tx, request.name(), tx.now()));
  if (!MayArrange(author.caller, kept.stored)) return errors::AccessDenied();
  // Read again under its lock: somebody else may have taken it back meanwhile.
  ASSIGN_OR_RETURN(const std::optional<record::Record> row, record::GetForUpdate(tx, kept.row.key));
  if (!row.has_value()) return errors::NotFound(request.name());
  kept.row = *row;
  const std::string name = kept.stored.shown().name();
  if (!kept.stored.ParseFromString(row->body)) return absl::DataLossError("a stored certificate cannot be read");
  if (kept.stored.shown().state() != v1::Certificate::REVOKED) {
    RETURN_IF_ERROR(TakeBack(tx, author, &kept, request.revocation()));
  }
  kept.stored.mutable_shown()->set_name(name);
  return kept.stored.shown();
}

absl::StatusOr<std::optional<v1::Certificate>> Certificates::Of(storage::ReadTransaction& tx,
                                                                std::string_view registration) const {
  ASSIGN_OR_RETURN(const Kept latest, Latest(tx, registration));
  const int issue = latest.stored.issue();
  if (issue < 0) return std::nullopt;
  return std::optional<v1::Certificate>(Shown(latest.stored, CodeOf(pepper_, registration, issue).code));
}

absl::Status Certificates::OnChanged(storage::Transaction& tx, const record::Author& author, const v1::Event& event,
                                     const v1::Registration& registration) const {
  // Before the end there is none, and most changes are made then.
  if (!event.has_certificate() || !IsOver(event, tx.now())) return absl::OkStatus();
  const CertificateBasis basis = {event, registration.name(), "", registration.state() == v1::Registration::ATTENDED,
                                  registration.attended_percent()};
  if (CheckEarned(basis, tx.now()).ok()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Kept latest, Latest(tx, registration.name()));
  if (latest.stored.issue() < 0 || latest.stored.shown().state() != v1::Certificate::VALID) return absl::OkStatus();
  return TakeBack(tx, author, &latest, v1::Certificate::ATTENDANCE_CORRECTED);
}

absl::Status Certificates::OnErased(storage::Transaction& tx, std::string_view registration) const {
  ASSIGN_OR_RETURN(const std::vector<record::RecordKey> keys,
                   record::Referrers(tx, RegistrationKey(registration), kCertificateKind, "registration", kIssuesMax));
  for (const record::RecordKey& key : keys) {
    ASSIGN_OR_RETURN(std::optional<record::Record> row, record::GetForUpdate(tx, key));
    if (!row.has_value()) continue;
    Kept kept;
    if (!kept.stored.ParseFromString(row->body)) return absl::DataLossError("a stored certificate cannot be read");
    kept.row = *std::move(row);
    kept.stored.clear_registration();
    kept.row.body = kept.stored.SerializeAsString();
    RETURN_IF_ERROR(record::Update(tx, kept.row));
    RETURN_IF_ERROR(record::PutReferences(tx, key, {}));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> Certificates::EmptyExpired(storage::Transaction& tx, int count_max, std::string* after_id) const {
  const std::string today = DateOf(tx.now());
  std::vector<record::Record> expired;
  std::string last;
  ASSIGN_OR_RETURN(const int seen,
                   record::Scan(tx, kCertificateKind, *after_id, count_max, [&](const record::Record& row) {
                     last = row.key.id;
                     v1::StoredCertificate stored;
                     if (!row.deleted() && stored.ParseFromString(row.body) && stored.shown().expire_date() < today) {
                       expired.push_back(row);
                     }
                     return absl::OkStatus();
                   }));
  *after_id = seen < count_max ? "" : last;
  for (record::Record& row : expired) {
    row.body.clear();
    row.delete_us = row.update_us = row.public_update_us = absl::ToUnixMicros(tx.now());
    RETURN_IF_ERROR(record::Update(tx, row));
    RETURN_IF_ERROR(record::PutReferences(tx, row.key, {}));
    tx.AppendChange({.kind = kCertificateKind,
                     .name = absl::StrCat("certificates/", row.key.id),
                     .operation = storage::ChangeOperation::kDeleted,
                     .trace_id = ""});
  }
  return static_cast<int>(expired.size());
}

}  // namespace schutznetz::events
