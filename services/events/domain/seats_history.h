// Everything that ever happened to the places of events, written down by the database itself, and a model that checks
// it.
//
// Triggers on the server's own tables add a row per change to a table of the test's, in the transaction of the change.
// Read afterwards, transaction by transaction in the order in which they held the lock, the history must be one that
// the rules allow at every instant, whatever was killed meanwhile.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "schutznetz/events/v1/registration.pb.h"
#include "services/common/storage/database.h"

namespace schutznetz::events {

// One change.
struct HistoryRow {
  int64_t seq = 0;
  int64_t tx = 0;    // of PostgreSQL; 0 on SQLite, where transactions come one after the other
  std::string what;  // "registration", "seats", "event"
  std::string id;    // of the registration, or of the event
  std::string text;  // the person; the counts
  int64_t old_state = 0;
  int64_t state = 0;  // of "seats": how many wait
  int64_t number = 0;
  std::string body;  // of "event"
};

// Makes table and triggers. Ends the test program when that fails.
void RecordHistory(storage::Database& database);
// In the order in which the transactions held the lock of the places.
std::vector<std::vector<HistoryRow>> ReadHistory(storage::Database& database);

// One event with a list in strict order.
class SeatsModel {
 public:
  // `event`: id. Calls of Apply in order; what is wrong is a failure of the running test.
  SeatsModel(std::string event, int capacity) : event_(std::move(event)), capacity_(capacity) {}
  void Apply(const std::vector<HistoryRow>& transaction);

  int64_t most_taken() const { return most_taken_; }
  int64_t offers() const { return offers_; }
  int64_t capacities() const { return capacities_; }
  // How many registrations were ever made for a person.
  const std::map<std::string, int>& made_for() const { return made_for_; }
  v1::Registration::State StateOf(const std::string& id) const;

 private:
  struct Known {
    v1::Registration::State state;
    int64_t number;
    std::string person;
  };
  void ApplyRegistration(const HistoryRow& row);
  void ApplySeats(const HistoryRow& row);

  const std::string event_;
  int64_t capacity_;
  std::map<std::string, Known> registrations_;
  std::set<int64_t> waiting_;          // numbers
  std::map<std::string, int> active_;  // by person
  std::map<std::string, int> made_for_;
  int64_t taken_ = 0;
  int64_t most_taken_ = 0;
  int64_t offers_ = 0;
  int64_t capacities_ = 0;  // changes of the capacity
};

}  // namespace schutznetz::events
