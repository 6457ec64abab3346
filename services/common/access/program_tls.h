// By what programs know each other beyond loopback: mutual TLS with certificates of the installation's own authority. A
// certificate names its program by one URI in subjectAltName, "spiffe://schutznetz/<program>" (gateway, directory,
// events, exchange).
#pragma once

#include <string>
#include <string_view>

namespace schutznetz::access {

inline constexpr std::string_view kProgramUriPrefix = "spiffe://schutznetz/";

// The URI in the certificate of a program.
inline std::string ProgramUri(std::string_view program) { return std::string(kProgramUriPrefix).append(program); }

// The program that a URI names; empty when it names none.
inline std::string_view ProgramOf(std::string_view uri) {
  return uri.starts_with(kProgramUriPrefix) ? uri.substr(kProgramUriPrefix.size()) : std::string_view();
}

// Paths of PEM files. They are read again when they change: put new ones in place by renaming, key and certificate
// together (for example by a link to their folder).
struct TlsFiles {
  std::string certificate;  // of this program, with its chain
  std::string key;
  std::string authorities;  // who signs the other programs' certificates
  unsigned refresh_s = 10;  // between two looks at the files

  bool given() const { return !certificate.empty(); }
  // Whether there are all three or none.
  bool complete() const { return certificate.empty() == key.empty() && key.empty() == authorities.empty(); }
};

}  // namespace schutznetz::access
