#include "tests/e2e/raw_calls.h"

#include <simdjson.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "services/common/testing/eventually.h"

namespace schutznetz::e2e {
namespace {

[[noreturn]] void GiveUp(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
}

std::string BodyRequest(const char* verb, const std::string& path, const std::string& credentials,
                        const std::string& body, const std::string& type) {
  return absl::StrCat(verb, " ", path, " HTTP/1.1\r\nHost: a\r\n", credentials, "Content-Type: ", type,
                      "\r\nContent-Length: ", body.size(), "\r\n\r\n", body);
}

}  // namespace

std::string GetRequest(const std::string& path, const std::string& credentials) {
  return absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: a\r\n", credentials, "\r\n");
}

std::string PostRequest(const std::string& path, const std::string& credentials, const std::string& body,
                        const std::string& type) {
  return BodyRequest("POST", path, credentials, body, type);
}

std::string PatchRequest(const std::string& path, const std::string& credentials, const std::string& body) {
  return BodyRequest("PATCH", path, credentials, body, "application/json");
}

std::string Bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }

std::string AsSubject(const Installation& installation, const std::string& subject) {
  return Bearer(installation.TokenOf(subject));
}

gateway::testing::RawAnswer AskOnce(int port, const std::string& request) {
  gateway::testing::RawClient client(port);
  return client.Ask(request).value_or(gateway::testing::RawAnswer{});
}

std::string TextOf(const std::string& json, std::string_view field, std::string_view inside) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  std::string_view text;
  bool found = parser.parse(json).get(element) == simdjson::SUCCESS;
  if (found && !inside.empty()) found = element[inside].get(element) == simdjson::SUCCESS;
  if (!found || element[field].get(text) != simdjson::SUCCESS) {
    GiveUp(absl::StrCat("no ", absl::string_view(field.data(), field.size()), " in ", json));
  }
  return std::string(text);
}

std::string MustWrite(const Installation& installation, const std::string& subject, const std::string& path,
                      const std::string& body) {
  gateway::testing::RawAnswer answer;
  const bool done = testing::Eventually([&] {
    answer = AskOnce(installation.gateway_port(), PostRequest(path, AsSubject(installation, subject), body));
    return answer.status == 200;
  });
  if (!done) GiveUp(absl::StrCat("POST ", path, " as ", subject, ": ", answer.status, " ", answer.body));
  return answer.body;
}

std::string MustApprove(const Installation& installation, const std::string& subject, const std::string& proposed) {
  return MustWrite(installation, subject, absl::StrCat("/v1/", TextOf(proposed, "name"), ":approve"),
                   absl::StrCat(R"({"etag":")", TextOf(proposed, "etag"), R"("})"));
}

std::string NewMember(const Installation& installation, const std::string& subject) {
  return TextOf(
      MustWrite(installation, kFirstOperator, "/v1/members",
                absl::StrCat(R"({"displayName":"Muster","profession":"COUNSELLING","issuer":")", tokens::kOwnIssuer,
                             R"(","subject":")", subject, R"(","verification":{"method":"IN_PERSON"}})")),
      "name");
}

NewKey NewPartnerKey(const Installation& installation, const std::string& scopes_json) {
  const std::string partner =
      MustWrite(installation, kFirstOperator, "/v1/partners",
                absl::StrCat(R"({"displayName":"Portal","email":"technik@example.org","scopes":)", scopes_json, "}"));
  const std::string made =
      MustWrite(installation, kFirstOperator, absl::StrCat("/v1/", TextOf(partner, "name"), "/keys"),
                R"({"displayName":"Test"})");
  NewKey key = {TextOf(made, "name", "key"), "", TextOf(made, "secret")};
  key.id = key.name.substr(key.name.rfind('/') + 1);
  return key;
}

std::string TokenForm(const NewKey& key, const std::string& more) {
  return absl::StrCat("grant_type=client_credentials&client_id=", key.id, "&client_secret=", key.secret, more);
}

}  // namespace schutznetz::e2e
