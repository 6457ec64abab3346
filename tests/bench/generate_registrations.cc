// Everybody who registers in `register`: usage: bench_generate_registrations FOLDER COUNT
// Writes organization.bin, event.bin (each one request) and registrations.bin (length-delimited
// CreateRegistrationRequest, one for each person).
#include <google/protobuf/util/delimited_message_util.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"

namespace {

using google::protobuf::util::SerializeDelimitedToOstream;
namespace events = schutznetz::events::v1;

std::ofstream In(const std::string& folder, const char* name) {
  return std::ofstream(folder + "/" + name, std::ios::binary);
}

void WriteEvent(const std::string& folder, int places) {
  schutznetz::directory::v1::CreateOrganizationRequest organization;
  organization.set_organization_id("musterstelle");
  organization.mutable_organization()->set_display_name("Musterstelle");
  organization.mutable_organization()->set_land("lands/DE-NW");
  auto out = In(folder, "organization.bin");
  SerializeDelimitedToOstream(organization, &out);

  events::CreateEventRequest create;
  create.set_event_id("fachtag");
  events::Event& event = *create.mutable_event();
  event.set_display_name("Fachtag");
  event.set_type(events::Event::WORKSHOP);
  event.set_state(events::Event::PUBLISHED);
  event.set_land("lands/DE-NW");
  event.set_organizer("organizations/musterstelle");
  auto& session = *event.add_sessions();
  session.mutable_start_time()->set_seconds(3'786'912'000);  // in 2090
  session.mutable_end_time()->set_seconds(3'786'922'800);
  session.mutable_place()->set_city("Köln");
  event.mutable_admission()->set_capacity(places);
  event.mutable_admission()->set_waiting_list_policy(events::Admission::FILL_SEATS);
  auto event_out = In(folder, "event.bin");
  SerializeDelimitedToOstream(create, &event_out);
}

void WriteRegistrations(const std::string& folder, int count) {
  auto out = In(folder, "registrations.bin");
  for (int i = 0; i < count; ++i) {
    events::CreateRegistrationRequest request;
    request.set_parent("events/fachtag");
    request.set_for_somebody_else(true);
    events::Registration& registration = *request.mutable_registration();
    registration.set_display_name("Musterfrau " + std::to_string(i));
    registration.set_email("p" + std::to_string(i) + "@example.org");
    registration.set_profession(schutznetz::common::v1::Profession::POLICE);
    SerializeDelimitedToOstream(request, &out);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_generate_registrations FOLDER COUNT\n");
    return 2;
  }
  const int count = std::atoi(argv[2]);
  WriteEvent(argv[1], 100'000);  // as many as an event may have
  WriteRegistrations(argv[1], count);
  return 0;
}
