// Under which addresses this installation is known outside, for formats that tell absolute ones.
#pragma once

#include <string>
#include <string_view>

namespace schutznetz::events {

// All are the operator's; see services/events/options.h.
struct Site {
  std::string public_url = "http://localhost:8080";  // of the gateway, without a slash at the end
  std::string repository_name = "Schutznetz";
  std::string admin_email = "admin@localhost.localdomain";
  // The domain in oai:domain:id. It must stay the same for ever.
  std::string repository_domain = "localhost.localdomain";

  // "…/v1/publications/leitfaden".
  std::string UrlOf(std::string_view resource_name) const { return public_url + "/v1/" + std::string(resource_name); }
  // Where the document of "publicationFiles/…" is had.
  std::string DownloadUrlOf(std::string_view file_name) const { return UrlOf(file_name) + ":download"; }
};

}  // namespace schutznetz::events
