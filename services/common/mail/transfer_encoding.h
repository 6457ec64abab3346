// How text and bytes become lines that every mail server passes on (RFC 2045, 2047, 2231).
//
// All results are ASCII with lines of at most 78 characters that end in CRLF. Pure, thread safe.
#pragma once

#include <string>
#include <string_view>

namespace schutznetz::mail {

// `bytes` in lines of 76 characters of base64, each ended.
std::string Base64Lines(std::string_view bytes);

// A text as quoted-printable (RFC 2045, 6.7). Line ends of any kind become CRLF; the last line is ended.
std::string QuotedPrintable(std::string_view text);

// "Name: value", folded and ended. A value that is not plain ASCII, or that could be read as something else, becomes
// encoded words (RFC 2047) of whole UTF-8 characters. Control characters become spaces, so that no value can begin
// another header, however it came here.
std::string HeaderLine(std::string_view name, std::string_view value);

// The display name and the address of a mailbox as a header line: `Name: "Ada Beispiel" <ada@example.org>`.
std::string MailboxLine(std::string_view name, std::string_view display_name, std::string_view address);

// `; filename=…` for a Content-Disposition: quoted where it is plain, by RFC 2231 where it is not.
std::string FilenameParameter(std::string_view filename);

}  // namespace schutznetz::mail
