#include "services/directory/domain/import_plan.h"

#include <algorithm>
#include <utility>

#include "absl/time/civil_time.h"
#include "services/common/errors/macros.h"
#include "services/directory/domain/directory_rules.h"

namespace schutznetz::directory {
namespace {

template <typename Message>
absl::StatusOr<Message> Read(const record::Record& stored) {
  Message message;
  if (message.ParseFromString(stored.body)) return message;
  return absl::DataLossError("a stored record of kind " + stored.key.kind + " cannot be read");
}

ImportDecision Compare(const record::Record* stored, std::string body) {
  if (stored == nullptr || stored->deleted()) return {ImportAction::kCreate, std::move(body)};
  if (stored->body == body) return {ImportAction::kUnchanged};
  return {ImportAction::kUpdate, std::move(body)};
}

// Kinds that come from registers; districts of cities and the police come from elsewhere and stay.
bool FromRegister(const v1::Area& area) {
  switch (area.kind()) {
    case v1::Area::LAND:
    case v1::Area::REGION:
    case v1::Area::KREIS:
    case v1::Area::GEMEINDE:
      return true;
    default:
      return false;
  }
}

std::string DayBefore(const std::string& day) {
  absl::CivilDay civil;
  if (!absl::ParseCivilTime(day, &civil)) return day;
  return absl::FormatCivilTime(civil - 1);
}

class AreaPlan final : public ImportPlan {
 public:
  AreaPlan(std::vector<v1::Area> areas, std::string as_of, std::string source, KreisCenterMap centers)
      : areas_(std::move(areas)),
        last_day_(DayBefore(as_of)),
        source_(std::move(source)),
        centers_(std::move(centers)) {
    std::sort(areas_.begin(), areas_.end(), [](const v1::Area& a, const v1::Area& b) { return a.key() < b.key(); });
    for (const v1::Area& area : areas_) ids_.push_back(area.key());
  }

  std::string_view kind() const override { return kAreaKind; }

  absl::StatusOr<ImportDecision> ForIncoming(size_t index, const record::Record* stored) const override {
    v1::Area area = areas_[index];
    area.set_source(source_);
    if (stored != nullptr && !stored->deleted()) {
      ASSIGN_OR_RETURN(const v1::Area old, Read<v1::Area>(*stored));
      area.set_valid_from(old.valid_from());
      if (old.has_center()) *area.mutable_center() = old.center();
      area.set_center_approximate(old.center_approximate());
    }
    if (const auto center = centers_.find(area.key()); center != centers_.end()) {
      *area.mutable_center() = center->second;
      area.set_center_approximate(false);
    }
    return Compare(stored, area.SerializeAsString());
  }

  absl::StatusOr<ImportDecision> ForRest(const record::Record& stored) const override {
    ASSIGN_OR_RETURN(v1::Area area, Read<v1::Area>(stored));
    if (!FromRegister(area) || !area.valid_to().empty()) return ImportDecision();
    area.set_valid_to(last_day_);
    return ImportDecision{ImportAction::kEnd, area.SerializeAsString()};
  }

 private:
  std::vector<v1::Area> areas_;
  const std::string last_day_;
  const std::string source_;
  const KreisCenterMap centers_;
};

class PostcodePlan final : public ImportPlan {
 public:
  PostcodePlan(std::vector<v1::Postcode> postcodes, std::string source) : postcodes_(std::move(postcodes)) {
    std::sort(postcodes_.begin(), postcodes_.end(),
              [](const v1::Postcode& a, const v1::Postcode& b) { return a.code() < b.code(); });
    for (v1::Postcode& postcode : postcodes_) {
      postcode.set_source(source);
      ids_.push_back(postcode.code());
    }
  }

  std::string_view kind() const override { return kPostcodeKind; }

  absl::StatusOr<ImportDecision> ForIncoming(size_t index, const record::Record* stored) const override {
    return Compare(stored, postcodes_[index].SerializeAsString());
  }

  absl::StatusOr<ImportDecision> ForRest(const record::Record& stored) const override {
    if (stored.deleted()) return ImportDecision();
    return ImportDecision{ImportAction::kEnd, stored.body, true};
  }

 private:
  std::vector<v1::Postcode> postcodes_;
};

class CenterPlan final : public ImportPlan {
 public:
  explicit CenterPlan(KreisCenterMap centers) : centers_(std::move(centers)) {}

  std::string_view kind() const override { return kAreaKind; }

  absl::StatusOr<ImportDecision> ForIncoming(size_t, const record::Record*) const override { return ImportDecision(); }

  absl::StatusOr<ImportDecision> ForRest(const record::Record& stored) const override {
    const auto center = centers_.find(stored.key.id);
    if (center == centers_.end() || stored.deleted()) return ImportDecision();
    ASSIGN_OR_RETURN(v1::Area area, Read<v1::Area>(stored));
    *area.mutable_center() = center->second;
    area.set_center_approximate(false);
    std::string body = area.SerializeAsString();
    if (body == stored.body) return ImportDecision();
    return ImportDecision{ImportAction::kUpdate, std::move(body)};
  }

 private:
  const KreisCenterMap centers_;
};

}  // namespace

std::unique_ptr<ImportPlan> MakeAreaPlan(std::vector<v1::Area> areas, std::string as_of, std::string source,
                                         KreisCenterMap centers) {
  return std::make_unique<AreaPlan>(std::move(areas), std::move(as_of), std::move(source), std::move(centers));
}

std::unique_ptr<ImportPlan> MakePostcodePlan(std::vector<v1::Postcode> postcodes, std::string source) {
  return std::make_unique<PostcodePlan>(std::move(postcodes), std::move(source));
}

std::unique_ptr<ImportPlan> MakeCenterPlan(KreisCenterMap centers) {
  return std::make_unique<CenterPlan>(std::move(centers));
}

}  // namespace schutznetz::directory
