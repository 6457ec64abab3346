#include "services/common/mail/message.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/mail/transfer_encoding.h"
#include "services/common/rpc/formats.h"
#include "services/common/wire/utf8.h"

namespace schutznetz::mail {
namespace {

constexpr size_t kNameMax = 200;
constexpr size_t kSubjectMax = 500;
constexpr size_t kTextMax = 64 * 1024;
constexpr size_t kCalendarMax = 256 * 1024;
constexpr size_t kAttachmentsMax = 1024 * 1024;

bool IsUtf8Text(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    const wire::Decoded decoded = wire::DecodeUtf8(at, end);
    if (decoded.size == 0) return false;
    at += decoded.size;
  }
  return true;
}

bool IsOneLine(std::string_view text) {
  const bool has_control = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7F; });
  return !has_control && IsUtf8Text(text);
}

// type/subtype of tokens, without parameters.
bool IsMediaType(std::string_view type) {
  const size_t slash = type.find('/');
  if (slash == 0 || slash == type.npos || slash + 1 == type.size() || type.size() > 60) return false;
  return std::all_of(
             type.begin(), type.end(),
             [](unsigned char c) { return absl::ascii_isalnum(c) || c == '/' || c == '-' || c == '+' || c == '.'; }) &&
         std::count(type.begin(), type.end(), '/') == 1;
}

std::string_view CalendarsFault(const std::vector<CalendarPart>& parts) {
  size_t size = 0;
  for (const CalendarPart& part : parts) {
    size += part.text.size();
    if (part.method != "REQUEST" && part.method != "CANCEL") return "Must have the method REQUEST or CANCEL.";
    if (!IsUtf8Text(part.text)) return "Must be UTF-8.";
  }
  return size > kCalendarMax ? "Must be at most 256 KiB together." : std::string_view();
}

std::string_view AttachmentsFault(const std::vector<Attachment>& attachments) {
  size_t size = 0;
  for (const Attachment& attachment : attachments) {
    size += attachment.bytes.size();
    const std::string& name = attachment.filename;
    if (name.empty() || name.size() > kNameMax || !IsOneLine(name) || name.find_first_of("/\\\"") != name.npos) {
      return "Must have a plain file name of at most 200 bytes.";
    }
    if (!IsMediaType(attachment.media_type)) return "Must have a media type.";
  }
  return size > kAttachmentsMax ? "Must be at most 1 MiB together." : std::string_view();
}

// Every part but the text is base64: a line of it has no "=" but at its end, and quoted-printable has "=" only before
// two digits or a line end. So a boundary with "=_" stands in no part.
std::string BoundaryOf(std::string_view id, int number) { return absl::StrCat("=_", number, "_", std::string(id)); }

std::string MultipartHead(std::string_view subtype, std::string_view boundary) {
  return absl::StrCat("Content-Type: multipart/", std::string(subtype), ";\r\n boundary=\"", std::string(boundary),
                      "\"\r\n\r\n");
}

std::string TextPart(const Mail& mail) {
  return absl::StrCat("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
                      QuotedPrintable(mail.text));
}

std::string CalendarBody(const CalendarPart& part, std::string_view type, std::string_view disposition) {
  return absl::StrCat("Content-Type: ", std::string(type), "; charset=utf-8;\r\n method=", part.method,
                      "\r\nContent-Transfer-Encoding: base64\r\n", std::string(disposition), "\r\n",
                      Base64Lines(part.text));
}

std::string CalendarFile(const CalendarPart& part, size_t number) {
  const std::string name = number == 1 ? "invite.ics" : absl::StrCat("invite-", number, ".ics");
  return CalendarBody(part, "application/ics",
                      absl::StrCat("Content-Disposition: attachment;\r\n filename=\"", name, "\"\r\n"));
}

std::string AttachmentPart(const Attachment& attachment) {
  return absl::StrCat("Content-Type: ", attachment.media_type,
                      "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment",
                      FilenameParameter(attachment.filename), "\r\n\r\n", Base64Lines(attachment.bytes));
}

std::string Multipart(std::string_view subtype, const std::string& boundary, const std::vector<std::string>& parts) {
  std::string out = MultipartHead(subtype, boundary);
  for (const std::string& part : parts) absl::StrAppend(&out, "--", boundary, "\r\n", part, "\r\n");
  absl::StrAppend(&out, "--", boundary, "--\r\n");
  return out;
}

// The headers of the content, and the content.
std::string Body(const Mail& mail, std::string_view id) {
  std::string text = TextPart(mail);
  std::vector<std::string> parts;
  if (mail.calendars.empty()) {
    parts.push_back(std::move(text));
  } else {
    const std::string invitation = CalendarBody(mail.calendars.front(), "text/calendar", "");
    parts.push_back(Multipart("alternative", BoundaryOf(id, 2), {std::move(text), invitation}));
  }
  for (size_t i = 0; i < mail.calendars.size(); ++i) parts.push_back(CalendarFile(mail.calendars[i], i + 1));
  for (const Attachment& attachment : mail.attachments) parts.push_back(AttachmentPart(attachment));
  if (parts.size() == 1) return parts.front();
  return Multipart("mixed", BoundaryOf(id, 1), parts);
}

}  // namespace

absl::Status CheckMail(const Mail& mail) {
  if (!rpc::IsEmail(mail.to)) return errors::InvalidField("mail.to", "Must be an e-mail address.");
  if (mail.to_name.size() > kNameMax || !IsOneLine(mail.to_name)) {
    return errors::InvalidField("mail.to_name", "Must be one line of at most 200 bytes.");
  }
  if (mail.subject.empty() || mail.subject.size() > kSubjectMax || !IsOneLine(mail.subject)) {
    return errors::InvalidField("mail.subject", "Must be one line of 1 to 500 bytes.");
  }
  if (mail.text.size() > kTextMax || !IsUtf8Text(mail.text)) {
    return errors::InvalidField("mail.text", "Must be UTF-8 of at most 64 KiB.");
  }
  if (!rpc::IsLanguageTag(mail.language)) return errors::InvalidField("mail.language", "Must be a language tag.");
  if (!mail.unsubscribe_url.empty() && !rpc::IsHttpsUrl(mail.unsubscribe_url)) {
    return errors::InvalidField("mail.unsubscribe_url", "Must be an https address.");
  }
  const std::string_view calendars = CalendarsFault(mail.calendars);
  if (!calendars.empty()) return errors::InvalidField("mail.calendars", calendars);
  const std::string_view attachments = AttachmentsFault(mail.attachments);
  if (!attachments.empty()) return errors::InvalidField("mail.attachments", attachments);
  return absl::OkStatus();
}

absl::StatusOr<std::string> RenderMessage(const Mail& mail, const Sender& sender, std::string_view id,
                                          absl::Time date) {
  RETURN_IF_ERROR(CheckMail(mail));
  const std::string domain = sender.address.substr(sender.address.rfind('@') + 1);
  std::string message =
      absl::StrCat(MailboxLine("From", sender.name, sender.address), MailboxLine("To", mail.to_name, mail.to),
                   HeaderLine("Subject", mail.subject),
                   "Date: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", date, absl::UTCTimeZone()), "\r\n",
                   "Message-ID: <", std::string(id), "@", domain, ">\r\n", "MIME-Version: 1.0\r\n",
                   "Auto-Submitted: auto-generated\r\n", HeaderLine("Content-Language", mail.language));
  // One URL of up to 2,000 bytes cannot be folded; 998 is the limit of a line.
  if (!mail.unsubscribe_url.empty() && mail.unsubscribe_url.size() < 900) {
    absl::StrAppend(&message, "List-Unsubscribe: <", mail.unsubscribe_url, ">\r\n");
  }
  absl::StrAppend(&message, Body(mail, id));
  return message;
}

}  // namespace schutznetz::mail
