#include "services/events/api/manage_page.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/common/document/html.h"

namespace schutznetz::events {
namespace {

using v1::Registration;

struct Button {
  const char* action;
  const char* label;
};

std::vector<Button> ButtonsFor(Registration::State state) {
  const Button cancel = {"cancel", "Anmeldung zurückziehen"};
  switch (state) {
    case Registration::PENDING:
      return {{"confirm", "Anmeldung bestätigen"}, cancel};
    case Registration::OFFERED:
      return {{"accept", "Platz annehmen"}, {"decline", "Platz nicht annehmen"}};
    case Registration::CONFIRMED:
    case Registration::WAITLISTED:
      return {cancel};
    default:
      return {};
  }
}

std::string SentenceFor(const Registration& registration) {
  switch (registration.state()) {
    case Registration::PENDING:
      return "Ihre Anmeldung ist noch nicht bestätigt. Erst mit der Bestätigung erhalten Sie einen Platz.";
    case Registration::CONFIRMED:
      return "Sie sind angemeldet und haben einen Platz.";
    case Registration::WAITLISTED:
      return absl::StrCat("Sie stehen auf der Warteliste, Platz ", registration.waiting_position(), ".");
    case Registration::OFFERED:
      return "Ein Platz ist frei geworden und wird für Sie freigehalten.";
    case Registration::CANCELLED:
      return "Diese Anmeldung besteht nicht mehr.";
    case Registration::ATTENDED:
      return "Sie haben teilgenommen.";
    default:
      return "Sie waren angemeldet.";
  }
}

std::string FormOf(const Button& button, std::string_view token) {
  return absl::StrCat("<form method=\"post\" action=\"", kManagePath,
                      "\"><input type=\"hidden\" name=\"token\" value=\"", document::EscapeHtml(token),
                      "\"><button name=\"action\" value=\"", button.action, "\">", button.label, "</button></form>\n");
}

}  // namespace

std::string ManagePage(const v1::Event& event, const Registration& registration, std::string_view token) {
  const std::string title = document::EscapeHtml(event.display_name());
  std::string page = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n<title>",
      title, "</title>\n</head>\n<body>\n<main>\n<h1>", title, "</h1>\n<p>", SentenceFor(registration), "</p>\n");
  for (const Button& button : ButtonsFor(registration.state())) absl::StrAppend(&page, FormOf(button, token));
  absl::StrAppend(&page, "</main>\n</body>\n</html>\n");
  return page;
}

}  // namespace schutznetz::events
