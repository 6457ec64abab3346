// A database with measures, reports, certificates, feedback and the numbers of events around it. Tests only.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "services/common/personal/pepper.h"
#include "services/common/testing/transactions.h"
#include "services/events/domain/arranging_fixture.h"
#include "services/events/domain/certificates.h"
#include "services/events/domain/feedback.h"
#include "services/events/domain/measures.h"
#include "services/events/domain/plan_rules.h"
#include "services/events/domain/reports.h"
#include "services/events/domain/statistics.h"

namespace schutznetz::events {

// Attendance as a test states it.
class StatedAttendance final : public AttendanceGroups {
 public:
  absl::StatusOr<std::vector<PeopleGroup>> Of(storage::ReadTransaction&, std::string_view event_id) const override {
    const auto at = groups.find(std::string(event_id));
    return at == groups.end() ? std::vector<PeopleGroup>{} : at->second;
  }

  std::map<std::string, std::vector<PeopleGroup>> groups;
};

// Everything ends the process when it cannot be made.
class Planning {
 public:
  explicit Planning(storage::Engine engine = storage::Engine::kSqlite);

  Arranging arranging;
  StatedAttendance attendance;

 private:
  const std::unique_ptr<const wire::Tables> tables_;
  const PlanRules rules_;
  const record::StandardMethods methods_;

 public:
  const personal::Pepper pepper;
  const Measures measures;
  const StatisticsOfEvents statistics;
  const Reports reports;
  const Certificates certificates;
  const Feedback feedback;

  // Editor of all Länder.
  static access::Caller Staff();

  // One write transaction: `work(tx)` returns StatusOr<Result>.
  template <typename Work>
  auto Write(Work work) {
    return testing::InWrite(arranging.database(), std::move(work));
  }
  // One snapshot.
  template <typename Work>
  auto Read(Work work) {
    return testing::InRead(arranging.database(), std::move(work));
  }

  static v1::Measure ExampleMeasure(const std::string& number);
  absl::StatusOr<v1::Measure> Create(const v1::Measure& measure, const std::string& id = "",
                                     const access::Caller& caller = Staff());
  absl::StatusOr<v1::Measure> Update(const v1::Measure& measure, const std::vector<std::string>& paths,
                                     const access::Caller& caller = Staff());
};

}  // namespace schutznetz::events
