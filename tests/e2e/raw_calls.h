// Whole HTTP requests as text, for calls whose form matters: forms, keys, many at once.
#pragma once

#include <string>
#include <string_view>

#include "gateway/testing/raw_client.h"
#include "tests/e2e/installation.h"

namespace schutznetz::e2e {

inline constexpr char kFormType[] = "application/x-www-form-urlencoded";

// `credentials` are whole header lines, or empty.
std::string GetRequest(const std::string& path, const std::string& credentials);
std::string PostRequest(const std::string& path, const std::string& credentials, const std::string& body,
                        const std::string& type = "application/json");
// The same with PATCH.
std::string PatchRequest(const std::string& path, const std::string& credentials, const std::string& body);
std::string Bearer(const std::string& token);
std::string AsSubject(const Installation& installation, const std::string& subject);

// On a connection of its own to a port of this machine. Status 0: no answer.
gateway::testing::RawAnswer AskOnce(int port, const std::string& request);

// A text in a JSON object, or in an object inside it. Ends the test program when there is none.
std::string TextOf(const std::string& json, std::string_view field, std::string_view inside = {});

// The body of a write that must succeed, tried again until all programs know the rights that earlier steps gave.
std::string MustWrite(const Installation& installation, const std::string& subject, const std::string& path,
                      const std::string& body);
// The same for the approval of what an answer proposed.
std::string MustApprove(const Installation& installation, const std::string& subject, const std::string& proposed);
// The name of a new verified member with this token subject.
std::string NewMember(const Installation& installation, const std::string& subject);

// A key of a new partner system with this scope.
struct NewKey {
  std::string name;
  std::string id;
  std::string secret;
};
NewKey NewPartnerKey(const Installation& installation, const std::string& scopes_json);
// The form for /oauth2/token with the key in it; `more` is put behind.
std::string TokenForm(const NewKey& key, const std::string& more = "");

}  // namespace schutznetz::e2e
