#include "harness/size/symbol_bytes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace atome::harness {
namespace {

using ::testing::ElementsAre;
using Symbol = emulation::ElfImage::SizedSymbol;

Range SectionAt(uint32_t address, uint32_t bytes) { return {address, uint64_t{address} + bytes}; }
Symbol At(uint32_t address, uint32_t bytes, bool label = false) {
  return {.name = "s", .address = address, .bytes = bytes, .function = true, .label = label};
}
bool Always(uint64_t, uint64_t) { return true; }
bool Never(uint64_t, uint64_t) { return false; }

TEST(BytesBySymbol, AnAliasHasNothing) {
  const Symbol symbols[] = {At(100, 8), At(100, 8), At(108, 4)};
  EXPECT_THAT(BytesBySymbol(SectionAt(100, 12), symbols, Never).of_symbols, ElementsAre(8, 0, 4));
}

TEST(BytesBySymbol, WhatLiesInsideIsTakenOut) {
  const Symbol symbols[] = {At(100, 20), At(104, 6), At(108, 8)};
  EXPECT_THAT(BytesBySymbol(SectionAt(100, 20), symbols, Never).of_symbols, ElementsAre(8, 4, 8))
      << "of the last that begins, and then of what it lies in";
}

TEST(BytesBySymbol, ALabelHasWhatNoOtherCovers) {
  const Symbol symbols[] = {At(100, 20, true), At(104, 8)};
  EXPECT_THAT(BytesBySymbol(SectionAt(100, 20), symbols, Never).of_symbols, ElementsAre(12, 8));
  const Symbol inside[] = {At(100, 20), At(104, 8, true)};
  EXPECT_THAT(BytesBySymbol(SectionAt(100, 20), inside, Never).of_symbols, ElementsAre(20, 0));
}

TEST(BytesBySymbol, OnlyTheSectionCounts) {
  const Symbol symbols[] = {At(90, 20), At(118, 0xFFFFFFFF), At(0xFFFFFFF0, 0x100)};
  const SymbolBytes bytes = BytesBySymbol(SectionAt(100, 20), symbols, Never);
  EXPECT_THAT(bytes.of_symbols, ElementsAre(10, 2, 0));
  EXPECT_EQ(bytes.unnamed, 8u);
  EXPECT_EQ(BytesBySymbol(SectionAt(0xFFFFFFF0, 0x10), symbols, Never).of_symbols[2], 0x10u);
}

TEST(BytesBySymbol, AGapIsPaddingWhereTheNextIsAligned) {
  const Symbol symbols[] = {At(100, 5), At(112, 8)};  // 112 is a multiple of 16
  EXPECT_EQ(BytesBySymbol(SectionAt(100, 20), symbols, Always).padding, 7u);
  EXPECT_EQ(BytesBySymbol(SectionAt(100, 20), symbols, Never).unnamed, 7u) << "something else lies there";
  const Symbol far[] = {At(100, 5), At(122, 8)};
  EXPECT_EQ(BytesBySymbol(SectionAt(100, 30), far, Always).unnamed, 17u) << "2 asks for no 17 bytes";
  EXPECT_EQ(BytesBySymbol(SectionAt(100, 30), {}, Always).unnamed, 30u);
}

// Byte by byte, as the header says.
SymbolBytes Slowly(const Range& section, const std::vector<Symbol>& symbols) {
  SymbolBytes bytes;
  bytes.of_symbols.resize(symbols.size());
  for (uint64_t at = section.begin; at < section.end; ++at) {
    const Symbol* owner = nullptr;
    for (const Symbol& symbol : symbols) {
      const uint64_t end = uint64_t{symbol.address} + symbol.bytes;
      if (at < symbol.address || at >= end) continue;
      const auto better = [&] {
        if (symbol.label != owner->label) return !symbol.label;
        if (symbol.address != owner->address) return symbol.address > owner->address;
        return symbol.bytes < owner->bytes;
      };
      if (owner == nullptr || better()) owner = &symbol;
    }
    ++(owner == nullptr ? bytes.unnamed : bytes.of_symbols[static_cast<size_t>(owner - symbols.data())]);
  }
  return bytes;
}

TEST(BytesBySymbol, AllTogetherAreTheSectionWhateverTheSymbols) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const uint32_t bases[] = {0, 1000, 0xFFFFFF00};
    const uint32_t base = bases[seed % 3];
    const Range section = SectionAt(base, 1 + random() % 200);
    std::vector<Symbol> symbols(random() % 30);
    for (Symbol& symbol : symbols) {
      symbol = At(base + random() % 220 - (base != 0 ? 10 : 0), 1 + random() % (seed % 2 != 0 ? 12 : 100),
                  random() % 4 == 0);
      if (random() % 8 == 0 && &symbol != symbols.data()) symbol = symbols[0];
      if (random() % 16 == 0) symbol.bytes = 0xFFFFFFFF;
    }
    for (const bool filler : {false, true}) {
      const SymbolBytes found = BytesBySymbol(section, symbols, filler ? Always : Never);
      const SymbolBytes slow = Slowly(section, symbols);
      ASSERT_EQ(found.of_symbols, slow.of_symbols) << seed;
      ASSERT_EQ(found.padding + found.unnamed, slow.unnamed) << seed;
      ASSERT_EQ(
          std::accumulate(found.of_symbols.begin(), found.of_symbols.end(), found.padding + found.unnamed),
          section.end - section.begin)
          << seed;
    }
  }
}

}  // namespace
}  // namespace atome::harness
