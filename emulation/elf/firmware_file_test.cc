#include "emulation/elf/firmware_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "emulation/base/temporary_folder.h"
#include "emulation/elf/elf_image.h"
#include "emulation/elf/image_pieces.h"
#include "emulation/machine/machine.h"
#include "emulation/testing/guest.h"

namespace atome::emulation {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// What objcopy makes of a guest; empty where there is no objcopy.
std::string Converted(std::string_view guest, const std::string& format) {
  const TemporaryFolder folder;
  const std::string to = (folder.path() / "image").string();
  const std::string command = "arm-none-eabi-objcopy -O " + format + " '" +
                              GuestFolderFile(std::string(guest) + ".elf") + "' '" + to + "' 2>/dev/null";
  if (std::system(command.c_str()) != 0) return {};
  std::ifstream file(to, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

MemoryMap PillMap() { return MapOf(*FindBoard("bluepill")); }

std::optional<FirmwareFile> Read(const std::string& bytes, const std::string& name, std::string* error,
                                 const FirmwareFileOptions& options = {}) {
  return ReadFirmwareFile(bytes, name, PillMap(), options, *error);
}

std::string Error(const std::string& bytes, const std::string& name,
                  const FirmwareFileOptions& options = {}) {
  std::string error;
  EXPECT_FALSE(Read(bytes, name, &error, options));
  EXPECT_THAT(error, StartsWith(name + ": "));
  return error;
}

std::string Uf2(const std::string& bytes, uint32_t address, uint32_t family) {
  std::string file;
  const auto word = [&file](uint32_t value) {
    for (int k = 0; k < 4; ++k) file += static_cast<char>(value >> 8 * k);
  };
  const auto blocks = static_cast<uint32_t>((bytes.size() + 255) / 256);
  for (uint32_t k = 0; k < blocks; ++k) {
    std::string payload = bytes.substr(size_t{256} * k, 256);
    for (const uint32_t value : {0x0A324655u, 0x9E5D5157u, 0x2000u, address + 256 * k,
                                 static_cast<uint32_t>(payload.size()), k, blocks, family})
      word(value);
    payload.resize(476);
    file += payload;
    word(0x0AB16F30);
  }
  return file;
}

// The same program in every form, on the board that it is linked for.
TEST(FirmwareFile, EveryFormRunsAlike) {
  ATOME_REQUIRE_GUESTS();
  const std::string bin = Converted("newlib_bluepill", "binary"), hex = Converted("newlib_bluepill", "ihex");
  if (bin.empty() || hex.empty()) GTEST_SKIP() << "arm-none-eabi-objcopy not found";
  RunRequest request = GuestRequest("newlib_bluepill", "m3");
  request.board = FindBoard("bluepill");
  const RunResult elf = UnicornMachine().Run(request);
  ASSERT_EQ(elf.outcome, Outcome::kExited) << elf.message;
  const std::pair<std::string, const char*> files[] = {
      {bin, "a.bin"}, {hex, "a.hex"}, {hex, "no_name"}, {Uf2(bin, 0x08000000, 0x5EE21072), "a.uf2"}};
  for (const auto& [bytes, name] : files) {
    std::string error;
    const auto file = Read(bytes, name, &error, {.load = {}, .chip = "STM32F103C8"});
    ASSERT_TRUE(file) << error;
    EXPECT_TRUE(file->raw_image);
    request.elf = file->elf;
    request.raw_image = true;
    const RunResult result = UnicornMachine().Run(request);
    EXPECT_EQ(result.outcome, Outcome::kExited) << name << result.message;
    EXPECT_EQ(result.output, elf.output) << name;
    EXPECT_TRUE(result.cycles == elf.cycles) << name;
  }
}

TEST(FirmwareFile, RawBytesMayRunInRam) {
  ATOME_REQUIRE_GUESTS();
  const std::string bin = Converted("code_in_ram", "binary");
  if (bin.empty()) GTEST_SKIP() << "arm-none-eabi-objcopy not found";
  std::string error;
  const auto file = ReadFirmwareFile(bin, "a.bin", MapOf(*FindCore("m0")), {}, error);
  ASSERT_TRUE(file) << error;
  RunRequest request = GuestRequest("code_in_ram", "m0");
  request.elf = file->elf;
  EXPECT_EQ(UnicornMachine().Run(request).outcome, Outcome::kFault) << "no segment says that RAM holds code";
  request.raw_image = true;
  EXPECT_EQ(UnicornMachine().Run(request).exit_code, 6);
}

TEST(FirmwareFile, RawBytesFindTheirPlace) {
  std::string bytes(64, '\0');
  const auto reset_at = [&bytes](uint32_t reset, uint32_t offset = 4) {
    for (int k = 0; k < 4; ++k) bytes[offset + static_cast<uint32_t>(k)] = static_cast<char>(reset >> 8 * k);
  };
  const auto place = [&bytes](const MemoryMap& map,
                              std::optional<uint32_t> load = {}) -> std::optional<uint32_t> {
    std::string error;
    const auto file = ReadFirmwareFile(bytes, "a.bin", map, {.load = load, .chip = ""}, error);
    if (!file) return std::nullopt;
    return ReadImage(file->elf)->segments().at(0).load_address;
  };
  reset_at(0x08000021);
  EXPECT_EQ(place(PillMap()), 0x08000000u);
  EXPECT_EQ(place(MapOf(*FindCore("m3"))), 0x08000000u) << "another place for images";
  EXPECT_EQ(place(PillMap(), 0x08002000), 0x08002000u) << "as told";
  reset_at(0x21);
  EXPECT_EQ(place(PillMap()), 0u) << "the alias";
  reset_at(0x08002021);
  EXPECT_EQ(place(PillMap()), std::nullopt);
  EXPECT_THAT(Error(bytes, "a.bin"),
              HasSubstr("its reset handler, 0x08002021, is not among its bytes; give --load"));
  bytes.resize(300);
  reset_at(0x10000111, 260);
  EXPECT_EQ(place(MapOf(*FindBoard("rp2040"))), 0x10000000u) << "behind the second boot stage";
  EXPECT_THAT(Error("", "a.bin"), HasSubstr("too short"));
  EXPECT_THAT(Error("abc", "a.elf"), HasSubstr("need a name in .bin, or --load ADDRESS"));
  EXPECT_THAT(Error(":00000001FF\n", "a.hex", {.load = 0, .chip = ""}), HasSubstr("leave it out"));
}

TEST(IntelHex, ReadsEveryRecord) {
  EXPECT_THAT(Error(":020000040800F2\r\n:04000000010203 04\r\n", "a.hex"), HasSubstr("line 2: "));
  std::string error;
  const auto file = Read(
      ":020000040800F2\r\n"
      ":0400000001020304F2\r\n"
      "\r\n"
      ":020000021000EC\n"
      ":04FFFE00AABBCCDDF1\n"
      ":0400000300003800C1\n"
      ":04000005080000C12E\n"
      ":00000001FF\n",
      "a.hex", &error);
  ASSERT_TRUE(file) << error;
  const auto image = ReadImage(file->elf);
  ASSERT_EQ(image->segments().size(), 3u);
  EXPECT_EQ(image->segments()[0].load_address, 0x00010000u) << "wrapped";
  EXPECT_EQ(image->segments()[0].bytes[0], 0xCC);
  EXPECT_EQ(image->segments()[1].load_address, 0x0001FFFEu);
  EXPECT_EQ(image->segments()[1].bytes[1], 0xBB);
  EXPECT_EQ(image->WordAt(0x08000000), 0x04030201u);
  EXPECT_EQ(image->entry(), 0x080000C0u);
}

// A record of 255 bytes is the longest; one of a segment wraps at its end, one of 32-bit addresses goes on.
TEST(IntelHex, RecordsReachTheEndOfABank) {
  const auto record = [](size_t bytes, uint16_t offset, char type, const std::string& data) {
    std::string text = {static_cast<char>(bytes), static_cast<char>(offset >> 8), static_cast<char>(offset),
                        type};
    text += data;
    uint8_t sum = 0;
    for (const char c : text) sum = static_cast<uint8_t>(sum + static_cast<uint8_t>(c));
    text += static_cast<char>(-sum);
    std::string line = ":";
    for (const char c : text) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      line += {kDigits[static_cast<uint8_t>(c) >> 4], kDigits[c & 15]};
    }
    return line + "\n";
  };
  const std::string end = record(0, 0, 1, ""), longest(255, 'x');
  const std::string linear = record(2, 0, 4, std::string("\x08\x00", 2));
  const std::string segment = record(2, 0, 2, std::string("\x10\x00", 2));
  const struct {
    std::string bank;
    uint16_t offset;
    std::vector<std::pair<uint32_t, size_t>> pieces;
  } kCases[] = {{linear, 0xFF01, {{0x0800FF01, 255}}},
                {linear, 0xFF02, {{0x0800FF02, 255}}},
                {segment, 0xFF01, {{0x1FF01, 255}}},
                {segment, 0xFF02, {{0x10000, 1}, {0x1FF02, 254}}}};
  for (const auto& each : kCases) {
    std::string error;
    const auto file = Read(each.bank + record(255, each.offset, 0, longest) + end, "a.hex", &error);
    ASSERT_TRUE(file) << error;
    std::vector<std::pair<uint32_t, size_t>> pieces;
    const auto image = ReadImage(file->elf);
    for (const auto& piece : image->segments()) pieces.emplace_back(piece.load_address, piece.bytes.size());
    EXPECT_EQ(pieces, each.pieces);
  }
}

TEST(IntelHex, SaysWhichLineIsWrong) {
  const std::string end = ":00000001FF\n", first = ":0400000001020304F2\n";
  const std::pair<std::string, const char*> cases[] = {
      {first, "it ends at line 1 without the record :00000001FF"},
      {first + end + first, "line 3: there is more behind the end record"},
      {first + "0400\n" + end, "line 2: a record begins with a colon"},
      {first + ":040\n" + end, "line 2: a record has two digits a byte"},
      {first + ":0400\n" + end, "line 2: the record is cut"},
      {first + ":0400000001020304F3\n" + end, "line 2: the checksum is wrong"},
      {first + ":0500000001020304F1\n" + end, "line 2: the record promises 5 bytes of data and has 4"},
      {first + ":00000006FA\n" + end, "line 2: there is no record type 6"},
      {first + ":0100000400FB\n" + end, "line 2: a record of type 4 has 2 bytes of data, here 1"},
      {first + first + end, "line 2: bytes at 0x00000000 are there twice"},
      {first + ":02000004FFFFFC\n:01FFFF000001\n" + end, "line 3: the bytes at 0xffffffff reach the end"},
      {end, "there are no bytes to load"}};
  for (const auto& [text, what] : cases) EXPECT_THAT(Error(text, "a.hex"), HasSubstr(what)) << text;
}

TEST(Uf2, SaysWhichBlockIsWrong) {
  const std::string good = Uf2(std::string(1000, 'a'), 0x08000000, 0x5EE21072);
  ASSERT_EQ(good.size(), 4 * 512u);
  std::string error;
  EXPECT_TRUE(Read(good, "a.uf2", &error)) << error;
  const auto with = [&good](size_t at, char value) {
    std::string bytes = good;
    bytes[at] = value;
    return Error(bytes, "a.uf2");
  };
  EXPECT_THAT(Error(good.substr(0, 1000), "a.uf2"), HasSubstr("1000 bytes are no multiple of 512"));
  EXPECT_THAT(Error(good.substr(0, 1024), "a.uf2"), HasSubstr("block number 2 of 4 is missing"));
  EXPECT_THAT(Error(good + good.substr(0, 512), "a.uf2"), HasSubstr("block 4: number 0 is there twice"));
  EXPECT_THAT(with(512, 0), HasSubstr("block 1: the magic number at byte 0"));
  EXPECT_THAT(with(511, 1), HasSubstr("block 0: the magic number at byte 508"));
  EXPECT_THAT(with(17, 2), HasSubstr("block 0: it has 512 bytes"));
  // 476 bytes of data at most, of 512.
  for (const uint32_t bytes : {475u, 476u, 477u}) {
    std::string file = good.substr(0, 512);
    file[16] = static_cast<char>(bytes);
    file[17] = static_cast<char>(bytes >> 8);
    file[24] = 1;
    const auto read = Read(file, "a.uf2", &error);
    EXPECT_EQ(read.has_value(), bytes <= 476) << error;
    const size_t read_bytes = read ? ReadImage(read->elf)->segments().at(0).bytes.size() : 0;
    EXPECT_EQ(read_bytes, bytes <= 476 ? bytes : 0);
  }
  EXPECT_THAT(Error(good.substr(0, 511), "a.uf2"), HasSubstr("511 bytes are no multiple of 512"));
  EXPECT_THAT(Error(good.substr(0, 7), "a.uf2"), HasSubstr("is cut"));
  EXPECT_THAT(with(20, 4), HasSubstr("block 0: it is number 4 of 4"));
  EXPECT_THAT(with(9, 0x30), HasSubstr("block 0: it is of a file in a container"));
  EXPECT_THAT(with(512 + 24, 3), HasSubstr("block 1: it is one of 3, others are of 4"));
  EXPECT_THAT(with(512 + 13, 0), HasSubstr("block 1: bytes at 0x08000000 are there twice"));
  EXPECT_THAT(with(512 + 28, 0), HasSubstr("for several chips: 0x5ee21000, 0x5ee21072 (STM32F1)"));
  EXPECT_THAT(Error(good, "a.uf2", {.load = {}, .chip = "RP2040"}),
              HasSubstr("for the family 0x5ee21072 (STM32F1), and the board has RP2040"));
  // RP2350's block in front, of a family of its own.
  const std::string pico =
      Uf2("x", 0x10FFFF00, 0xE48BFF57) + Uf2(std::string(300, 'a'), 0x10000000, 0xE48BFF59);
  EXPECT_TRUE(Read(pico, "a.uf2", &error, {.load = {}, .chip = "RP2350"})) << error;
}

TEST(FirmwareFile, NoBytesCrashTheReaders) {
  std::mt19937 random(1);
  const std::string uf2 = Uf2(std::string(700, 'a'), 0x08000000, 0x5EE21072);
  std::string hex;
  for (int k = 0; k < 40; ++k) hex += k % 8 == 0 ? ":020000021000EC\n" : ":0400000001020304F2\n";
  for (int round = 0; round < 3000; ++round) {
    std::string bytes = round % 3 == 0 ? uf2 : round % 3 == 1 ? hex : std::string(random() % 600, '\0');
    for (int change = 0; change < 1 + round % 5 && !bytes.empty(); ++change) {
      const size_t at = random() % bytes.size();
      if (round % 7 == 0)
        bytes.erase(at, random() % 100);
      else
        bytes[at] = round % 2 == 0 ? static_cast<char>(random()) : "0123456789ABCDEF:\n"[random() % 18];
    }
    for (const char* name : {"a.bin", "a.hex", "a.uf2", "a"}) {
      std::string error;
      const auto file = Read(bytes, name, &error);
      if (!file) {
        EXPECT_THAT(error, StartsWith(std::string(name) + ": "));
      } else if (!bytes.starts_with("\x7f")) {
        EXPECT_NE(ElfImage::Read(file->elf, name, error), nullptr) << error;
      }
    }
  }
}

// What a firmware file puts where, in order of address.
std::vector<std::pair<uint32_t, std::string>> Loaded(const std::string& elf) {
  std::string error;
  const auto image = ElfImage::Read(elf, "an.elf", error);
  EXPECT_NE(image, nullptr) << error;
  std::vector<std::pair<uint32_t, std::string>> pieces;
  if (image == nullptr) return pieces;
  for (const auto& segment : image->segments()) {
    if (!segment.bytes.empty())
      pieces.emplace_back(segment.load_address, std::string(segment.bytes.begin(), segment.bytes.end()));
  }
  std::ranges::sort(pieces);
  return pieces;
}

// One string from `base` on, 0xFF between the pieces; empty when the first piece is elsewhere.
std::string Flat(const std::vector<std::pair<uint32_t, std::string>>& pieces, uint32_t base) {
  std::string flat;
  for (const auto& [address, bytes] : pieces) {
    flat.resize(address - base, '\xFF');
    flat += bytes;
  }
  return flat;
}

// An ELF with pieces of random length and place, as the reader of Intel HEX makes it.
std::string RandomElf(std::mt19937& random) {
  std::string error;
  ImagePieces pieces;
  uint32_t address = 0x10000000u + random() % 0x20000;
  for (uint32_t count = 1 + random() % 5; count > 0; --count) {
    std::string bytes(1 + random() % 700, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    EXPECT_EQ(pieces.Add(address, bytes, 0), "");
    address += static_cast<uint32_t>(bytes.size()) + 1 + random() % (random() % 4 == 0 ? 70'000 : 300);
  }
  EXPECT_EQ(pieces.Finish("piece"), "");
  return pieces.Elf(0x10000001);
}

TEST(WriteFirmwareFile, IsReadBackAsTheSame) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const std::string elf = RandomElf(random);
    const auto pieces = Loaded(elf);
    std::string error;
    const auto bin = WriteFirmwareFile(elf, FirmwareForm::kBin, "", error);
    ASSERT_TRUE(bin) << error;
    EXPECT_EQ(*bin, Flat(pieces, pieces.front().first));
    const auto hex = WriteFirmwareFile(elf, FirmwareForm::kIntelHex, "", error);
    ASSERT_TRUE(hex) << error;
    const auto of_hex = Read(*hex, "f.hex", &error);
    ASSERT_TRUE(of_hex) << error;
    EXPECT_EQ(Loaded(of_hex->elf), pieces);
    const auto uf2 = WriteFirmwareFile(elf, FirmwareForm::kUf2, "RP2040", error);
    ASSERT_TRUE(uf2) << error;
    EXPECT_EQ(uf2->size() % 512, 0u);
    const auto of_uf2 = Read(*uf2, "f.uf2", &error, {.load = {}, .chip = "RP2040"});
    ASSERT_TRUE(of_uf2) << error;
    const uint32_t base = pieces.front().first / 256 * 256;
    std::string flat = Flat(pieces, base);
    flat.resize((flat.size() + 255) / 256 * 256, '\xFF');
    EXPECT_EQ(Flat(Loaded(of_uf2->elf), base), flat);
    EXPECT_EQ(WriteFirmwareFile(elf, FirmwareForm::kElf, "", error), elf);
  }
}

TEST(WriteFirmwareFile, AsObjcopyDoes) {
  const std::string binary = Converted("newlib_bluepill", "binary");
  if (binary.empty()) GTEST_SKIP() << "no arm-none-eabi-objcopy";
  std::ifstream file(GuestFolderFile("newlib_bluepill.elf"), std::ios::binary);
  const std::string elf{std::istreambuf_iterator<char>(file), {}};
  std::string error;
  EXPECT_EQ(WriteFirmwareFile(elf, FirmwareForm::kBin, "", error), binary);
  std::string hex = Converted("newlib_bluepill", "ihex");
  std::erase(hex, '\r');
  EXPECT_EQ(WriteFirmwareFile(elf, FirmwareForm::kIntelHex, "", error), hex);
}

TEST(WriteFirmwareFile, Uf2NamesTheFamilyOfTheChip) {
  std::mt19937 random(2);
  const std::string elf = RandomElf(random);
  std::string error;
  const auto family = [&](std::string_view chip) {
    const auto uf2 = WriteFirmwareFile(elf, FirmwareForm::kUf2, chip, error);
    return uf2 ? uf2->substr(28, 4) : "";
  };
  EXPECT_EQ(family("RP2040"), "\x56\xFF\x8B\xE4");
  EXPECT_EQ(family("STM32F411RE"), "\x57\x5A\x75\x57");
  EXPECT_EQ(family("STM32F407VG"), "\xFA\x22\x09\x6D");  // which is an STM32F4 too
  EXPECT_EQ(family("nRF51822"), "");
  EXPECT_THAT(error, testing::AllOf(HasSubstr("no UF2 family is known of nRF51822"), HasSubstr("RP2040")));
  EXPECT_EQ(family(""), "");
  EXPECT_THAT(error, HasSubstr("a bare core"));
}

TEST(WriteFirmwareFile, RefusesWhatHasNoSuchForm) {
  std::string error;
  EXPECT_FALSE(WriteFirmwareFile("no ELF", FirmwareForm::kBin, "", error));
  EXPECT_NE(error, "");
  ImagePieces far;
  ASSERT_EQ(far.Add(0x1000, "a", 0), "");
  ASSERT_EQ(far.Add(0x20000000, "b", 0), "");
  ASSERT_EQ(far.Finish("piece"), "");
  EXPECT_FALSE(WriteFirmwareFile(far.Elf(0), FirmwareForm::kBin, "", error));
  EXPECT_THAT(error, testing::AllOf(HasSubstr("64 MiB"), HasSubstr(".hex")));
  for (const uint32_t more : {0u, 1u}) {
    ImagePieces apart;
    ASSERT_EQ(apart.Add(0x1000, "a", 0), "");
    ASSERT_EQ(apart.Add(0x1000 + kMostMemoryBytes - 1 + more, "b", 0), "");
    ASSERT_EQ(apart.Finish("piece"), "");
    const auto bin = WriteFirmwareFile(apart.Elf(0), FirmwareForm::kBin, "", error);
    EXPECT_EQ(bin.has_value(), more == 0) << "64 MiB are the most";
  }
  EXPECT_TRUE(WriteFirmwareFile(far.Elf(0), FirmwareForm::kIntelHex, "", error));
  // A page of UF2 is 256 bytes, and none that a reader takes ends where addresses do.
  for (const uint32_t address : {0xFFFFFEFFu, 0xFFFFFF00u}) {
    ImagePieces last;
    ASSERT_EQ(last.Add(address, "a", 0), "");
    ASSERT_EQ(last.Finish("piece"), "");
    const auto uf2 = WriteFirmwareFile(last.Elf(0), FirmwareForm::kUf2, "RP2040", error);
    EXPECT_EQ(uf2.has_value(), address == 0xFFFFFEFFu);
    if (uf2) {
      EXPECT_TRUE(Read(*uf2, "a.uf2", &error)) << error;
    }
  }
  EXPECT_THAT(error, HasSubstr("the last 256 of the address space"));
}

TEST(FirmwareFile, FormsAreKnownByTheirEndings) {
  EXPECT_EQ(FirmwareFormOf("a.elf"), FirmwareForm::kElf);
  EXPECT_EQ(FirmwareFormOf("a.BIN"), FirmwareForm::kBin);
  EXPECT_EQ(FirmwareFormOf("a.bin.hex"), FirmwareForm::kIntelHex);
  EXPECT_EQ(FirmwareFormOf("a.uf2"), FirmwareForm::kUf2);
  for (const char* name : {"a", "", "a.txt", "bin", "a.bin.gz"})
    EXPECT_EQ(FirmwareFormOf(name), std::nullopt) << name;
}

TEST(FirmwareFile, TheShortestHexFileIsOne) {
  // The end record alone: 11 characters, without a name that tells.
  EXPECT_THAT(Error(":00000001FF", "a"), ::testing::Not(HasSubstr("need a name")));
  EXPECT_THAT(Error(":00000001F", "a"), HasSubstr("need a name in .bin"));
}

TEST(FirmwareFile, TheResetHandlerMayBeTheLastByte) {
  std::string bytes(65, '\0'), error;
  bytes[4] = 65, bytes[7] = 8;  // code at 64, in Thumb state
  EXPECT_TRUE(Read(bytes, "a.bin", &error)) << error;
  bytes[4] = 67;
  EXPECT_THAT(Error(bytes, "a.bin"), HasSubstr("is not among its bytes"));
}

}  // namespace
}  // namespace atome::emulation
