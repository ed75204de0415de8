#include "harness/run/firmware_store.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "emulation/boards/core.h"
#include "emulation/elf/arm_header.h"
#include "emulation/elf/elf_image.h"
#include "harness/base/file.h"
#include "harness/base/places.h"
#include "harness/testing/repository.h"

namespace atome::harness {
namespace {

using ::testing::AllOf;
using testing::ErrorOf;
using ::testing::HasSubstr;
using testing::ScopedVariable;
using testing::TemporaryFolder;
using testing::TinyModel;

const std::string kFirmware = (PartsFolder() / "firmware").string();
constexpr uint32_t kCodeAt = 0, kDataAt = 0x20000000;

std::string Bytes(const void* from, size_t count) { return {static_cast<const char*>(from), count}; }

// The smallest Arm executable: 64 bytes at kCodeAt, and 16 at kDataAt that the file does not hold.
std::string HandMadeElf() {
  const Elf32_Ehdr header = emulation::ArmHeader(9, 2);
  const auto code_offset = static_cast<Elf32_Off>(sizeof header + 2 * sizeof(Elf32_Phdr));
  const Elf32_Phdr code{PT_LOAD, code_offset, kCodeAt, kCodeAt, 64, 64, PF_R | PF_X, 4};
  const Elf32_Phdr data{PT_LOAD, code_offset + 64, kDataAt, kDataAt, 0, 16, PF_R | PF_W, 4};
  // One byte more than a multiple of 4, so that the added table needs padding.
  return Bytes(&header, sizeof header) + Bytes(&code, sizeof code) + Bytes(&data, sizeof data) +
         std::string(64, '\x42') + "x";
}

template <class Change>
std::string WithHeader(std::string elf, Change change) {
  Elf32_Ehdr header;
  std::memcpy(&header, elf.data(), sizeof header);
  change(&header);
  std::memcpy(elf.data(), &header, sizeof header);
  return elf;
}

std::unique_ptr<emulation::ElfImage> Parsed(const std::string& elf) {
  std::string error;
  auto image = emulation::ElfImage::Read(elf, "joined.elf", error);
  EXPECT_NE(image, nullptr) << error;
  return image;
}

bool FirmwareBuilt() { return std::filesystem::exists(std::string(kFirmware) + "/m3/generic-f32.elf"); }
#define REQUIRE_FIRMWARE() \
  if (!FirmwareBuilt()) GTEST_SKIP() << "no cross compiler, so no firmware was built"

TEST(MakeModelImage, Layout) {
  Model model;
  model.config = atome_config{0x0102, 0x0304, 5, 6, 7, 8, 0xFFFF};
  model.bytes = "the model";
  const std::string image = MakeModelImage(model, model.bytes);
  ASSERT_EQ(image.size(), 40u + 9u);
  const unsigned char expected[40] = {'A',  'T',  'M', 'I',                          // magic
                                      1,    0,    0,   0,                            // image version
                                      2,    1,    0,   0,   4, 3, 0, 0, 5, 0, 0, 0,  // V, d, L
                                      6,    0,    0,   0,   7, 0, 0, 0, 8, 0, 0, 0,  // h, K, k
                                      0xFF, 0xFF, 0,   0,   9, 0, 0, 0};             // S, file bytes
  EXPECT_EQ(image.substr(0, 40), Bytes(expected, 40));
  EXPECT_EQ(image.substr(40), "the model");
}

TEST(AddSegment, AddsOneAndKeepsTheRest) {
  const std::string elf = HandMadeElf();
  const auto before = Parsed(elf);
  ASSERT_NE(before, nullptr);
  for (size_t size : {1, 3, 4, 1001}) {
    const std::string data(size, '\x77');
    const Result<std::string> joined = AddSegment(elf, 0x40, data);
    ASSERT_TRUE(joined.ok()) << joined.error().message;
    const auto after = Parsed(*joined);
    ASSERT_NE(after, nullptr);
    EXPECT_EQ(after->entry(), before->entry());
    ASSERT_EQ(after->segments().size(), before->segments().size() + 1);
    for (size_t i = 0; i < before->segments().size(); ++i) {
      const auto& was = before->segments()[i];
      const auto& is = after->segments()[i];
      EXPECT_EQ(is.load_address, was.load_address);
      EXPECT_EQ(is.memory_bytes, was.memory_bytes);
      EXPECT_TRUE(std::equal(is.bytes.begin(), is.bytes.end(), was.bytes.begin(), was.bytes.end()));
    }
    const auto& added = after->segments().back();
    EXPECT_EQ(added.load_address, 0x40u);
    EXPECT_EQ(added.run_address, 0x40u);
    EXPECT_EQ(added.memory_bytes, size);
    EXPECT_FALSE(added.executable);
    EXPECT_EQ(Bytes(added.bytes.data(), added.bytes.size()), data);
  }
}

TEST(AddSegment, Twice) {
  const Result<std::string> once = AddSegment(HandMadeElf(), 0x1000, "first");
  ASSERT_TRUE(once.ok());
  const Result<std::string> twice = AddSegment(*once, 0x2000, "second");
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(Parsed(*twice)->segments().size(), 4u);
  EXPECT_THAT(ErrorOf(AddSegment(*twice, 0x1004, "third")), HasSubstr("segment at 0x00001000 is in the way"));
}

TEST(AddSegment, RefusesAnOverlap) {
  const std::string elf = HandMadeElf();  // 64 bytes from 0
  for (uint32_t address : {0u, 4u, 63u}) {
    EXPECT_THAT(ErrorOf(AddSegment(elf, address, "data")), HasSubstr("segment at 0x00000000 is in the way"))
        << address;
  }
  const std::string high = *AddSegment(elf, 0x1000, "12345678");
  EXPECT_FALSE(AddSegment(high, 0xFFC, std::string(5, 0)).ok());
  EXPECT_FALSE(AddSegment(high, 0x800, std::string(0x1000, 0)).ok());
  EXPECT_FALSE(AddSegment(high, 0x1007, "x").ok());
  EXPECT_TRUE(AddSegment(high, 0xFFC, "1234").ok());
  EXPECT_TRUE(AddSegment(high, 0x1008, "1234").ok());
  EXPECT_FALSE(AddSegment(*AddSegment(elf, 0x1000, "1"), 0xFFE, "1234").ok()) << "one byte";
  EXPECT_TRUE(AddSegment(elf, kDataAt - 4, "12345678").ok()) << "of what the file does not hold";
}

TEST(AddSegment, RefusesWhatIsNoElf) {
  const std::string elf = HandMadeElf();
  const std::string magic = WithHeader(elf, [](auto* h) { h->e_ident[0] = 'x'; });
  const std::string wide = WithHeader(elf, [](auto* h) { h->e_ident[EI_CLASS] = ELFCLASS64; });
  const std::string big_endian = WithHeader(elf, [](auto* h) { h->e_ident[EI_DATA] = ELFDATA2MSB; });
  for (const std::string& bad :
       {std::string(),
        std::string("\x7f"
                    "ELF"),
        elf.substr(0, sizeof(Elf32_Ehdr) - 1), std::string(4096, 'x'), magic, wide, big_endian}) {
    EXPECT_THAT(ErrorOf(AddSegment(bad, 0x1000, "data")), HasSubstr("not a little-endian ELF32 file"));
  }
}

TEST(AddSegment, RefusesAProgramHeaderTableOutsideTheFile) {
  const std::string elf = HandMadeElf();
  const std::string cut = elf.substr(0, sizeof(Elf32_Ehdr) + sizeof(Elf32_Phdr));
  const std::string far_away = WithHeader(elf, [](auto* h) { h->e_phoff = 0xFFFFFFF0; });
  const std::string many = WithHeader(elf, [](auto* h) { h->e_phnum = 0x7FFF; });
  const std::string full = WithHeader(elf, [](auto* h) { h->e_phnum = 0xFFFF; });
  const std::string odd = WithHeader(elf, [](auto* h) { h->e_phentsize = 31; });
  for (const std::string& bad : {cut, far_away, many, full, odd}) {
    EXPECT_THAT(ErrorOf(AddSegment(bad, 0x1000, "data")), HasSubstr("program header table"));
  }
}

TEST(AddSegment, SurvivesDamage) {
  std::mt19937 random(1);
  const std::string elf = HandMadeElf();
  for (int i = 0; i < 5000; ++i) {
    std::string damaged = elf;
    for (uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      damaged[random() % 116] = static_cast<char>(random());
    }
    const Result<std::string> joined = AddSegment(damaged, static_cast<uint32_t>(random()), "data");
    std::string error;
    if (!joined.ok() || emulation::ElfImage::Read(*joined, "damaged.elf", error) != nullptr) continue;
    EXPECT_NE(error, "");
  }
}

TEST(FindFirmware, PrefersTheOneBuiltForTheModel) {
  REQUIRE_FIRMWARE();
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", kFirmware);
  const Result<Firmware> firmware = FindFirmware(TinyModel("tiny_odd", 3), "m3", /*taps=*/false);
  ASSERT_TRUE(firmware.ok()) << firmware.error().message;
  EXPECT_EQ(firmware->name, "m3/tiny_odd-f32.elf");
}

TEST(FindFirmware, ByContentWhateverTheNames) {
  REQUIRE_FIRMWARE();
  const TemporaryFolder files;
  std::filesystem::create_directories(files.path() / "m3");
  const auto copy = [&](const char* from, const char* to) {
    std::filesystem::copy_file(kFirmware + "/m3/" + from, files.path() / "m3" / to);
  };
  copy("generic-f32.elf", "generic-f32.elf");
  copy("atome_60k-f32.elf", "tiny_odd-f32.elf");  // another model's, under this one's name
  copy("tiny_odd-q15.elf", "a-q15.elf");
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", files.path().string());
  Model model = TinyModel("tiny_odd", 3);
  EXPECT_EQ(FindFirmware(model, "m3", false)->name, "m3/generic-f32.elf + model");
  copy("tiny_odd-f32.elf", "b-f32.elf");
  model.path = "somewhere/my.atome03";
  const Result<Firmware> firmware = FindFirmware(model, "m3", false);
  ASSERT_TRUE(firmware.ok()) << firmware.error().message;
  EXPECT_EQ(firmware->name, "m3/b-f32.elf");
  EXPECT_EQ(firmware->Kind(), "for the model");
  EXPECT_EQ(firmware->Note(), "");
  EXPECT_EQ(FindFirmware(model, "m3", false, Variant::kQ15)->name, "m3/a-q15.elf");
  EXPECT_EQ(
      FindFirmware(model, "m3", false, Variant::kF32, FirmwareBuild::kSpeed, Specialise::kNever)->Note(),
      "generic firmware");
  model.config.max_seq = 17;
  EXPECT_EQ(FindFirmware(model, "m3", false)->name, "m3/generic-f32.elf + model");
}

TEST(FindFirmware, ADamagedOneIsNotTaken) {
  REQUIRE_FIRMWARE();
  const TemporaryFolder files;
  const Model model = TinyModel("tiny_odd", 3);
  const std::string elf = *ReadFile(kFirmware + "/m3/tiny_odd-f32.elf");
  files.Write("m3/generic-f32.elf", *ReadFile(kFirmware + "/m3/generic-f32.elf"));
  files.Write("m3/cut-f32.elf", elf.substr(0, elf.size() / 2));
  files.Write("m3/image-f32.elf", MakeModelImage(model, model.bytes));  // has the bytes, and is no ELF
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", files.path().string());
  EXPECT_TRUE(FindFirmware(model, "m3", false)->generic);
}

TEST(FindFirmware, AddsAnyOtherModelToTheGenericOne) {
  REQUIRE_FIRMWARE();
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", kFirmware);
  Model model = TinyModel("tiny_odd", 2);
  model.config.max_seq = 17;  // makes a model that differs from the built-in one
  for (const emulation::Core& core : emulation::Cores()) {
    const Result<Firmware> firmware = FindFirmware(model, core.name, /*taps=*/false);
    ASSERT_TRUE(firmware.ok()) << firmware.error().message;
    EXPECT_EQ(firmware->name, std::string(core.name) + "/generic-f32.elf + model");
    const auto image = Parsed(firmware->elf);
    ASSERT_NE(image, nullptr);
    EXPECT_EQ(image->WhyNotOn(core), "");
    const auto at = image->FindSymbol("atome_model_image");
    ASSERT_TRUE(at.has_value());
    const auto& added = image->segments().back();
    EXPECT_EQ(added.load_address, *at);
    EXPECT_EQ(Bytes(added.bytes.data(), added.bytes.size()), MakeModelImage(model, model.bytes));
  }
}

TEST(FindFirmware, TapsAreAlwaysGeneric) {
  REQUIRE_FIRMWARE();
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", kFirmware);
  const Result<Firmware> firmware = FindFirmware(TinyModel("tiny_odd"), "m0", /*taps=*/true);
  ASSERT_TRUE(firmware.ok()) << firmware.error().message;
  EXPECT_EQ(firmware->name, "m0/generic-f32-taps.elf + model");
}

TEST(FindFirmware, NothingBuilt) {
  const TemporaryFolder empty;
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", empty.path().string());
  const Result<Firmware> firmware = FindFirmware(TinyModel("tiny_odd"), "m3", /*taps=*/false);
  EXPECT_TRUE(firmware.missing());
  EXPECT_THAT(ErrorOf(firmware),
              AllOf(HasSubstr((empty.path() / "m3/generic-f32.elf").string()), HasSubstr("ci/build"),
                    HasSubstr("gcc-arm-none-eabi"), HasSubstr("ATOME_FIRMWARE_DIR")));
}

TEST(FindFirmware, NoElf) {
  const TemporaryFolder files;
  const std::string path = files.Write("m3/generic-f32.elf", "not an ELF");
  files.Write("m3/tiny_odd-f32.elf", "neither");
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", files.path().string());
  const Result<Firmware> firmware = FindFirmware(TinyModel("tiny_odd"), "m3", /*taps=*/false);
  EXPECT_FALSE(firmware.missing());
  EXPECT_THAT(ErrorOf(firmware), HasSubstr(path));
}

TEST(FindFirmware, NoPlaceForTheModel) {
  const TemporaryFolder files;
  const std::string path = files.Write("m3/generic-f32.elf", HandMadeElf());
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", files.path().string());
  EXPECT_THAT(ErrorOf(FindFirmware(TinyModel("tiny_odd"), "m3", /*taps=*/false)),
              AllOf(HasSubstr(path), HasSubstr("has no symbol atome_model_image")));
}

TEST(FirmwareStore, NamesTheCompilerOfAFirmware) {
  if (!std::filesystem::exists(kFirmware + "/m3/generic-f32.elf")) GTEST_SKIP() << "no firmware was built";
  const std::string compiler = FirmwareCompiler("m3/generic-f32.elf + model");
  EXPECT_TRUE(compiler.starts_with("GNU C++")) << compiler;
  EXPECT_EQ(compiler.find(" -"), std::string::npos) << compiler;
  EXPECT_EQ(FirmwareCompiler("m3/generic-f32.elf"), compiler);
  EXPECT_EQ(FirmwareCompiler("m3/none.elf"), "");
  const TemporaryFolder files;
  files.Write("m3/hand.elf", HandMadeElf());
  const ScopedVariable folder("ATOME_FIRMWARE_DIR", files.path().string());
  EXPECT_EQ(FirmwareCompiler("m3/hand.elf"), "") << "it has no DWARF";
}

}  // namespace
}  // namespace atome::harness
