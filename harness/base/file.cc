#include "harness/base/file.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "harness/base/text.h"

namespace atome::harness {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 30;

}  // namespace

Result<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) return Missing(StrCat(path, ": cannot open: ", std::strerror(errno)));
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  for (size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), file.get())) > 0;) {
    bytes.append(buffer.data(), count);
    if (bytes.size() > kMaxFileBytes) {
      return Bad(StrCat(path, ": is over ", kMaxFileBytes, " bytes; the command reads no larger file"));
    }
  }
  if (std::ferror(file.get()))
    return Bad(StrCat(path, ": cannot read: ", errno == EISDIR ? "it is a folder" : std::strerror(errno)));
  return bytes;
}

std::string Hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out += kDigits[static_cast<unsigned char>(byte) >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string Sha256Hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return Hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace atome::harness
