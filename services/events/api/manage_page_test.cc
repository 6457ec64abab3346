#include "services/events/api/manage_page.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::events {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using v1::Registration;

std::string PageIn(Registration::State state, const std::string& title = "Fachtag") {
  v1::Event event;
  event.set_display_name(title);
  Registration registration;
  registration.set_state(state);
  registration.set_display_name("Musterfrau");
  registration.set_waiting_position(3);
  return ManagePage(event, registration, "snm_token");
}

TEST(ManagePageTest, OffersWhatTheStateAllows) {
  EXPECT_THAT(PageIn(Registration::PENDING), HasSubstr("value=\"confirm\""));
  EXPECT_THAT(PageIn(Registration::OFFERED), HasSubstr("value=\"accept\""));
  EXPECT_THAT(PageIn(Registration::OFFERED), HasSubstr("value=\"decline\""));
  EXPECT_THAT(PageIn(Registration::CONFIRMED), HasSubstr("value=\"cancel\""));
  EXPECT_THAT(PageIn(Registration::WAITLISTED), HasSubstr("Warteliste, Platz 3."));
  EXPECT_THAT(PageIn(Registration::CANCELLED), Not(HasSubstr("<form")));
}

TEST(ManagePageTest, ActsByPostOnlyAndHasNeitherScriptNorForeignHosts) {
  const std::string page = PageIn(Registration::PENDING);
  EXPECT_THAT(page, HasSubstr("<form method=\"post\" action=\"/v1/registrations:manage\">"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("http")));
  EXPECT_THAT(page, Not(HasSubstr("Musterfrau"))) << "a mail may be read over a shoulder";
}

TEST(ManagePageTest, TitlesAreTextOnly) {
  const std::string page = PageIn(Registration::CONFIRMED, "<b>\"&'");
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;"));
}

}  // namespace
}  // namespace schutznetz::events
