#include "tests/e2e/people.h"

#include <simdjson.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::e2e {
namespace {

// A JSON object of texts; a value that begins with [ or { stands as it is.
std::string Object(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text = "{";
  for (const auto& [name, value] : fields) {
    const bool is_text = !value.starts_with('[') && !value.starts_with('{');
    absl::StrAppend(&text, text.size() > 1 ? "," : "", "\"", name, "\":", is_text ? "\"" : "", value,
                    is_text ? "\"" : "");
  }
  return text + "}";
}

class Maker {
 public:
  explicit Maker(Installation& installation) : installation_(installation) {}

  std::string Member(const std::string& subject) {
    return FieldOf(Write(kFirstOperator, "/v1/members",
                         Object({{"displayName", "Muster " + subject},
                                 {"profession", "COUNSELLING"},
                                 {"issuer", tokens::kOwnIssuer},
                                 {"subject", subject},
                                 {"verification", R"({"method":"IN_PERSON"})"}})),
                   "name");
  }
  // The subject of a new member with a grant.
  std::string Granted(const std::string& subject, const std::string& role, const std::string& place = "",
                      const std::string& value = "") {
    std::vector<std::pair<std::string, std::string>> grant = {{"principal", Member(subject)}, {"role", role}};
    if (!place.empty()) grant.emplace_back(place, absl::StrCat("[\"", value, "\"]"));
    const cli::Response proposed = Write(kFirstOperator, "/v1/grants", Object(grant));
    if (FieldOf(proposed, "state") == "PROPOSED") Approve(kSecondOperator, proposed);
    return subject;
  }
  // The subject of a new member whom the coordinator `inviter` invited.
  std::string Joined(const std::string& subject, const std::string& inviter, const std::string& network) {
    const std::string invited = Object({{"member", Member(subject)}, {"role", "MEMBER"}});
    Approve(subject, Write(inviter, absl::StrCat("/v1/", network, "/memberships"), invited));
    return subject;
  }
  // The name of a new key: tokens with this subject are the partner's.
  std::string Partner(const std::string& called, const std::string& scopes) {
    const std::string partner =
        FieldOf(Write(kFirstOperator, "/v1/partners",
                      Object({{"displayName", called}, {"email", "technik@example.org"}, {"scopes", scopes}})),
                "name");
    const cli::Response key =
        Write(kFirstOperator, absl::StrCat("/v1/", partner, "/keys"), Object({{"displayName", "Test"}}));
    simdjson::dom::parser parser;
    return std::string(parser.parse(key.body)["key"]["name"].get_string().value());
  }

 private:
  cli::Response Write(const std::string& subject, const std::string& path, const std::string& body) {
    constexpr int kRetries = 5;
    const cli::Response answer = installation_.Http(subject).Call("POST", path, {}, body, kRetries);
    if (answer.status == 200) return answer;
    std::fprintf(stderr, "POST %s as %s: %ld %s\n", path.c_str(), subject.c_str(), answer.status, answer.body.c_str());
    std::abort();
  }
  void Approve(const std::string& subject, const cli::Response& proposed) {
    Write(subject, absl::StrCat("/v1/", FieldOf(proposed, "name"), ":approve"),
          Object({{"etag", FieldOf(proposed, "etag")}}));
  }
  static std::string FieldOf(const cli::Response& answer, const std::string& field) {
    simdjson::dom::parser parser;
    return std::string(parser.parse(answer.body)[field].get_string().value());
  }

  Installation& installation_;
};

}  // namespace

std::map<std::string, std::string> MakePeople(Installation& installation) {
  Maker maker(installation);
  std::map<std::string, std::string> people = {{"public", kNobody}, {"operator", kFirstOperator}};
  maker.Member("professional");
  people["professional"] = "professional";
  people["coordinator of the own network"] = maker.Granted("coordinator", "COORDINATOR", "networks", kOwnNetwork);
  people["coordinator of another network"] = maker.Granted("coordinator-2", "COORDINATOR", "networks", kOtherNetwork);
  people["member of the own network"] = maker.Joined("member", "coordinator", kOwnNetwork);
  people["member of another network"] = maker.Joined("member-2", "coordinator-2", kOtherNetwork);
  people["editor of the own Land"] = maker.Granted("editor", "EDITOR", "lands", kOwnLand);
  people["editor of another Land"] = maker.Granted("editor-2", "EDITOR", "lands", kOtherLand);
  people["moderator"] = maker.Granted("moderator", "MODERATOR", "rooms", "rooms/fachfragen");
  people["partner with restricted.read"] = maker.Partner("Portal", R"(["restricted.read"])");
  people["partner without scopes"] = maker.Partner("Anzeige", "[]");
  return people;
}

}  // namespace schutznetz::e2e
