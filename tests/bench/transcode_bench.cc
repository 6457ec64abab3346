// Wire bytes to JSON and back: services/common/wire beside protobuf's json_util with a cached type resolver, in turn in
// one process. Prints one JSON row per metric; "ratio" is how many times faster ours is.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "services/common/wire/json.h"

namespace {

using schutznetz::directory::v1::ListServicesResponse;
using schutznetz::directory::v1::Service;
namespace wire = schutznetz::wire;
namespace common = schutznetz::common::v1;

constexpr int kListSize = 50;
constexpr int kRounds = 15;
constexpr double kRoundSeconds = 0.05;

common::Schedule MakeSchedule(const char* opens, const char* closes, int days) {
  common::Schedule schedule;
  for (int day = 1; day <= days; ++day) schedule.add_byday(static_cast<common::Schedule::Weekday>(day));
  schedule.set_opens_at(opens);
  schedule.set_closes_at(closes);
  return schedule;
}

void AddText(common::LocalizedText* text, const char* language, const char* content) {
  auto* translation = text->add_translations();
  translation->set_language_code(language);
  translation->set_text(content);
}

// An entry as the sample has them: about 1.9 KB of JSON.
Service MakeService(int number) {
  Service service;
  service.set_name("services/musterstelle-koeln-beratung-" + std::to_string(number));
  service.set_organization("organizations/musterstelle-koeln");
  service.set_display_name("Fachberatungsstelle bei Menschenhandel, Köln " + std::to_string(number));
  service.set_alternate_name("FBS Köln");
  AddText(service.mutable_description(), "de",
          "Beratung und Begleitung für Kinder und Jugendliche, die von Menschenhandel oder Ausbeutung betroffen sind, "
          "sowie für Fachkräfte. Vertraulich, kostenlos und auf Wunsch anonym.");
  AddText(
      service.mutable_description(), "en",
      "Counselling for minors affected by trafficking or exploitation, and for professionals. Confidential and free.");
  service.set_kind(Service::COUNSELLING);
  service.add_forms(schutznetz::directory::v1::Exploitation::SEXUAL_EXPLOITATION);
  service.add_forms(schutznetz::directory::v1::Exploitation::LABOUR_EXPLOITATION);
  for (const char* topic : {"Loverboy", "Zwangsheirat", "Trauma"}) service.add_topics(topic);
  service.set_advises_minors(Service::YES);
  service.set_maximum_age(21);
  for (const char* language : {"de", "en", "tr", "ro", "bg"}) service.add_languages(language);
  for (const auto channel : {Service::PHONE, Service::MAIL, Service::ON_SITE}) service.add_channels(channel);
  for (const auto profession : {Service::YOUTH_WELFARE, Service::POLICE_OFFICER}) service.add_professions(profession);
  service.set_email("beratung@musterstelle.example.org");
  service.set_website("https://musterstelle.example.org/beratung/koeln");
  auto* phone = service.add_phones();
  phone->set_number("+492214710123");
  phone->set_type(common::Phone::VOICE);
  phone->set_description("Bereitschaftsdienst für Jugendämter");
  *phone->add_schedules() = MakeSchedule("20:00", "08:00", 7);
  *service.add_schedules() = MakeSchedule("09:00", "17:00", 4);
  *service.add_schedules() = MakeSchedule("09:00", "13:00", 1);
  auto* contact = service.add_contacts();
  contact->set_display_name("Koordinierungsstelle");
  contact->set_email("koordination@musterstelle.example.org");
  for (const char* area : {"05315", "05316", "05378"}) service.add_service_areas()->set_area_key(area);
  service.set_land("lands/DE-NW");
  service.set_fees("kostenlos");
  service.set_anonymous(true);
  service.mutable_verify_time()->set_seconds(1792000000);
  service.add_networks("networks/nw-runder-tisch");
  service.mutable_create_time()->set_seconds(1760000000);
  service.mutable_update_time()->set_seconds(1793000000 + number);
  service.mutable_update_time()->set_nanos(123456000);
  service.set_etag("a1b2c3d4e5f60718");
  return service;
}

double ThreadCpuMicros() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

// Microseconds of CPU per call over one round: the steadiest figure on a shared machine.
double RoundMicros(const std::function<void()>& call, int calls) {
  const double begin = ThreadCpuMicros();
  for (int i = 0; i < calls; ++i) call();
  return (ThreadCpuMicros() - begin) / calls;
}

int CallsPerRound(const std::function<void()>& call) {
  return std::max(1, static_cast<int>(kRoundSeconds * 1e6 / std::max(RoundMicros(call, 10), 0.01)));
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Rounds of both in turn, so that a busy machine slows both.
void Measure(const char* metric, double goal, const std::function<void()>& ours, const std::function<void()>& peer) {
  const int our_calls = CallsPerRound(ours);
  const int peer_calls = CallsPerRound(peer);
  std::vector<double> our_times;
  std::vector<double> peer_times;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    our_times.push_back(RoundMicros(ours, our_calls));
    peer_times.push_back(RoundMicros(peer, peer_calls));
    ratios.push_back(peer_times.back() / our_times.back());
  }
  const double ratio = Median(ratios);
  std::printf(
      "{\"bench\":\"transcode\",\"metric\":\"%s\",\"ours\":%.3f,\"peer\":%.3f,\"peer_name\":\"protobuf json_util\","
      "\"unit\":\"us CPU\",\"ratio\":%.2f,\"goal\":\">= %g\",\"met\":%s}\n",
      metric, Median(our_times), Median(peer_times), ratio, goal, ratio >= goal ? "true" : "false");
  std::fflush(stdout);
}

// One message type with everything both sides need.
class Subject {
 public:
  explicit Subject(const google::protobuf::Message& message)
      : tables_(*wire::Tables::Build({message.GetDescriptor()})),
        table_(tables_->Find(message.GetDescriptor()->full_name())),
        resolver_(google::protobuf::util::NewTypeResolverForDescriptorPool(
            "type.googleapis.com", google::protobuf::DescriptorPool::generated_pool())),
        url_("type.googleapis.com/" + message.GetDescriptor()->full_name()),
        bytes_(message.SerializeAsString()) {
    OurJson();
    json_ = out_;
  }

  size_t wire_size() const { return bytes_.size(); }
  size_t json_size() const { return json_.size(); }

  void OurJson() {
    out_.clear();
    Check(wire::ToJson(*table_, bytes_, {}, &out_).ok());
  }
  void PeerJson() {
    out_.clear();
    Check(google::protobuf::util::BinaryToJsonString(resolver_.get(), url_, bytes_, &out_).ok());
  }
  void OurWire() {
    out_.clear();
    wire::FromJsonResult result;
    Check(wire::FromJson(*table_, json_, {}, &out_, &result).ok() && result.violations.empty());
  }
  void PeerWire() {
    out_.clear();
    Check(google::protobuf::util::JsonToBinaryString(resolver_.get(), url_, json_, &out_).ok());
  }

 private:
  static void Check(bool ok) {
    if (ok) return;
    std::fprintf(stderr, "transcode_bench: a conversion failed\n");
    std::exit(1);
  }

  std::unique_ptr<const wire::Tables> tables_;
  const wire::MessageTable* table_;
  std::unique_ptr<google::protobuf::util::TypeResolver> resolver_;
  std::string url_;
  std::string bytes_;
  std::string json_;
  std::string out_;
};

}  // namespace

int main() {
  Subject single(MakeService(1));
  ListServicesResponse list;
  for (int i = 0; i < kListSize; ++i) *list.add_services() = MakeService(i);
  Subject fifty(list);
  std::fprintf(stderr, "one service: %zu bytes, %zu of JSON; list of %d: %zu bytes, %zu of JSON\n", single.wire_size(),
               single.json_size(), kListSize, fifty.wire_size(), fifty.json_size());
  Measure(
      "wire to JSON, one service", 10, [&] { single.OurJson(); }, [&] { single.PeerJson(); });
  Measure(
      "wire to JSON, list of 50", 5, [&] { fifty.OurJson(); }, [&] { fifty.PeerJson(); });
  Measure(
      "JSON to wire, one service", 8, [&] { single.OurWire(); }, [&] { single.PeerWire(); });
  Measure(
      "JSON to wire, list of 50", 8, [&] { fifty.OurWire(); }, [&] { fifty.PeerWire(); });
  return 0;
}
