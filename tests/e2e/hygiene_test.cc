// P24: logs, metrics, configuration pages, the audit log and Redis hold no names, texts, search words, places or
// tokens; P18: the database of the exchange server holds no personal text and no key in the clear.
//
// Every text field of every request of the contract, personal ones included, gets a marker of its own, in a form that
// its field accepts; every method is called over both transports, by the public, by the staff and with a wrong
// token. Most calls succeed or are refused for their content: neither may leave a marker behind.
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "google/protobuf/dynamic_message.h"
#include "gtest/gtest.h"
#include "schutznetz/common/v1/field_options.pb.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/event_search.pb.h"
#include "schutznetz/exchange/v1/member.pb.h"
#include "schutznetz/exchange/v1/member_archive.pb.h"
#include "schutznetz/exchange/v1/partner.pb.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/redis_server.h"
#include "services/common/tokens/token_issuer.h"
#include "tests/e2e/caller.h"
#include "tests/e2e/installation.h"
#include "tests/e2e/raw_calls.h"

namespace schutznetz::e2e {
namespace {

using common::v1::FieldRule;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr int kDepthMax = 4;

// Fills messages with markers and remembers them.
class Marker {
 public:
  void Fill(Message* message, int depth = 0) {
    for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message->GetDescriptor()->field(i);
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && field->type() == FieldDescriptor::TYPE_STRING) {
        FillText(message, field);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_map() && depth < kDepthMax &&
                 field->message_type()->file()->package() != "google.protobuf") {
        const auto* reflection = message->GetReflection();
        Fill(field->is_repeated() ? reflection->AddMessage(message, field) : reflection->MutableMessage(message, field),
             depth + 1);
      }
    }
  }

  // A marker of this form, different each time. Texts are words that nothing else contains.
  std::string New(FieldRule::Format format = FieldRule::FORMAT_UNSPECIFIED, const std::string& collection = "") {
    const int n = ++count_;
    std::string marker = absl::StrCat("qzxj", n, "vk");
    if (format == FieldRule::PHONE_NUMBER) return Remember(absl::StrFormat("+49302312%04d77", n));
    if (format == FieldRule::POSTCODE || format == FieldRule::AREA_KEY || format == FieldRule::DATE ||
        format == FieldRule::TIME_OF_DAY || format == FieldRule::LANGUAGE_TAG || format == FieldRule::LAND_CODE) {
      return marker;  // closed sets: the marker is refused; it must not be repeated anywhere either
    }
    Remember(marker);
    if (format == FieldRule::EMAIL) return marker + "@example.org";
    if (format == FieldRule::URL) return "https://" + marker + ".example.org/";
    if (format == FieldRule::RESOURCE_NAME) {
      names_.insert(marker);  // object names are what audit entries are about
      return collection + "/" + marker;
    }
    return marker;
  }
  std::string Remember(std::string marker) {
    markers_.insert(marker);
    return marker;
  }
  // One that must not lie in the database either.
  std::string Personal(FieldRule::Format format = FieldRule::FORMAT_UNSPECIFIED) {
    const std::string text = New(format);
    sealed_.insert(text);
    return text;
  }
  void Seal(const std::string& text) { sealed_.insert(Remember(text)); }

  const std::set<std::string>& markers() const { return markers_; }
  const std::set<std::string>& sealed() const { return sealed_; }
  bool IsName(const std::string& marker) const { return names_.contains(marker); }
  int personal() const { return personal_; }

 private:
  void FillText(Message* message, const FieldDescriptor* field) {
    const FieldRule& rule = field->options().GetExtension(common::v1::field);
    personal_ += field->options().GetExtension(common::v1::personal) ? 1 : 0;
    const std::string text = New(rule.format(), rule.reference());
    if (field->is_repeated()) {
      message->GetReflection()->AddString(message, field, text);
    } else {
      message->GetReflection()->SetString(message, field, text);
    }
  }

  int count_ = 1000;
  int personal_ = 0;
  std::set<std::string> markers_;
  std::set<std::string> sealed_;
  std::set<std::string> names_;
};

// Everything that anybody tells a Redis while this lives.
class Listener {
 public:
  explicit Listener(const testing::RedisServer& redis) : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, redis.socket().c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(write(socket_, "MONITOR\r\n", 9), 9);
    thread_ = std::thread([this] { Run(); });
  }
  ~Listener() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  std::string heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void Run() {
    char bytes[4096];
    for (ssize_t size; (size = read(socket_, bytes, sizeof bytes)) > 0;) {
      const std::lock_guard lock(mutex_);
      heard_.append(bytes, static_cast<size_t>(size));
    }
  }

  const int socket_;
  mutable std::mutex mutex_;
  std::string heard_;
  std::thread thread_;
};

std::string ReadFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class HygieneTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  HygieneTest() : redis_traffic_(redis_), installation_(GetParam(), redis_.address()) {
    for (const char* subject : {kNobody, kStaff}) {
      callers_.push_back(MakeGrpcCaller(installation_, subject));
      callers_.push_back(MakeRestCaller(installation_, subject));
    }
  }

  // Every method with every text field marked.
  void CallEverything() {
    google::protobuf::DynamicMessageFactory factory;
    for (const auto* service : {&DirectoryService(), &EventsService(), &ExchangeService()}) {
      for (int i = 0; i < service->method_count(); ++i) {
        const MethodDescriptor& method = *service->method(i);
        methods_++;
        for (const auto& caller : callers_) {
          const std::unique_ptr<Message> request(factory.GetPrototype(method.input_type())->New());
          const std::unique_ptr<Message> response(factory.GetPrototype(method.output_type())->New());
          marker_.Fill(request.get());
          (void)caller->Call(method, *request, response.get());
          calls_++;
        }
      }
    }
  }

  // A person from their first day to their erasure, and a partner system with its key.
  void WorkWithPeople() {
    for (const auto& staff : {std::ref(callers_[2]), std::ref(callers_[3])}) {
      exchange::v1::CreateMemberRequest create;
      exchange::v1::Member& person = *create.mutable_member();
      const std::string subject = marker_.Personal();
      person.set_display_name(marker_.Personal());
      person.set_profession(common::v1::Profession::POLICE);
      person.set_organization(marker_.Personal());
      person.add_expertise(marker_.Personal());
      person.set_email(marker_.Personal(FieldRule::EMAIL));
      person.set_issuer(tokens::kOwnIssuer);
      person.set_subject(subject);
      person.mutable_verification()->set_method(exchange::v1::Member::Verification::IN_PERSON);
      create.set_request_id(marker_.New());
      const auto made = Ask<exchange::v1::Member>(*staff.get(), "CreateMember", create);
      ASSERT_THAT(made, testing::IsOk());
      ASSERT_THAT(Ask<exchange::v1::Member>(*staff.get(), "CreateMember", create), testing::IsOk());

      const auto self = MakeRestCaller(installation_, subject);
      exchange::v1::GetMemberRequest get;
      get.set_name("members/me");
      const auto own = Ask<exchange::v1::Member>(*self, "GetMember", get);
      ASSERT_THAT(own, testing::IsOk());
      exchange::v1::UpdateMemberRequest update;
      *update.mutable_member() = *own;  // the operator saw less, and another etag
      update.mutable_member()->set_organization(marker_.Personal());
      update.mutable_update_mask()->add_paths("organization");
      ASSERT_THAT(Ask<exchange::v1::Member>(*self, "UpdateMember", update), testing::IsOk());
      ASSERT_FALSE(Ask<exchange::v1::Member>(*self, "UpdateMember", update).ok()) << "the etag is stale now";
      exchange::v1::ExportMemberRequest copy;
      copy.set_name(made->name());
      ASSERT_THAT(Ask<exchange::v1::MemberArchive>(*self, "ExportMember", copy), testing::IsOk());

      exchange::v1::CreatePartnerRequest partner;
      partner.mutable_partner()->set_display_name(marker_.New());
      partner.mutable_partner()->set_email(marker_.New(FieldRule::EMAIL));
      const auto system = Ask<exchange::v1::Partner>(*staff.get(), "CreatePartner", partner);
      ASSERT_THAT(system, testing::IsOk());
      exchange::v1::CreatePartnerKeyRequest key;
      key.set_parent(system->name());
      key.mutable_key()->set_display_name(marker_.New());
      key.set_request_id(marker_.New());
      const auto given = Ask<exchange::v1::CreatePartnerKeyResponse>(*staff.get(), "CreatePartnerKey", key);
      ASSERT_THAT(given, testing::IsOk());
      const std::string& key_text = given->secret();  // "sn_<id>_<secret>"; the secret may hold underscores, too
      marker_.Seal(key_text.substr(key_text.find('_', 3) + 1));
    }
  }

  template <typename Response, typename Request>
  static absl::StatusOr<Response> Ask(Caller& caller, const std::string& method, const Request& request) {
    return caller.Do<Response>(method, request, ExchangeService());
  }

  // Everything that lies in the exchange server's database, its log included.
  std::string DatabaseBytes() {
    testing::TempDatabase& database = installation_.exchange_database();
    const std::string& path = database.options().path;
    if (GetParam() == storage::Engine::kSqlite) return ReadFile(path) + ReadFile(path + "-wal");
    database.Reopen();
    std::string bytes;
    const auto rows = [&](const std::string& sql, const std::function<void(std::string)>& take) {
      EXPECT_THAT(database.database().Read(
                      [&](storage::ReadTransaction& tx) {
                        return tx.Query(storage::Sql::Uncached(sql), {}, [&](const storage::Row& row) {
                          take(std::string(row.Text(0)));
                          return absl::OkStatus();
                        });
                      },
                      absl::Now() + absl::Seconds(30)),
                  testing::IsOk());
    };
    std::vector<std::string> tables;
    rows("SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()",
         [&](std::string table) { tables.push_back(std::move(table)); });
    EXPECT_FALSE(tables.empty());
    for (const std::string& table : tables) {
      rows("SELECT t::text FROM \"" + table + "\" t", [&](const std::string& row) { bytes += WithBytesOf(row); });
    }
    return bytes;
  }
  // A row as PostgreSQL shows it, and what its hexadecimal values say.
  static std::string WithBytesOf(const std::string& row) {
    std::string text = row;
    for (size_t at = row.find("\\x"); at != std::string::npos; at = row.find("\\x", at + 1)) {
      size_t end = at + 2;
      while (end + 1 < row.size() && isxdigit(row[end]) && isxdigit(row[end + 1])) end += 2;
      text += absl::HexStringToBytes(absl::string_view(row.data() + at + 2, end - at - 2));
    }
    return text;
  }

  // What a person would do, so that content is accepted, stored, found and shown.
  void WorkWithContent() {
    for (const auto& editor : {std::ref(callers_[2]), std::ref(callers_[3])}) {
      directory::v1::CreateOrganizationRequest create;
      create.mutable_organization()->set_display_name(marker_.New());
      create.mutable_organization()->set_land("lands/DE-NW");
      create.mutable_organization()->set_internal_note(marker_.New());
      create.set_request_id(marker_.New());
      auto made = editor.get()->Do<directory::v1::Organization>("CreateOrganization", create);
      ASSERT_THAT(made, testing::IsOk());
      ASSERT_THAT(editor.get()->Do<directory::v1::Organization>("CreateOrganization", create), testing::IsOk());
      directory::v1::UpdateOrganizationRequest update;
      *update.mutable_organization() = *made;
      update.mutable_organization()->set_display_name(marker_.New());
      update.mutable_update_mask()->add_paths("display_name");
      ASSERT_THAT(editor.get()->Do<directory::v1::Organization>("UpdateOrganization", update), testing::IsOk());
      update.mutable_organization()->set_display_name(marker_.New());  // the etag is stale now
      ASSERT_FALSE(editor.get()->Do<directory::v1::Organization>("UpdateOrganization", update).ok());
      directory::v1::CreateLocationRequest place;
      place.mutable_location()->set_organization(made->name());
      place.mutable_location()->set_kreis_key("05315");
      place.mutable_location()->mutable_address()->set_street(marker_.New() + " 1");
      place.mutable_location()->mutable_point()->set_latitude(50.951234567);
      place.mutable_location()->mutable_point()->set_longitude(6.951234567);
      ASSERT_THAT(editor.get()->Do<directory::v1::Location>("CreateLocation", place), testing::IsOk());
      directory::v1::GetOrganizationRequest get;
      get.set_name(made->name());
      ASSERT_THAT(editor.get()->Do<directory::v1::Organization>("GetOrganization", get), testing::IsOk());
    }
    ArrangeEvents();
    marker_.Remember("50.951234567");
    marker_.Remember("6.951234567");
    LookForHelp();
  }

  // An event with its way in, published and found.
  void ArrangeEvents() {
    for (const auto& editor : {std::ref(callers_[2]), std::ref(callers_[3])}) {
      directory::v1::CreateOrganizationRequest organizer;
      organizer.mutable_organization()->set_display_name("Musterstelle");
      organizer.mutable_organization()->set_land("lands/DE-NW");
      const auto host = editor.get()->Do<directory::v1::Organization>("CreateOrganization", organizer);
      ASSERT_THAT(host, testing::IsOk());
      events::v1::CreateEventRequest create;
      events::v1::Event& event = *create.mutable_event();
      event.set_display_name(marker_.New());
      event.set_type(events::v1::Event::WORKSHOP);
      event.set_organizer(host->name());
      event.set_land("lands/DE-NW");
      event.set_internal_note(marker_.New());
      auto* session = event.add_sessions();
      session->mutable_start_time()->set_seconds(1'803'800'000);
      session->mutable_end_time()->set_seconds(1'803'810'000);
      session->mutable_place()->set_street(marker_.New());
      session->mutable_place()->set_city(marker_.New());
      session->mutable_online_room()->set_join_url(marker_.New(FieldRule::URL));
      session->mutable_online_room()->set_join_note(marker_.New());
      const auto made = editor.get()->Do<events::v1::Event>("CreateEvent", create, EventsService());
      ASSERT_THAT(made, testing::IsOk());
      events::v1::PublishEventRequest publish;
      publish.set_name(made->name());
      publish.set_etag(made->etag());
      ASSERT_THAT(editor.get()->Do<events::v1::Event>("PublishEvent", publish, EventsService()), testing::IsOk());
      events::v1::SearchEventsRequest search;
      search.set_q(event.display_name());
      const auto found = callers_[0]->Do<events::v1::SearchEventsResponse>("SearchEvents", search, EventsService());
      ASSERT_THAT(found, testing::IsOk());
      EXPECT_EQ(found->total_size(), 1);
    }
  }

  // P25, too: who looked for what and where.
  void LookForHelp() {
    for (const auto& caller : callers_) {
      directory::v1::SearchServicesRequest search;
      search.set_q(marker_.New());
      search.mutable_near()->set_latitude(51.123456789);
      search.mutable_near()->set_longitude(7.123456789);
      EXPECT_THAT(caller->Do<directory::v1::SearchServicesResponse>("SearchServices", search), testing::IsOk());
      directory::v1::ReachServicesRequest reach;
      reach.set_place(marker_.New());
      (void)caller->Do<directory::v1::ReachServicesResponse>("ReachServices", reach);
    }
    marker_.Remember("51.123456789");
    marker_.Remember("7.123456789");
  }

  // Requests that never reach a method.
  void CallWrongly() {
    const std::string token = marker_.New();
    cli::HttpClient client({.gateway = Gateway(), .token = token, .timeout_s = 20});
    for (const std::string& path : {"/v1/services:search", "/v1/organizations/x", "/v1/"}) {
      (void)client.Call("GET", path + (path == "/v1/" ? marker_.New() : ""), {{marker_.New(), marker_.New()}});
      (void)client.Call("POST", path, {}, "{\"" + marker_.New() + "\": \"" + marker_.New() + "\"");
    }
    const std::string good = installation_.TokenOf(kStaff);
    cli::HttpClient staff({.gateway = Gateway(), .token = good, .timeout_s = 20});
    (void)staff.Call("GET", "/v1/lands", {{"pageToken", marker_.New()}});
    marker_.Remember(good);
  }

  // At a gateway with the limits of every day, so that it tells others through Redis who came.
  void ComeTooOften() {
    const Installation::Replica gateway = installation_.AddGateway(installation_.directory_port(), 1);
    const auto refused = [&] {
      const std::string form = absl::StrCat("grant_type=client_credentials&client_id=", marker_.New(),
                                            "&client_secret=", marker_.New(), "&scope=", marker_.New());
      return AskOnce(gateway.port, PostRequest("/oauth2/token", "", form, kFormType)).status == 429;
    };
    EXPECT_TRUE(testing::Eventually(refused));
  }

  std::string Gateway() const { return absl::StrCat("http://127.0.0.1:", installation_.gateway_port()); }

  // What leaves the programs beside their answers, by name.
  std::map<std::string, std::string> Outputs() {
    std::map<std::string, std::string> outputs;
    for (const auto& [name, port] : installation_.admin_ports()) {
      cli::HttpClient admin({.gateway = absl::StrCat("http://127.0.0.1:", port), .token = "", .timeout_s = 20});
      for (const char* page : {"/metrics", "/config", "/version", "/readyz"}) {
        outputs[absl::StrCat(name, page)] = admin.Call("GET", page).body;
      }
    }
    EXPECT_EQ(installation_.Ctl({"audit", "export"}, &outputs["audit log"]), 0);
    // Gateways tell each other who came how often, exchange servers that rights changed.
    EXPECT_TRUE(testing::Eventually([&] {
      outputs["Redis"] = redis_traffic_.heard();
      return absl::StrContains(outputs["Redis"], "sn:message:") && absl::StrContains(outputs["Redis"], "sn:hint:");
    }));
    // Everything that was accepted for the log is in it once the programs have ended.
    installation_.gateway().Stop(SIGTERM);
    installation_.directory().Stop(SIGTERM);
    installation_.events().Stop(SIGTERM);
    installation_.exchange().Stop(SIGTERM);
    for (const auto& [name, port] : installation_.admin_ports()) {
      outputs[name + " log"] = ReadFile(installation_.folder() / (name + ".log"));
    }
    return outputs;
  }

  testing::RedisServer redis_;
  Listener redis_traffic_;
  Installation installation_;
  std::vector<std::unique_ptr<Caller>> callers_;
  Marker marker_;
  int calls_ = 0, methods_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, HygieneTest, testing::AllEngines(), testing::EngineName);

TEST_P(HygieneTest, NoMarkerIsFoundInLogsMetricsConfigurationAuditLogAndRedis) {
  CallEverything();
  WorkWithContent();
  WorkWithPeople();
  CallWrongly();
  ComeTooOften();
  const std::map<std::string, std::string> outputs = Outputs();
  size_t bytes = 0;
  for (const auto& [name, text] : outputs) {
    bytes += text.size();
    EXPECT_FALSE(text.empty()) << name;
    for (const std::string& marker : marker_.markers()) {
      if (name == "audit log" && marker_.IsName(marker)) continue;
      const size_t at = text.find(marker);
      EXPECT_EQ(at, std::string::npos) << name << " holds " << marker << ": "
                                       << text.substr(at < 200 ? 0 : at - 200, 400);
    }
  }
  const std::string at_rest = DatabaseBytes();
  EXPECT_THAT(at_rest, ::testing::HasSubstr("members/")) << "the database was read";
  for (const std::string& marker : marker_.sealed()) {
    EXPECT_EQ(at_rest.find(marker), std::string::npos) << "the database holds " << marker;
  }
  EXPECT_THAT(outputs.at("audit log"), ::testing::HasSubstr("\"act\":\"WRITE\""));
  EXPECT_THAT(outputs.at("audit log"), ::testing::HasSubstr("\"fields\":[\"internal_note\"]"));
  std::cout << "figure: hygiene: " << marker_.markers().size() << " markers (" << marker_.personal()
            << " in fields marked personal), " << calls_ << " calls of " << methods_ << " methods, " << bytes
            << " bytes of output searched, none found; " << marker_.sealed().size() << " personal texts and keys in "
            << at_rest.size() << " bytes of database, none found\n";
}

}  // namespace
}  // namespace schutznetz::e2e
