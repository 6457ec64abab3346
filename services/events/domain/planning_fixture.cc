#include "services/events/domain/planning_fixture.h"

#include "services/common/testing/callers.h"
#include "services/common/testing/must.h"

namespace schutznetz::events {
namespace {

template <typename Resource>
absl::StatusOr<Resource> Parsed(const absl::StatusOr<record::Presented>& presented) {
  if (!presented.ok()) return presented.status();
  Resource resource;
  if (!resource.ParseFromString(presented->bytes)) return absl::InternalError("an answer cannot be read");
  return resource;
}

}  // namespace

Planning::Planning(storage::Engine engine)
    : arranging(engine),
      tables_(testing::Must(wire::Tables::Build({v1::Measure::descriptor(), v1::Report::descriptor()}))),
      rules_(*tables_),
      methods_(rules_.all()),
      pepper(testing::Must(personal::Pepper::FromText("a pepper of the tests, 32 bytes or more"))),
      measures(methods_, rules_.all(), rules_.measure()),
      statistics(arranging.rules().all(), arranging.rules().event(), attendance),
      reports(methods_, rules_.all(), rules_.report(), measures, statistics),
      certificates(pepper),
      feedback(pepper) {}

access::Caller Planning::Staff() { return testing::Staff(); }

v1::Measure Planning::ExampleMeasure(const std::string& number) {
  v1::Measure measure;
  measure.set_plan("Aktionsplan Musterland");
  measure.set_number(number);
  measure.set_display_name("Leitfaden für Jugendämter");
  measure.set_pillar(v1::Measure::COOPERATION);
  measure.set_department("Musterministerium");
  measure.set_status(v1::Measure::ONGOING);
  measure.set_internal_note("Haushalt offen");
  return measure;
}

absl::StatusOr<v1::Measure> Planning::Create(const v1::Measure& measure, const std::string& id,
                                             const access::Caller& caller) {
  v1::CreateMeasureRequest request;
  *request.mutable_measure() = measure;
  request.set_measure_id(id);
  return Write([&](storage::Transaction& tx) {
    return Parsed<v1::Measure>(measures.Create(tx, {caller, ""}, request));
  });
}

absl::StatusOr<v1::Measure> Planning::Update(const v1::Measure& measure, const std::vector<std::string>& paths,
                                             const access::Caller& caller) {
  v1::UpdateMeasureRequest request;
  *request.mutable_measure() = measure;
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
  return Write([&](storage::Transaction& tx) {
    return Parsed<v1::Measure>(measures.Update(tx, {caller, ""}, request));
  });
}

}  // namespace schutznetz::events
