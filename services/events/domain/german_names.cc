#include "services/events/domain/german_names.h"

#include <map>

namespace schutznetz::events {
namespace {

using common::v1::Profession;

constexpr char kOther[] = "sonstige";

}  // namespace

const char* GermanName(v1::Event::Type type) {
  switch (type) {
    case v1::Event::SPECIALIST_CONFERENCE:
      return "Fachtagungen";
    case v1::Event::WORKSHOP:
      return "Workshops";
    case v1::Event::SEMINAR:
      return "Seminare";
    case v1::Event::WEBINAR:
      return "Online-Vorträge";
    case v1::Event::COURSE:
      return "Kurse";
    case v1::Event::ROUND_TABLE:
      return "Runde Tische";
    case v1::Event::CASE_DISCUSSION:
      return "Fallbesprechungen";
    default:
      return kOther;
  }
}

const char* GermanName(v1::Event::Attendance attendance) {
  switch (attendance) {
    case v1::Event::ON_SITE:
      return "vor Ort";
    case v1::Event::ONLINE:
      return "online";
    default:
      return kOther;
  }
}

const char* GermanName(v1::Measure::Pillar pillar) {
  switch (pillar) {
    case v1::Measure::PREVENTION:
      return "Prävention";
    case v1::Measure::PROTECTION:
      return "Identifizierung, Schutz und Unterstützung";
    case v1::Measure::PROSECUTION:
      return "Strafverfolgung";
    case v1::Measure::COOPERATION:
      return "Zusammenarbeit";
    case v1::Measure::TRAINING:
      return "Fortbildung";
    case v1::Measure::RESEARCH:
      return "Daten und Forschung";
    default:
      return kOther;
  }
}

const char* GermanName(v1::Measure::Status status) {
  switch (status) {
    case v1::Measure::PLANNED:
      return "geplant";
    case v1::Measure::ONGOING:
      return "in Umsetzung";
    case v1::Measure::COMPLETED:
      return "umgesetzt";
    case v1::Measure::POSTPONED:
      return "zurückgestellt";
    case v1::Measure::DISCONTINUED:
      return "aufgegeben";
    default:
      return kOther;
  }
}

const char* GermanName(Profession::Code profession) {
  switch (profession) {
    case Profession::YOUTH_WELFARE:
      return "Kinder- und Jugendhilfe";
    case Profession::POLICE:
      return "Polizei";
    case Profession::PROSECUTION:
      return "Staatsanwaltschaft";
    case Profession::JUDICIARY:
      return "Gerichte";
    case Profession::HEALTH:
      return "Gesundheitswesen";
    case Profession::EDUCATION:
      return "Schule und Kindertagesbetreuung";
    case Profession::COUNSELLING:
      return "Fachberatung";
    case Profession::MIGRATION:
      return "Asyl und Migration";
    case Profession::GUARDIANSHIP:
      return "Vormundschaft";
    case Profession::CUSTOMS_LABOUR:
      return "Zoll und Arbeitsschutz";
    case Profession::ADMINISTRATION:
      return "Verwaltung und Koordination";
    case Profession::RESEARCH:
      return "Forschung und Lehre";
    default:
      return kOther;
  }
}

std::string GermanLand(std::string_view land) {
  static const std::map<std::string_view, const char*> kNames = {
      {"lands/DE-BB", "Brandenburg"},
      {"lands/DE-BE", "Berlin"},
      {"lands/DE-BW", "Baden-Württemberg"},
      {"lands/DE-BY", "Bayern"},
      {"lands/DE-HB", "Bremen"},
      {"lands/DE-HE", "Hessen"},
      {"lands/DE-HH", "Hamburg"},
      {"lands/DE-MV", "Mecklenburg-Vorpommern"},
      {"lands/DE-NI", "Niedersachsen"},
      {"lands/DE-NW", "Nordrhein-Westfalen"},
      {"lands/DE-RP", "Rheinland-Pfalz"},
      {"lands/DE-SH", "Schleswig-Holstein"},
      {"lands/DE-SL", "Saarland"},
      {"lands/DE-SN", "Sachsen"},
      {"lands/DE-ST", "Sachsen-Anhalt"},
      {"lands/DE-TH", "Thüringen"},
  };
  if (land.empty()) return "bundesweit";
  const auto at = kNames.find(land);
  return at == kNames.end() ? std::string(land) : at->second;
}

}  // namespace schutznetz::events
