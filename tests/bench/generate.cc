// A large invented directory and requests for it, the same every time.
//
// usage: bench_generate FOLDER SERVICES
// Writes length-delimited Create…Request files (organizations, locations, services, joins), requests (near, reach, get,
// text, create) and near.tsv for PostGIS: id, topic mask, minors, latitude, longitude.
#include <google/protobuf/util/delimited_message_util.h>

#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "schutznetz/directory/v1/directory_service.pb.h"

namespace {

using namespace schutznetz::directory::v1;  // NOLINT: one contract
using google::protobuf::util::SerializeDelimitedToOstream;

constexpr const char* kTopics[16] = {"Menschenhandel", "Loverboy",   "Zwangsheirat",    "Bettelei",
                                     "Trauma",         "Prävention", "Krise",           "Sorgerecht",
                                     "Dolmetschen",    "Unterkunft", "Spurensicherung", "Therapie",
                                     "Rechtsberatung", "Nachsorge",  "Fortbildung",     "Onlineberatung"};
constexpr const char* kKinds[] = {"Beratungsstelle", "Fachberatung",   "Jugendamt", "Kinderschutzzentrum",
                                  "Notruf",          "Anlaufstelle",   "Ambulanz",  "Mädchenhaus",
                                  "Krisendienst",    "Familienzentrum"};
constexpr const char* kWords[] = {"vertraulich", "kostenlos",   "anonym",        "Betroffene",   "Verdacht",
                                  "Gespräch",    "Begleitung",  "Schutzkonzept", "Schule",       "Kita",
                                  "Trennung",    "Behinderung", "Migration",     "barrierefrei", "Strafverfahren",
                                  "Klinik",      "Polizei",     "Netzwerk",      "Supervision",  "Jugendhilfe"};
// Town, Kreis key, point, weight.
struct Town {
  const char* name;
  const char* kreis;
  double latitude, longitude, weight;
};
constexpr Town kTowns[] = {{"Berlin", "11000", 52.52, 13.40, 36},    {"Hamburg", "02000", 53.55, 10.00, 19},
                           {"München", "09162", 48.14, 11.58, 15},   {"Köln", "05315", 50.94, 6.96, 11},
                           {"Frankfurt", "06412", 50.11, 8.68, 8},   {"Stuttgart", "08111", 48.78, 9.18, 6},
                           {"Düsseldorf", "05111", 51.23, 6.78, 6},  {"Leipzig", "14713", 51.34, 12.37, 6},
                           {"Dortmund", "05913", 51.51, 7.47, 6},    {"Bremen", "04011", 53.08, 8.80, 6},
                           {"Dresden", "14612", 51.05, 13.74, 6},    {"Hannover", "03241", 52.37, 9.73, 5},
                           {"Münster", "05515", 51.96, 7.63, 3},     {"Augsburg", "09761", 48.37, 10.90, 3},
                           {"Kiel", "01002", 54.32, 10.13, 2},       {"Erfurt", "16051", 50.98, 11.03, 2},
                           {"Mainz", "07315", 50.00, 8.27, 2},       {"Magdeburg", "15003", 52.13, 11.63, 2},
                           {"Saarbrücken", "10041", 49.24, 6.99, 2}, {"Rostock", "13003", 54.09, 12.10, 2},
                           {"Potsdam", "12054", 52.40, 13.06, 2}};
constexpr const char* kIsoLands[] = {"",   "SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW",
                                     "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"};

class Generator {
 public:
  Generator(std::string folder, int services) : folder_(std::move(folder)), services_(services) {
    for (const Town& town : kTowns) weights_.push_back(town.weight);
    towns_ = std::discrete_distribution<int>(weights_.begin(), weights_.end());
  }

  void Run() {
    Organizations();
    Services();
    Requests();
  }

 private:
  std::ofstream Open(const char* name) { return std::ofstream(folder_ + "/" + name, std::ios::binary); }
  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }
  int OrganizationCount() const { return services_ / 20 + 1; }

  void Organizations() {
    auto out = Open("organizations.bin");
    for (int i = 0; i < OrganizationCount(); ++i) {
      CreateOrganizationRequest request;
      request.set_organization_id("bench-org-" + std::to_string(i));
      request.mutable_organization()->set_display_name(std::string("Träger ") + kTowns[towns_(random_)].name + " " +
                                                       std::to_string(i));
      SerializeDelimitedToOstream(request, &out);
    }
  }

  void Services() {
    auto services = Open("services.bin"), locations = Open("locations.bin"), joins = Open("joins.bin"),
         tsv = Open("near.tsv");
    for (int i = 0; i < services_; ++i) {
      const Town& town = kTowns[towns_(random_)];
      const double latitude = town.latitude + spread_(random_), longitude = town.longitude + 1.5 * spread_(random_);
      const uint32_t mask = (1u << Below(16)) | (1u << Below(16)) | (1u << Below(4));
      const bool minors = Below(10) < 6;
      const std::string id = "bench-" + std::to_string(i),
                        owner = "organizations/bench-org-" + std::to_string(i % OrganizationCount());
      WriteService(id, owner, town, mask, minors, i, &services);
      CreateLocationRequest location;
      location.set_location_id(id);
      auto& place = *location.mutable_location();
      place.set_organization(owner);
      place.set_kreis_key(town.kreis);
      place.mutable_point()->set_latitude(latitude);
      place.mutable_point()->set_longitude(longitude);
      place.mutable_address()->set_city(town.name);
      place.mutable_address()->set_street("Musterstraße " + std::to_string(Below(200)));
      SerializeDelimitedToOstream(location, &locations);
      CreateServiceAtLocationRequest join;
      join.set_service_at_location_id(id);
      join.mutable_service_at_location()->set_service("services/" + id);
      join.mutable_service_at_location()->set_location("locations/" + id);
      SerializeDelimitedToOstream(join, &joins);
      tsv << i << '\t' << mask << '\t' << (minors ? 1 : 0) << '\t' << latitude << '\t' << longitude << '\n';
    }
  }

  void WriteService(const std::string& id, const std::string& owner, const Town& town, uint32_t mask, bool minors,
                    int number, std::ofstream* out) {
    CreateServiceRequest request;
    request.set_service_id(id);
    Service& service = *request.mutable_service();
    service.set_organization(owner);
    service.set_kind(Below(8) == 0 ? Service::HEALTH : Service::COUNSELLING);
    service.set_display_name(std::string(kKinds[Below(10)]) + " " + town.name + " " + std::to_string(number));
    service.set_land(std::string("lands/DE-") + kIsoLands[std::stoi(std::string(town.kreis, 2))]);
    std::string text;
    for (int w = 0; w < 40; ++w) text += std::string(w ? " " : "") + kWords[Below(20)];
    auto* translation = service.mutable_description()->add_translations();
    translation->set_language_code("de");
    translation->set_text(text);
    for (int bit = 0; bit < 16; ++bit) {
      if (mask >> bit & 1) service.add_topics(kTopics[bit]);
    }
    service.set_advises_minors(minors ? Service::YES : Service::UNKNOWN);
    char digits[16];
    std::snprintf(digits, sizeof digits, "%03d", Below(1000));
    service.add_phones()->set_number(std::string("+493023125") + digits);
    auto* hours = service.add_schedules();
    for (int day = 1; day <= 5; ++day) hours->add_byday(static_cast<schutznetz::common::v1::Schedule::Weekday>(day));
    hours->set_opens_at(Below(2) ? "08:00" : "09:00");
    hours->set_closes_at(Below(2) ? "16:00" : "18:00");
    if (Below(100) == 0) service.add_service_areas()->set_area_key(town.kreis);
    SerializeDelimitedToOstream(request, out);
  }

  void Requests() {
    auto near = Open("near_requests.bin"), get = Open("get_requests.bin"), reach = Open("reach_requests.bin");
    auto create = Open("create_requests.bin");
    static constexpr const char* kPostcodes[] = {"48143", "50667", "10179", "20095", "80331",
                                                 "04109", "01067", "30159", "28195", "70173"};
    for (int i = 0; i < 5000; ++i) {
      SearchServicesRequest search;
      search.mutable_near()->set_latitude(47.8 + Below(67000) / 1e4);
      search.mutable_near()->set_longitude(6.5 + Below(80000) / 1e4);
      search.add_topic(kTopics[Below(8)]);
      search.set_advises_minors(Service::YES);
      search.set_page_size(20);
      search.set_order_by(SearchServicesRequest::DISTANCE);
      SerializeDelimitedToOstream(search, &near);
      GetServiceRequest one;
      one.set_name("services/bench-" + std::to_string(Below(services_)));
      SerializeDelimitedToOstream(one, &get);
      ReachServicesRequest ladder;
      ladder.set_postcode(kPostcodes[Below(10)]);
      ladder.mutable_at()->set_seconds(1795309200 + Below(30) * 86400 + Below(24) * 3600);
      SerializeDelimitedToOstream(ladder, &reach);
    }
    for (int i = 0; i < 400000; ++i) {
      CreateOrganizationRequest request;
      request.mutable_organization()->set_display_name("Musterstelle " + std::to_string(i) + std::string(120, 'r'));
      SerializeDelimitedToOstream(request, &create);
    }
  }

  const std::string folder_;
  const int services_;
  std::mt19937 random_{20261121};
  std::vector<double> weights_;
  std::discrete_distribution<int> towns_;
  std::normal_distribution<double> spread_{0, 0.12};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_generate FOLDER SERVICES\n");
    return 2;
  }
  Generator(argv[1], std::atoi(argv[2])).Run();
  return 0;
}
