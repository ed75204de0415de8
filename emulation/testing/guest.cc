#include "emulation/testing/guest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace atome::emulation {

std::string GuestFolderFile(std::string_view name) {
  return (std::filesystem::path(ATOME_GUEST_DIR) / name).string();
}

bool HaveGuests() { return std::filesystem::exists(GuestFolderFile("hello.elf")); }

std::string GuestElf(std::string_view name) {
  std::ifstream file(GuestFolderFile(std::string(name) + ".elf"), std::ios::binary);
  EXPECT_TRUE(file) << "no guest " << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::unique_ptr<ElfImage> ReadImage(std::string_view bytes) {
  std::string error;
  auto image = ElfImage::Read(bytes, "test.elf", error);
  EXPECT_NE(image, nullptr) << error;
  return image;
}

std::unique_ptr<ElfImage> GuestImage(std::string_view name) { return ReadImage(GuestElf(name)); }

RunRequest GuestRequest(std::string_view guest, std::string_view core) {
  RunRequest request;
  request.elf = GuestElf(guest);
  request.elf_name = std::string(guest) + ".elf";
  request.core = FindCore(core);
  request.instruction_limit = Instructions{400'000'000};
  request.time_limit = std::chrono::seconds(60);
  return request;
}

uint32_t GuestSymbol(std::string_view guest, std::string_view symbol) {
  const auto image = GuestImage(guest);
  return image == nullptr ? 0xFFFFFFFF : image->FindSymbol(symbol).value_or(0xFFFFFFFF);
}

}  // namespace atome::emulation
