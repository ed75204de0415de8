// The guest programs of emulation/testing/guests, for tests.
#ifndef ATOME_EMULATION_TESTING_GUEST_H_
#define ATOME_EMULATION_TESTING_GUEST_H_

#include <memory>
#include <string>
#include <string_view>

#include "emulation/elf/elf_image.h"
#include "emulation/machine/machine.h"

namespace atome::emulation {

// Whether the guests were built; they need arm-none-eabi-gcc.
bool HaveGuests();

// Skips the test, with the reason, where there are no guests.
#define ATOME_REQUIRE_GUESTS() \
  if (!HaveGuests()) GTEST_SKIP() << "arm-none-eabi-gcc was not found when this was configured"

// The ELF's bytes. Fails the test when there is no such guest.
std::string GuestElf(std::string_view name);

// The image of such bytes. Fails the test when it cannot be read.
std::unique_ptr<ElfImage> ReadImage(std::string_view bytes);
// The image of a guest.
std::unique_ptr<ElfImage> GuestImage(std::string_view name);

// A request for a guest, with limits that suit a test.
RunRequest GuestRequest(std::string_view guest, std::string_view core);

// Address of a symbol; 0xFFFFFFFF when the guest lacks it.
uint32_t GuestSymbol(std::string_view guest, std::string_view symbol);

// Path of a file beside the guests.
std::string GuestFolderFile(std::string_view name);

}  // namespace atome::emulation

#endif  // ATOME_EMULATION_TESTING_GUEST_H_
