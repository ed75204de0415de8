#include "emulation/thumb/decode.h"

#include <gtest/gtest.h>

#include <vector>

namespace atome::thumb {
namespace {

constexpr uint32_t kAddress = 0x102;

Instruction Of(unsigned first, unsigned second = 0) {
  const uint16_t halfwords[] = {static_cast<uint16_t>(first), static_cast<uint16_t>(second)};
  return Decode(kAddress, halfwords);
}

TEST(Decode, SizeComesFromTheFirstHalfword) {
  EXPECT_EQ(Bytes(0xBF00), 2u);  // nop
  EXPECT_EQ(Bytes(0xE7FE), 2u);  // b .
  EXPECT_EQ(Bytes(0xE800), 4u);
  EXPECT_EQ(Bytes(0xF000), 4u);  // bl
  EXPECT_EQ(Bytes(0xEE30), 4u);  // vadd.f32
}

TEST(Decode, CutsARunIntoInstructionsOfBothSizes) {
  const uint16_t code[] = {0xBF00, 0xF000, 0xF800, 0xE7FE};
  std::vector<uint32_t> addresses;
  for (const Instruction& i : DecodeRun(kAddress, code)) addresses.push_back(i.address - kAddress);
  EXPECT_EQ(addresses, (std::vector<uint32_t>{0, 2, 6}));
}

TEST(Decode, KnowsFpuInstructions) {
  EXPECT_TRUE(Of(0xEE70, 0x0A00).Has(kFpu)) << "vadd.f32";
  EXPECT_FALSE(Of(0xEE1D, 0x0F70).Has(kFpu)) << "mrc, coprocessor 15";
  EXPECT_FALSE(Of(0xFB00, 0xFA00).Has(kFpu)) << "mul";
}

TEST(Decode, GivesOffsetsOfAccessesThatNeedAlignment) {
  EXPECT_EQ(Of(0xC803).offset, 0);           // ldmia r0!, {r0, r1}
  EXPECT_EQ(Of(0xE890, 0x0006).offset, 0);   // ldmia.w r0, {r1, r2}
  EXPECT_EQ(Of(0xE910, 0x0006).offset, -8);  // ldmdb r0, {r1, r2}
  EXPECT_EQ(Of(0xE9D0, 0x1202).offset, 8);   // ldrd r1, r2, [r0, #8]
  EXPECT_EQ(Of(0xE950, 0x1202).offset, -8);  // ldrd r1, r2, [r0, #-8]
  EXPECT_EQ(Of(0xE8F0, 0x1202).offset, 0);   // ldrd r1, r2, [r0], #8
  EXPECT_EQ(Of(0xED90, 0x0A01).offset, 4);   // vldr s0, [r0, #4]
  EXPECT_EQ(Of(0xED10, 0x0A01).offset, -4);  // vldr s0, [r0, #-4]
  EXPECT_EQ(Of(0xECB0, 0x0A02).offset, 0);   // vldmia r0!, {s0, s1}
  EXPECT_EQ(Of(0xED30, 0x0A02).offset, -8);  // vldmdb r0!, {s0, s1}
}

TEST(Decode, ComputesAccessAddresses) {
  std::array<uint32_t, 16> registers{};
  registers[1] = 0x1001;
  registers[2] = 0x10;
  registers[13] = 0x2000;
  const auto address = [&registers](uint16_t first, uint16_t second = 0) {
    return AccessAddress(Of(first, second), registers);
  };
  EXPECT_EQ(address(0x6848), 0x1005u);          // ldr r0, [r1, #4]
  EXPECT_EQ(address(0x8048), 0x1003u);          // strh r0, [r1, #2]
  EXPECT_EQ(address(0x7848), 0x1002u);          // ldrb r0, [r1, #1]
  EXPECT_EQ(address(0x5888), 0x1011u);          // ldr r0, [r1, r2]
  EXPECT_EQ(address(0xF851, 0x0022), 0x1041u);  // ldr.w r0, [r1, r2, lsl #2]
  EXPECT_EQ(address(0xE8D1, 0xF012), 0x1021u);  // tbh [r1, r2, lsl #1]
  EXPECT_EQ(address(0x9801), 0x2004u);          // ldr r0, [sp, #4]
  EXPECT_EQ(address(0x4801), 0x108u);           // ldr r0, [pc, #4]
  EXPECT_EQ(address(0xC901), 0x1001u);          // ldmia r1, {r0}
  EXPECT_EQ(address(0xB503), 0x1FF4u);          // push {r0, r1, lr}
  EXPECT_EQ(address(0xBD00), 0x2000u);          // pop {pc}
  EXPECT_EQ(address(0xBF00), std::nullopt);
}

TEST(Decode, TellsLoadsFromStores) {
  for (const uint16_t load : std::initializer_list<uint16_t>{0x6848, 0x7848, 0x8848, 0x5E88, 0x9801, 0x4801,
                                                             0xC901, 0xBD00, 0xE891, 0xF8D1, 0xED91}) {
    EXPECT_EQ(Of(load, 0x0A03).access(), Access::kLoad) << std::hex << load;
  }
  for (const uint16_t store : std::initializer_list<uint16_t>{0x6048, 0x7048, 0x8048, 0x5088, 0x9001, 0xC101,
                                                              0xB503, 0xE881, 0xF8C1, 0xED81}) {
    EXPECT_EQ(Of(store, 0x0A03).access(), Access::kStore) << std::hex << store;
  }
  for (const uint16_t other : std::initializer_list<uint16_t>{0xBF00, 0x4770, 0xF000, 0xEE30, 0x2000}) {
    EXPECT_EQ(Of(other, 0x0A03).access(), Access::kNone) << std::hex << other;
  }
}

TEST(Decode, TellsWhatIsAddedToARegister) {
  EXPECT_EQ(Added(Of(0xB503), 13), -12);                // push {r0, r1, lr}
  EXPECT_EQ(Added(Of(0xB084), 13), -16);                // sub sp, #16
  EXPECT_EQ(Added(Of(0x3308), 3), 8);                   // adds r3, #8
  EXPECT_EQ(Added(Of(0x1F5B), 3), -5);                  // subs r3, r3, #5
  EXPECT_EQ(Added(Of(0x1F5A), 2), std::nullopt);        // subs r2, r3, #5
  EXPECT_EQ(Added(Of(0xF5AD, 0x6D80), 13), -1024);      // sub.w sp, sp, #1024
  EXPECT_EQ(Added(Of(0xF103, 0x1301), 3), 0x00010001);  // add.w r3, r3, #0x10001
  EXPECT_EQ(Added(Of(0xF8C3, 0x0004), 3), 0);           // str.w r0, [r3, #4]
  EXPECT_EQ(Added(Of(0xF843, 0x0B04), 3), 4);           // str.w r0, [r3], #4
  EXPECT_EQ(Added(Of(0xF843, 0x0D04), 3), -4);          // str.w r0, [r3, #-4]!
  EXPECT_EQ(Added(Of(0xE8E3, 0x0102), 3), 8);           // strd r0, r1, [r3], #8
  EXPECT_EQ(Added(Of(0xED2D, 0x8A04), 13), -16);        // vpush {s16-s19}
  EXPECT_EQ(Added(Of(0x46BD), 13), std::nullopt);       // mov sp, r7
  EXPECT_EQ(Added(Of(0x681B), 3), std::nullopt);        // ldr r3, [r3]
}

// "writes" never has pc, whatever an encoding says; who keeps something of r0 to LR relies on it.
TEST(Decode, PcIsNoResult) {
  EXPECT_EQ(Of(0xFBA0, 0xF102).writes, 1u << 1);  // umull pc, r1, r0, r2: unpredictable
  EXPECT_EQ(Of(0xFB90, 0xFFF1).writes, 0);        // sdiv pc, r0, r1
  EXPECT_EQ(Of(0xE9D6, 0xF102).writes, 1u << 1);  // ldrd pc, r1, [r6, #8]
  EXPECT_EQ(Of(0xEE10, 0xFA10).writes, 0);        // vmov pc, s0
}

TEST(Decode, KnowsOrderedAccesses) {
  const Instruction lda = Of(0xE8D1, 0x0FAF),
                    stlexh = Of(0xE8C1, 0x0FD2);  // lda r0, [r1]; stlexh r2, r0, [r1]
  EXPECT_EQ(lda.access(), Access::kLoad);
  EXPECT_EQ(lda.access_bytes, 4);
  EXPECT_EQ(lda.writes, 1u << 0);
  EXPECT_EQ(lda.address_reads, 1u << 1);
  EXPECT_TRUE(lda.Has(kOrdered));
  EXPECT_FALSE(lda.Has(kExclusive));
  EXPECT_EQ(stlexh.access(), Access::kStore);
  EXPECT_EQ(stlexh.access_bytes, 2);
  EXPECT_EQ(stlexh.writes, 1u << 2) << "whether it stored";
  EXPECT_EQ(stlexh.reads, 1u << 0 | 1u << 1);
  EXPECT_TRUE(stlexh.Has(kOrdered) && stlexh.Has(kExclusive));
  const Instruction ldrexb = Of(0xE8D1, 0x0F4F);
  EXPECT_EQ(ldrexb.access_bytes, 1);
  EXPECT_FALSE(ldrexb.Has(kOrdered));
  EXPECT_EQ(Of(0xE8D1, 0x0F6F).kind, Class::kUnknown) << "ldrexd, which no Cortex-M has";
}

TEST(Decode, KnowsTheSecurityExtension) {
  const Instruction ttt = Of(0xE841, 0xF240);  // ttt r2, r1
  EXPECT_EQ(ttt.access(), Access::kNone);
  EXPECT_EQ(ttt.writes, 1u << 2);
  EXPECT_EQ(ttt.reads, 1u << 1);
  const Instruction sg = Of(0xE97F, 0xE97F);
  EXPECT_EQ(sg.access(), Access::kNone);
  EXPECT_EQ(sg.writes, 0);
  EXPECT_EQ(Of(0x4774).branch, Branch::kReturn) << "bxns lr";
  EXPECT_TRUE(Of(0x479C).is_call()) << "blxns r3";
  const Instruction vlstm = Of(0xEC2D, 0x0A00);
  EXPECT_EQ(vlstm.writes, 0) << "no write-back";
  EXPECT_TRUE(vlstm.Has(kFpu));
}

TEST(Decode, TellsHintsAndBarriersApart) {
  const Class hints[] = {Class::kNop, Class::kNop, Class::kWait, Class::kWait, Class::kNop, Class::kNop};
  for (unsigned hint = 0; hint < 6; ++hint) {  // nop.w, yield.w, wfe.w, wfi.w, sev.w
    const Instruction i = Of(0xF3AF, 0x8000 | hint);
    EXPECT_EQ(i.kind, hints[hint]) << hint;
    EXPECT_EQ(i.Has(kSendsEvent), hint == 4) << hint;
  }
  const Class barriers[] = {Class::kUnknown, Class::kUnknown, Class::kAlu,  // clrex
                            Class::kUnknown, Class::kBarrier, Class::kBarrier, Class::kInstructionBarrier,
                            Class::kUnknown};
  for (unsigned operation = 0; operation < 8; ++operation)
    EXPECT_EQ(Of(0xF3BF, 0x8F0F | operation << 4).kind, barriers[operation]) << operation;
}

TEST(Decode, ComparisonsWriteNothing) {
  for (const unsigned first : {0xEA10u, 0xEA90u, 0xEB10u, 0xEBB0u})  // tst, teq, cmn, cmp
    EXPECT_EQ(Of(first, 0x0F01).writes, 0u) << first;
  for (const unsigned first : {0xEA10u, 0xEA90u, 0xEB10u, 0xEBB0u})  // ands, eors, adds, subs
    EXPECT_EQ(Of(first, 0x0201).writes, 1u << 2) << first;
}

TEST(Decode, AnAddressIsNoLoad) {
  for (const unsigned first : {0xA000u, 0xA7FFu, 0xA800u, 0xAFFFu}) {  // adr r0, .; ...; add r7, sp, #1020
    EXPECT_EQ(Of(first).kind, Class::kAlu) << first;
    EXPECT_EQ(Of(first).access(), Access::kNone) << first;
  }
  EXPECT_EQ(Of(0x9FFF).access(), Access::kLoad) << "ldr r7, [sp, #1020]";
}

TEST(Decode, APreloadReadsItsBaseAlone) {
  EXPECT_EQ(Of(0xF890, 0xF000).reads, 1u << 0);  // pld [r0]
  EXPECT_EQ(Of(0xF89E, 0xF004).reads, 1u << 14);
  EXPECT_EQ(Of(0xF89F, 0xF004).reads, 0u) << "pld of a literal";
}

TEST(Decode, KnowsHalvesOfDoubles) {
  EXPECT_EQ(Of(0xEE01, 0x0B10).float_writes, 1u << 2) << "vmov.32 d1[0], r0";
  EXPECT_EQ(Of(0xEE21, 0x0B10).float_writes, 1u << 3) << "vmov.32 d1[1], r0";
  EXPECT_EQ(Of(0xEE12, 0x0B10).float_reads, 1u << 4) << "vmov.32 r0, d2[0]";
  EXPECT_EQ(Of(0xEE32, 0x0B10).float_reads, 1u << 5) << "vmov.32 r0, d2[1]";
}

}  // namespace
}  // namespace atome::thumb
