#include "tests/e2e/every_read.h"

#include <google/protobuf/text_format.h>

#include <regex>

#include "absl/strings/str_replace.h"
#include "google/protobuf/dynamic_message.h"
#include "gtest/gtest.h"
#include "schutznetz/common/v1/rule.pb.h"

namespace schutznetz::e2e {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// Requests by method, in text format; $O $L $S $A $E stand for the names.
const std::multimap<std::string, std::string>& Examples() {
  static const auto* examples = new std::multimap<std::string, std::string>{
      {"ReachServices", "postcode: '48143' at { seconds: 1795309200 }"},
      {"ReachServices", "area: '05' at { seconds: 1795309200 }"},
      {"ReachServices", "area: '05315' at { seconds: 1795608000 } age: 15"},
      {"SearchServices", ""},
      {"SearchServices", "q: 'zuflucht'"},
      {"SearchServices", "q: 'geheimwort'"},
      {"SearchServices", "kind: SHELTER"},
      {"SearchServices", "land: 'DE-NW' order_by: NAME"},
      {"SearchServices", "area: '05'"},
      {"SearchServices", "near { latitude: 50.94 longitude: 6.96 } order_by: DISTANCE"},
      {"SearchServices", "near { latitude: 50.94 longitude: 6.96 } radius_m: 20000"},
      {"SearchServices", "topic: 'Geheimthema'"},
      {"SearchServices", "language: 'tlh' reachable_at { seconds: 1795309200 }"},
      {"GetLand", "name: 'lands/DE-NW'"},
      {"ListLands", ""},
      {"GetArea", "name: 'areas/05515'"},
      {"ListAreas", "parent: 'areas/05'"},
      {"ResolveAreas", "q: '48143'"},
      {"GetOrganization", "name: '$O'"},
      {"GetLocation", "name: '$L'"},
      {"GetService", "name: '$S'"},
      {"GetServiceAtLocation", "name: '$A'"},
      {"GetNetwork", "name: 'networks/kooperation-nordrhein-westfalen'"},
      {"ListOrganizations", ""},
      {"ListOrganizations", "land: 'lands/DE-NW' show_deleted: true"},
      {"ListLocations", ""},
      {"ListLocations", "organization: '$O' show_deleted: true"},
      {"ListServices", ""},
      {"ListServices", "organization: '$O'"},
      {"ListServiceAtLocations", ""},
      {"ListServiceAtLocations", "service: '$S'"},
      {"ListServiceAtLocations", "location: '$L'"},
      {"ListNetworks", ""},
      {"GetEvent", "name: '$E'"},
      {"ListEvents", ""},
      {"ListEvents", "land: 'lands/DE-NW' show_deleted: true"},
      {"ListEvents", "state: DRAFT"},
      {"SearchEvents", "start_before { seconds: 4000000000 }"},
      {"SearchEvents", "q: 'geheimwort' start_before { seconds: 4000000000 }"},
      {"SearchEvents", "land: 'DE-NW' state: DRAFT state: PUBLISHED start_before { seconds: 4000000000 }"},
      {"SearchEvents", "series: 'Geheimreihe' language: 'tlh' end_after { seconds: 1795309200 }"},
      {"SearchEvents", "places_free: true start_before { seconds: 4000000000 }"},
      {"GetEventsCalendar", ""},
      {"GetEventsCalendar", "land: 'lands/DE-NW' series: 'Geheimreihe'"},
      {"GetEventCalendar", "name: '$E'"},
      {"GetPersonalCalendar", "token: 'none-of-this'"},
      {"GetRegistration", "name: '$E/registrations/none-of-this'"},
      {"ListMyRegistrations", ""},
      {"GetManagePage", "token: 'none-of-this'"},
      {"ListMyCertificates", ""},
      {"GetCertificate", "name: 'certificates/NONE-2F2H-2S22-TTTT'"},
      {"GetFeedbackSummary", "parent: '$E'"},
      {"GetStatistics", "start_date: '2020-01-01' end_date: '2030-01-01'"},
      {"GetStatistics", "start_date: '2020-01-01' end_date: '2030-01-01' land: 'lands/DE-NW'"},
      {"GetReport", "name: 'reports/none-of-this'"},
      {"RenderReport", "name: 'reports/none-of-this'"},
      {"ListReports", ""},
      {"GetMeasure", "name: 'measures/none-of-this'"},
      {"ListMeasures", ""},
      {"ListMeasures", "land: 'lands/DE-NW'"},
      {"ListMeasureVersions", "parent: 'measures/none-of-this'"},
      {"SearchPublications", ""},
      {"SearchPublications", "q: 'geheimwort'"},
      {"GetPublication", "name: 'publications/none-of-this'"},
      {"ListPublications", ""},
      {"GetPublicationJsonLd", "name: 'publications/none-of-this'"},
      {"GetPublicationFeed", "format: ATOM"},
      {"HarvestPublications", "query: 'verb=ListRecords&metadataPrefix=oai_dc'"},
      {"GetPublicationFile", "name: 'publicationFiles/none-of-this'"},
      {"DownloadPublicationFile", "name: 'publicationFiles/none-of-this'"},
  };
  return *examples;
}

bool IsPublicRead(const MethodDescriptor& method) {
  return method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS &&
         method.options().GetExtension(common::v1::rule).access() == common::v1::Rule::PUBLIC;
}

// Clears fields of these names, at any depth.
void ClearByName(Message* message, const std::vector<std::string>& names) {
  std::vector<const FieldDescriptor*> fields;
  message->GetReflection()->ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (std::find(names.begin(), names.end(), field->name()) != names.end()) {
      message->GetReflection()->ClearField(message, field);
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated()) {
      for (int i = 0; i < message->GetReflection()->FieldSize(*message, field); ++i) {
        ClearByName(message->GetReflection()->MutableRepeatedMessage(message, field, i), names);
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ClearByName(message->GetReflection()->MutableMessage(message, field), names);
    }
  }
}

// An OAI-PMH answer says when it was made.
std::string WithoutHarvestTime(std::string text) {
  static const std::regex* const kTime = new std::regex("<responseDate>[^<]*</responseDate>");
  return std::regex_replace(text, *kTime, "");
}

// Calls until the last page; the text of all answers.
std::string AllPages(Caller& caller, const MethodDescriptor& method, Message* request, Message* response) {
  std::string text;
  for (int page = 0; page < 100; ++page) {
    response->Clear();
    const absl::Status status = caller.Call(method, *request, response);
    if (!status.ok()) return text + status.ToString();
    const FieldDescriptor* next = response->GetDescriptor()->FindFieldByName("next_page_token");
    const std::string token = next == nullptr ? "" : response->GetReflection()->GetString(*response, next);
    std::vector<std::string> volatile_fields = {"as_of", "next_page_token"};
    if (method.name() == "SearchServices") volatile_fields.push_back("reachability");
    ClearByName(response, volatile_fields);
    text += WithoutHarvestTime(response->DebugString());
    if (token.empty()) return text;
    request->GetReflection()->SetString(request, request->GetDescriptor()->FindFieldByName("page_token"), token);
  }
  ADD_FAILURE() << method.name() << " does not end";
  return text;
}

}  // namespace

std::map<std::string, std::string> ReadEverything(Caller& caller, const HiddenNames& names) {
  std::map<std::string, std::string> answers;
  google::protobuf::DynamicMessageFactory factory;
  const std::vector<std::pair<absl::string_view, absl::string_view>> to_names = {{"$O", names.organization},
                                                                                 {"$L", names.location},
                                                                                 {"$S", names.service},
                                                                                 {"$A", names.service_at_location},
                                                                                 {"$E", names.event}};
  std::vector<std::pair<absl::string_view, absl::string_view>> from_names;
  for (const auto& [placeholder, name] : to_names) from_names.emplace_back(name, placeholder);
  for (const auto* service : {&DirectoryService(), &EventsService()}) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (!IsPublicRead(method)) continue;
      const auto [begin, end] = Examples().equal_range(method.name());
      EXPECT_NE(begin, end) << method.name() << " needs an example in every_read.cc";
      int number = 0;
      for (auto example = begin; example != end; ++example) {
        std::unique_ptr<Message> request(factory.GetPrototype(method.input_type())->New());
        std::unique_ptr<Message> response(factory.GetPrototype(method.output_type())->New());
        const std::string text = absl::StrReplaceAll(example->second, to_names);
        EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, request.get())) << text;
        answers[method.name() + "#" + std::to_string(number++)] =
            absl::StrReplaceAll(AllPages(caller, method, request.get(), response.get()), from_names);
      }
    }
  }
  return answers;
}

}  // namespace schutznetz::e2e
