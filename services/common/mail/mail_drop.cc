#include "services/common/mail/mail_drop.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "services/common/errors/errors.h"

namespace schutznetz::mail {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr std::string_view kIdHeader = "\r\nMessage-ID: <";

// The part of the Message-ID before the "@": of letters and digits, made by this program.
std::string FileStem(std::string_view message) {
  const size_t at = message.find(kIdHeader);
  if (at == message.npos) return {};
  const std::string_view rest = message.substr(at + kIdHeader.size());
  const std::string_view id = rest.substr(0, rest.find('@'));
  if (id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != id.npos) return {};
  return std::string(id);
}

bool WriteFile(const std::string& path, std::string_view content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly);
  if (file < 0) return false;
  bool good = true;
  while (good && !content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    good = written > 0;
    if (good) content.remove_prefix(static_cast<size_t>(written));
  }
  good = good && ::fsync(file) == 0;
  return ::close(file) == 0 && good;
}

}  // namespace

absl::Status MailDrop::Prepare() const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error || ::access(folder_.c_str(), W_OK | X_OK) != 0) {
    return errors::InvalidField("mail_drop_dir", "Must be a folder that can be written to.");
  }
  return absl::OkStatus();
}

Delivery MailDrop::Send(std::string_view, std::string_view, std::string_view message) {
  const std::string stem = FileStem(message);
  if (stem.empty()) return {.outcome = Delivery::kRefused, .step = "name"};
  const std::string path = folder_ + "/" + stem + ".eml";
  const std::string unfinished = path + ".part";
  if (!WriteFile(unfinished, message) || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    return {.outcome = Delivery::kServerAway, .step = "file"};
  }
  return {.outcome = Delivery::kDelivered};
}

}  // namespace schutznetz::mail
