// The server behind the gateways that `gateway-miss` compares: answers ready bytes and does nothing else.
//
// usage: gateway_backend PORT — GetService gets one service of about 1.9 KB as JSON, ListServices fifty of them. As the
// exchange server of `gateway-token` it knows everybody as an editor, under rights version 1.
#include <google/protobuf/util/json_util.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/exchange/v1/access_service.pb.h"

namespace {

namespace common = schutznetz::common::v1;
namespace directory = schutznetz::directory::v1;
namespace exchange = schutznetz::exchange::v1;

void AddText(common::LocalizedText* text, const char* language, const char* words) {
  auto* translation = text->add_translations();
  translation->set_language_code(language);
  translation->set_text(words);
}

directory::Service MakeService() {
  directory::Service service;
  service.set_name("services/musterstelle-koeln-beratung");
  service.set_organization("organizations/musterstelle-koeln");
  service.set_display_name("Fachberatung bei Menschenhandel, Musterstelle Köln");
  AddText(
      service.mutable_description(), "de",
      "Wir beraten vertraulich, kostenlos und auf Wunsch anonym. Sozialpädagoginnen und Psychologen begleiten bei der "
      "Klärung eines Verdachts, vermitteln an Schutzstellen und unterstützen Schulen, Kitas und Vereine beim Aufbau "
      "von Schutzkonzepten. Offene Sprechstunde jeden Dienstag.");
  AddText(service.mutable_description(), "en", "Confidential advice, free of charge and anonymous if you wish.");
  service.set_kind(directory::Service::COUNSELLING);
  service.add_forms(directory::Exploitation::SEXUAL_EXPLOITATION);
  service.add_forms(directory::Exploitation::LABOUR_EXPLOITATION);
  for (const char* topic : {"Loverboy", "Trauma", "Prävention"}) service.add_topics(topic);
  service.set_advises_minors(directory::Service::YES);
  service.set_maximum_age(27);
  for (const char* language : {"de", "en", "tr", "ar", "uk"}) service.add_languages(language);
  for (const auto channel : {directory::Service::PHONE, directory::Service::MAIL, directory::Service::ON_SITE}) {
    service.add_channels(channel);
  }
  service.set_email("kontakt@musterstelle.example.org");
  service.set_website("https://musterstelle.example.org/koeln");
  for (const char* number : {"+492214710123", "+492214710110"}) {
    auto* phone = service.add_phones();
    phone->set_number(number);
    phone->set_type(common::Phone::VOICE);
    phone->set_description("Sekretariat");
  }
  for (const auto weekday : {common::Schedule::MO, common::Schedule::TU, common::Schedule::TH}) {
    auto* schedule = service.add_schedules();
    schedule->set_type(common::Schedule::OPENING);
    schedule->add_byday(weekday);
    schedule->set_opens_at("09:00");
    schedule->set_closes_at("16:30");
    schedule->set_holiday_policy(common::Schedule::CLOSED_ON_HOLIDAYS);
  }
  for (const char* key : {"05315", "05362", "05382", "05378"}) service.add_service_areas()->set_area_key(key);
  service.set_land("lands/DE-NW");
  service.set_fees("kostenlos");
  service.set_anonymous(true);
  service.mutable_create_time()->set_seconds(1700000000);
  service.mutable_update_time()->set_seconds(1730000000);
  service.mutable_update_time()->set_nanos(123000000);
  service.set_etag("AbCdEfGhIjKlMnOp");
  return service;
}

struct Call {
  grpc::GenericServerContext context;
  grpc::GenericServerAsyncReaderWriter stream{&context};
  grpc::ByteBuffer request;
  enum { kWaiting, kReading, kFinishing } state = kWaiting;
};

// By the end of the method's name; "" is any other.
using Replies = std::map<std::string, grpc::Slice>;

Replies MakeReplies() {
  const directory::Service service = MakeService();
  directory::ListServicesResponse list;
  for (int i = 0; i < 50; ++i) *list.add_services() = service;
  exchange::RightsVersion version;
  version.set_version(1);
  exchange::SigningKeys keys;
  keys.set_jwks(R"({"keys":[]})");
  exchange::ResolvedCaller caller;
  caller.set_principal("members/0123456789abcdef");
  caller.add_roles(common::Rule::EDITOR);
  caller.add_lands("lands/DE-NW");
  caller.set_rights_version(1);
  return {{"", grpc::Slice(service.SerializeAsString())},
          {"ListServices", grpc::Slice(list.SerializeAsString())},
          {"GetRightsVersion", grpc::Slice(version.SerializeAsString())},
          {"GetSigningKeys", grpc::Slice(keys.SerializeAsString())},
          {"ResolveCaller", grpc::Slice(caller.SerializeAsString())}};
}

void Serve(grpc::AsyncGenericService& service, grpc::ServerCompletionQueue* queue, const Replies& replies) {
  const auto ask = [&] {
    auto* call = new Call;
    service.RequestCall(&call->context, &call->stream, queue, queue, call);
  };
  for (int i = 0; i < 128; ++i) ask();
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) {
    auto* call = static_cast<Call*>(tag);
    if (!ok || call->state == Call::kFinishing) {
      delete call;
      continue;
    }
    if (call->state == Call::kWaiting) {
      ask();
      call->state = Call::kReading;
      call->stream.Read(&call->request, call);
      continue;
    }
    call->state = Call::kFinishing;
    const std::string& method = call->context.method();
    if (method == "/grpc.health.v1.Health/Watch") {  // which means to clients: always healthy
      call->stream.Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no such method"), call);
      continue;
    }
    const auto found = replies.find(method.substr(method.rfind('/') + 1));
    const grpc::ByteBuffer reply(found == replies.end() ? &replies.at("") : &found->second, 1);
    call->stream.WriteAndFinish(reply, {}, grpc::Status::OK, call);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: gateway_backend PORT\n");
    return 2;
  }
  const directory::Service service = MakeService();
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(service, &json).ok()) return 1;
  std::fprintf(stderr, "%zu bytes on the wire, %zu as JSON\n", service.ByteSizeLong(), json.size());
  const Replies replies = MakeReplies();
  grpc::ServerBuilder builder;
  grpc::AsyncGenericService generic;
  builder.AddListeningPort(std::string("127.0.0.1:") + argv[1], grpc::InsecureServerCredentials());
  builder.RegisterAsyncGenericService(&generic);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < 2; ++i) queues.push_back(builder.AddCompletionQueue());
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::vector<std::thread> threads;
  for (auto& queue : queues) threads.emplace_back([&] { Serve(generic, queue.get(), replies); });
  for (std::thread& thread : threads) thread.join();
  return 0;
}
