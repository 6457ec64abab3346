#include "services/events/domain/seats_history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "schutznetz/events/v1/event.pb.h"
#include "services/events/domain/seats.h"

namespace schutznetz::events {
namespace {

using v1::Registration;

// What a trigger writes; NEW and OLD as the engines have them.
struct Recorded {
  const char* name;
  const char* when;  // "AFTER INSERT ON registration"
  const char* condition;
  const char* values;
};

constexpr char kColumns[] = "INSERT INTO history (what, id, text, old_state, state, number, body) VALUES ";
constexpr Recorded kRecorded[] = {
    {"history_new", "AFTER INSERT ON registration", "",
     "('registration', NEW.id, NEW.person, 0, NEW.state, NEW.number, NULL)"},
    {"history_change", "AFTER UPDATE ON registration", "",
     "('registration', NEW.id, NEW.person, OLD.state, NEW.state, NEW.number, NULL)"},
    {"history_seats", "AFTER UPDATE ON seats", "",
     "('seats', NEW.event, NEW.counts, 0, NEW.waiting, NEW.next_number, NULL)"},
    {"history_event", "AFTER UPDATE ON record", "WHEN (NEW.kind = 'event')",
     "('event', NEW.id, '', 0, 0, 0, NEW.body)"},
};

std::vector<std::string> SqliteTexts() {
  std::vector<std::string> texts = {
      "CREATE TABLE history (seq INTEGER PRIMARY KEY, tx BIGINT NOT NULL DEFAULT 0, what TEXT, id TEXT, text TEXT, "
      "old_state BIGINT, state BIGINT, number BIGINT, body BLOB)"};
  for (const Recorded& recorded : kRecorded) {
    texts.push_back(std::string("CREATE TRIGGER ") + recorded.name + " " + recorded.when + " FOR EACH ROW " +
                    recorded.condition + " BEGIN " + kColumns + recorded.values + "; END");
  }
  return texts;
}

std::vector<std::string> PostgresTexts() {
  std::vector<std::string> texts = {
      "CREATE TABLE history (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tx BIGINT NOT NULL DEFAULT "
      "txid_current(), what TEXT, id TEXT, text TEXT, old_state BIGINT, state BIGINT, number BIGINT, body BYTEA)"};
  for (const Recorded& recorded : kRecorded) {
    const std::string name = recorded.name;
    texts.push_back("CREATE FUNCTION " + name + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + kColumns +
                    recorded.values + "; RETURN NEW; END $$");
    texts.push_back("CREATE TRIGGER " + name + " " + recorded.when + " FOR EACH ROW " + recorded.condition +
                    " EXECUTE FUNCTION " + name + "()");
  }
  return texts;
}

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "history: " << status << "\n";
  std::abort();
}

}  // namespace

void RecordHistory(storage::Database& database) {
  const bool sqlite = database.engine() == storage::Engine::kSqlite;
  for (const std::string& text : sqlite ? SqliteTexts() : PostgresTexts()) {
    Must(database
             .WriteAndWait(
                 [&](storage::Transaction& tx) { return tx.Execute(storage::Sql::Uncached(text), {}).status(); })
             .status());
  }
}

std::vector<std::vector<HistoryRow>> ReadHistory(storage::Database& database) {
  std::vector<HistoryRow> rows;
  int64_t after = 0;
  for (bool more = true; more;) {
    const size_t before = rows.size();
    Must(database.Read([&](storage::ReadTransaction& tx) {
      return tx.Query(
          "SELECT seq, tx, what, id, text, old_state, state, number, body FROM history WHERE seq > ?1 ORDER BY seq "
          "LIMIT 1000",
          {after}, [&](const storage::Row& row) {
            rows.push_back({row.Int(0), row.Int(1), std::string(row.Text(2)), std::string(row.Text(3)),
                            std::string(row.Text(4)), row.Int(5), row.Int(6), row.Int(7), std::string(row.Blob(8))});
            return absl::OkStatus();
          });
    }));
    more = rows.size() > before;
    if (more) after = rows.back().seq;
  }
  // A transaction ends with the row of its places, which it writes under their lock: that is its instant. Rows that it
  // wrote before it had the lock (the event's) may stand among those of others.
  std::map<int64_t, std::vector<HistoryRow>> open;
  std::vector<std::vector<HistoryRow>> transactions;
  for (HistoryRow& row : rows) {
    std::vector<HistoryRow>& mine = open[row.tx];
    const bool last = row.what == "seats";
    mine.push_back(std::move(row));
    if (!last) continue;
    transactions.push_back(std::move(mine));
    mine.clear();
  }
  return transactions;
}

Registration::State SeatsModel::StateOf(const std::string& id) const {
  const auto found = registrations_.find(id);
  return found == registrations_.end() ? Registration::STATE_UNSPECIFIED : found->second.state;
}

void SeatsModel::Apply(const std::vector<HistoryRow>& transaction) {
  if (transaction.back().id != event_) return;
  // What the event allows holds for the whole transaction that changes it.
  for (const HistoryRow& row : transaction) {
    v1::Event event;
    if (row.what != "event" || !event.ParseFromString(row.body)) continue;
    capacities_ += capacity_ == event.admission().capacity() ? 0 : 1;
    capacity_ = event.admission().capacity();
  }
  for (const HistoryRow& row : transaction) {
    if (row.what == "registration") ApplyRegistration(row);
    if (row.what == "seats") ApplySeats(row);
  }
}

void SeatsModel::ApplyRegistration(const HistoryRow& row) {
  const auto state = static_cast<Registration::State>(row.state);
  const auto old_state = static_cast<Registration::State>(row.old_state);
  EXPECT_EQ(StateOf(row.id), old_state) << row.seq;
  if (old_state == Registration::STATE_UNSPECIFIED) {
    ++made_for_[row.text];
    if (state == Registration::CONFIRMED) EXPECT_TRUE(waiting_.empty()) << "passed the list at " << row.seq;
  }
  if (state == Registration::OFFERED && old_state != state) {
    ++offers_;
    EXPECT_EQ(old_state, Registration::WAITLISTED) << row.seq;
    EXPECT_TRUE(!waiting_.empty() && *waiting_.begin() == row.number) << "not the first of the list at " << row.seq;
  }
  if (old_state == Registration::WAITLISTED) waiting_.erase(registrations_[row.id].number);
  if (state == Registration::WAITLISTED) waiting_.insert(row.number);
  taken_ += (HoldsPlace(state) ? 1 : 0) - (HoldsPlace(old_state) ? 1 : 0);
  active_[row.text] += (IsActive(state) ? 1 : 0) - (IsActive(old_state) ? 1 : 0);
  EXPECT_LE(active_[row.text], 1) << "two active registrations of one person at " << row.seq;
  registrations_[row.id] = {state, row.number, row.text};
}

void SeatsModel::ApplySeats(const HistoryRow& row) {
  const auto counts = SeatCounts::Parse(row.text);
  ASSERT_TRUE(counts.ok()) << row.text;
  EXPECT_EQ(counts->taken(), taken_) << row.seq;
  EXPECT_EQ(row.state, static_cast<int64_t>(waiting_.size())) << row.seq;
  EXPECT_LE(taken_, capacity_) << "over capacity at " << row.seq;
  most_taken_ = std::max(most_taken_, taken_);
}

}  // namespace schutznetz::events
