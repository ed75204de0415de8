// What the decoder says of each kind of instruction, field by field, by the Armv7-M Architecture Reference
// Manual: registers, what a load or store reaches, where a branch leads. Codes are the assembler's.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "emulation/thumb/decode.h"

namespace atome::thumb {
namespace {

std::string List(char letter, uint32_t registers) {
  std::string text;
  for (unsigned r = 0; r < 32; ++r) {
    if ((registers >> r & 1) != 0)
      text += (text.empty() ? std::string(" ") + letter : ",") + std::to_string(r);
  }
  return text;
}

std::string Signed(int32_t number) { return (number < 0 ? "" : "+") + std::to_string(number); }

// w: written, r: read, a: of an address, s: data to store and addends, e: what the early ALU shifts; W, R: S
// registers written and read; d: transferred registers, [base+index<<shift+offset], x transfers * bytes, !
// write-back, t: the last one loaded; l: factors or dividend and divisor, h: RdHi; +, -: constant added; m: a
// move; E: result of the early ALU, I: its shifter; c: conditional, z: compares with zero; ->: branch; S:
// signed, -: subtracts, D: double, X: exclusive, F, G: writes and reads the FPU's flags.
std::string Text(const Instruction& i) {
  std::string text = List('w', i.writes) + List('r', i.reads) + List('a', i.address_reads) +
                     List('s', i.late_reads) + List('e', i.early_reads) + List('d', i.data) +
                     List('W', i.float_writes) + List('R', i.float_reads);
  if (i.access() != Access::kNone) {
    text += " [" + std::to_string(i.base);
    if (i.Has(kRegisterOffset)) text += "+r" + std::to_string(i.index);
    if (i.index_shift != 0) text += "<<" + std::to_string(i.index_shift);
    if (i.offset != 0) text += Signed(i.offset);
    text += "] x" + std::to_string(i.transfers) + "*" + std::to_string(i.access_bytes);
    if (i.Has(kWriteBack)) text += " !" + Signed(i.change);
    if (i.last != 15) text += " t" + std::to_string(i.last);
  }
  if (i.left != 15) text += " l" + std::to_string(i.left) + "/" + std::to_string(i.right);
  if (i.high != 15) text += " h" + std::to_string(i.high);
  if (i.Has(kEarlyResult)) text += " E";
  if (i.Has(kEarlyShifter)) text += " I";
  if (i.Has(kAddsConstant)) text += " " + Signed(i.change);
  if (i.Has(kMoves)) text += i.change != 0 ? " m=" + std::to_string(i.change) : " m";
  if (i.Has(kConditional)) text += " c";
  if (i.Has(kComparesZero)) text += " z";
  if (i.branch_offset != 0) text += " ->" + Signed(i.branch_offset);
  if (i.Has(kSigned)) text += " S";
  if (i.Has(kSubtracts)) text += " -";
  if (i.Has(kDouble)) text += " D";
  if (i.Has(kExclusive)) text += " X";
  if (i.Has(kWritesFloatFlags)) text += " F";
  if (i.Has(kReadsFloatFlags)) text += " G";
  return text.empty() ? text : text.substr(1);
}

struct Row {
  const char* text;
  std::vector<uint16_t> code;
  const char* fields;
};

const Row kRows[] = {
    {"lsls r0, r1, #3", {0x00C8}, "w0 r1 E"},
    {"lsls r0, r1, #0", {0x0008}, "w0 r1 E m"},
    {"asrs r0, r1, #3", {0x10C8}, "w0 r1 E"},
    {"adds r0, r1, r2", {0x1888}, "w0 r1,2 E"},
    {"subs r0, r1, r2", {0x1A88}, "w0 r1,2 E"},
    {"adds r0, r1, #5", {0x1D48}, "w0 r1 E +5"},
    {"subs r0, r1, #5", {0x1F48}, "w0 r1 E -5"},
    {"movs r3, #7", {0x2307}, "w3 E"},
    {"cmp r3, #7", {0x2B07}, "r3"},
    {"adds r3, #200", {0x33C8}, "w3 r3 E +200"},
    {"subs r3, #200", {0x3BC8}, "w3 r3 E -200"},
    {"ands r0, r1", {0x4008}, "w0 r0,1"},
    {"eors r0, r1", {0x4048}, "w0 r0,1"},
    {"lsls r0, r1", {0x4088}, "w0 r0,1 E"},
    {"lsrs r0, r1", {0x40C8}, "w0 r0,1 E"},
    {"asrs r0, r1", {0x4108}, "w0 r0,1 E"},
    {"adcs r0, r1", {0x4148}, "w0 r0,1"},
    {"rors r0, r1", {0x41C8}, "w0 r0,1 E"},
    {"tst r0, r1", {0x4208}, "r0,1"},
    {"negs r0, r1", {0x4248}, "w0 r1"},
    {"cmp r0, r1", {0x4288}, "r0,1"},
    {"cmn r0, r1", {0x42C8}, "r0,1"},
    {"orrs r0, r1", {0x4308}, "w0 r0,1"},
    {"muls r0, r1, r0", {0x4348}, "w0 r0,1"},
    {"bics r0, r1", {0x4388}, "w0 r0,1"},
    {"mvns r0, r1", {0x43C8}, "w0 r1"},
    {"add r9, r3", {0x4499}, "w9 r3,9 E"},
    {"cmp r9, r3", {0x4599}, "r3,9"},
    {"mov r9, r3", {0x4699}, "w9 r3 E m"},
    {"mov pc, r3", {0x469F}, "r3 E m"},
    {"add pc, r3", {0x449F}, "r3,15 E"},
    {"bx r3", {0x4718}, "r3"},
    {"blx r3", {0x4798}, "w14 r3"},
    {"bx lr", {0x4770}, "r14"},
    {"ldr r2, [pc, #8]", {0x4A02}, "w2 d2 [15+8] x1*4"},
    {"str r0, [r1, r2]", {0x5088}, "r0,1,2 a1,2 s0 d0 [1+r2] x1*4"},
    {"strh r0, [r1, r2]", {0x5288}, "r0,1,2 a1,2 s0 d0 [1+r2] x1*2"},
    {"strb r0, [r1, r2]", {0x5488}, "r0,1,2 a1,2 s0 d0 [1+r2] x1*1"},
    {"ldrsb r0, [r1, r2]", {0x5688}, "w0 r1,2 a1,2 d0 [1+r2] x1*1"},
    {"ldr r0, [r1, r2]", {0x5888}, "w0 r1,2 a1,2 d0 [1+r2] x1*4"},
    {"ldrh r0, [r1, r2]", {0x5A88}, "w0 r1,2 a1,2 d0 [1+r2] x1*2"},
    {"ldrb r0, [r1, r2]", {0x5C88}, "w0 r1,2 a1,2 d0 [1+r2] x1*1"},
    {"ldrsh r0, [r1, r2]", {0x5E88}, "w0 r1,2 a1,2 d0 [1+r2] x1*2"},
    {"str r0, [r1, #124]", {0x67C8}, "r0,1 a1 s0 d0 [1+124] x1*4"},
    {"ldr r0, [r1, #124]", {0x6FC8}, "w0 r1 a1 d0 [1+124] x1*4"},
    {"strb r0, [r1, #31]", {0x77C8}, "r0,1 a1 s0 d0 [1+31] x1*1"},
    {"ldrb r0, [r1, #31]", {0x7FC8}, "w0 r1 a1 d0 [1+31] x1*1"},
    {"strh r0, [r1, #62]", {0x87C8}, "r0,1 a1 s0 d0 [1+62] x1*2"},
    {"ldrh r0, [r1, #62]", {0x8FC8}, "w0 r1 a1 d0 [1+62] x1*2"},
    {"str r2, [sp, #1020]", {0x92FF}, "r2,13 a13 s2 d2 [13+1020] x1*4"},
    {"ldr r2, [sp, #1020]", {0x9AFF}, "w2 r13 a13 d2 [13+1020] x1*4"},
    {"add r2, sp, #1020", {0xAAFF}, "w2 r13 E +1020"},
    {"add sp, #508", {0xB07F}, "w13 r13 E +508"},
    {"sub sp, #508", {0xB0FF}, "w13 r13 E -508"},
    {"uxtb r0, r1", {0xB2C8}, "w0 r1"},
    {"rev r0, r1", {0xBA08}, "w0 r1 e1 E I"},
    {"push {r0, r4, lr}", {0xB511}, "w13 r0,4,13,14 a13 s0,4,14 d0,4,14 [13-12] x3*4 !-12"},
    {"pop {r0, r4, pc}", {0xBD11}, "w0,4,13 r13 a13 d0,4,15 [13] x3*4 !+12 t4"},
    {"pop {r1}", {0xBC02}, "w1,13 r13 a13 d1 [13] x1*4 !+4 t1"},
    {"ldmia r2!, {r0, r7}", {0xCA81}, "w0,2,7 r2 a2 d0,7 [2] x2*4 !+8 t7"},
    {"ldmia r2, {r0, r2}", {0xCA05}, "w0,2 r2 a2 d0,2 [2] x2*4 t2"},
    {"stmia r2!, {r0, r7}", {0xC281}, "w2 r0,2,7 a2 s0,7 d0,7 [2] x2*4 !+8"},
    {"cbz r1, .+44", {0xB1A1}, "r1 c z ->+44"},
    {"cbnz r1, .+126", {0xBBE9}, "r1 c z ->+126"},
    {"beq .+20", {0xD008}, "c ->+20"},
    {"bne .-200", {0xD19A}, "c ->-200"},
    {"b .+2046", {0xE3FD}, "->+2046"},
    {"b .-1024", {0xE5FE}, "->-1024"},
    {"cpsid i", {0xB672}, ""},
    {"ldmdb.w r2!, {r0, r7, r9}", {0xE932, 0x0281}, "w0,2,7,9 r2 a2 d0,7,9 [2-12] x3*4 !-12 t9"},
    {"ldmdb.w r2, {r0, r9}", {0xE912, 0x0201}, "w0,9 r2 a2 d0,9 [2-8] x2*4 t9"},
    {"ldmia.w r2, {r0, r9}", {0xE892, 0x0201}, "w0,9 r2 a2 d0,9 [2] x2*4 t9"},
    {"stmdb.w r2!, {r0, r9}", {0xE922, 0x0201}, "w2 r0,2,9 a2 s0,9 d0,9 [2-8] x2*4 !-8"},
    {"stmia.w r2, {r0, r9}", {0xE882, 0x0201}, "r0,2,9 a2 s0,9 d0,9 [2] x2*4"},
    {"ldrd r0, r3, [r2, #1020]", {0xE9D2, 0x03FF}, "w0,3 r2 a2 d0,3 [2+1020] x2*4 t3"},
    {"ldrd r0, r3, [r2, #-8]!", {0xE972, 0x0302}, "w0,2,3 r2 a2 d0,3 [2-8] x2*4 !-8 t3"},
    {"ldrd r0, r3, [r2], #8", {0xE8F2, 0x0302}, "w0,2,3 r2 a2 d0,3 [2] x2*4 !+8 t3"},
    {"strd r0, r3, [r2, #-1020]", {0xE942, 0x03FF}, "r0,2,3 a2 s0,3 d0,3 [2-1020] x2*4"},
    {"strd r0, r3, [r2], #-8", {0xE862, 0x0302}, "w2 r0,2,3 a2 s0,3 d0,3 [2] x2*4 !-8"},
    {"ldrex r0, [r2, #1020]", {0xE852, 0x0FFF}, "w0 r2 a2 d0 [2+1020] x1*4 X"},
    {"strex r1, r0, [r2, #8]", {0xE842, 0x0102}, "w1 r0,2 a2 s0 d0 [2+8] x1*4 X"},
    {"ldrexb r0, [r2]", {0xE8D2, 0x0F4F}, "w0 r2 a2 d0 [2] x1*1 X"},
    {"strexh r1, r0, [r2]", {0xE8C2, 0x0F51}, "w1 r0,2 a2 s0 d0 [2] x1*2 X"},
    {"tbb [r1, r2]", {0xE8D1, 0xF002}, "r1,2 a1,2 [1+r2] x1*1"},
    {"tbh [r1, r2, lsl #1]", {0xE8D1, 0xF012}, "r1,2 a1,2 [1+r2<<1] x1*2"},
    {"and.w r8, r9, r10", {0xEA09, 0x080A}, "w8 r9,10"},
    {"add.w r8, r9, r10", {0xEB09, 0x080A}, "w8 r9,10 E"},
    {"sub.w r8, r9, r10", {0xEBA9, 0x080A}, "w8 r9,10 E"},
    {"rsb r8, r9, r10", {0xEBC9, 0x080A}, "w8 r9,10"},
    {"orr.w r8, r9, r10, lsl #4", {0xEA49, 0x180A}, "w8 r9,10 e10 I"},
    {"add.w r8, r9, r10, asr #4", {0xEB09, 0x182A}, "w8 r9,10 e10 I"},
    {"eor.w r8, r9, r10, ror #31", {0xEA89, 0x78FA}, "w8 r9,10 e10 I"},
    {"mov.w r8, r9", {0xEA4F, 0x0809}, "w8 r9 E m"},
    {"mvn.w r8, r9", {0xEA6F, 0x0809}, "w8 r9"},
    {"mvn.w r8, r9, lsl #2", {0xEA6F, 0x0889}, "w8 r9 e9 I"},
    {"lsl.w r8, r9, #4", {0xEA4F, 0x1809}, "w8 r9 E"},
    {"rrx r8, r9", {0xEA4F, 0x0839}, "w8 r9"},
    {"tst.w r8, r9", {0xEA18, 0x0F09}, "r8,9"},
    {"teq r8, r9", {0xEA98, 0x0F09}, "r8,9"},
    {"cmn.w r8, r9", {0xEB18, 0x0F09}, "r8,9"},
    {"cmp.w r8, r9", {0xEBB8, 0x0F09}, "r8,9"},
    {"pkhbt r8, r9, r10, lsl #2", {0xEAC9, 0x088A}, "w8 r9,10 e10 I"},
    {"pkhtb r8, r9, r10, asr #2", {0xEAC9, 0x08AA}, "w8 r9,10 e9,10 I"},
    {"and.w r8, r9, #0xff", {0xF009, 0x08FF}, "w8 r9"},
    {"and.w r8, r9, #0xff00ff", {0xF009, 0x18FF}, "w8 r9"},
    {"and.w r8, r9, #0xff00", {0xF409, 0x487F}, "w8 r9 I"},
    {"add.w r8, r9, #0xff0", {0xF509, 0x687F}, "w8 r9 I +4080"},
    {"sub.w r8, r9, #0x1010101", {0xF1A9, 0x3801}, "w8 r9 E -16843009"},
    {"sub.w r8, r9, #0x80000000", {0xF1A9, 0x4800}, "w8 r9 I -2147483648"},
    {"mov.w r8, #0xff00ff00", {0xF04F, 0x28FF}, "w8 E"},
    {"cmp.w r8, #0xff00ff00", {0xF1B8, 0x2FFF}, "r8"},
    {"addw r8, r9, #4095", {0xF609, 0x78FF}, "w8 r9 E +4095"},
    {"subw r8, r9, #4095", {0xF6A9, 0x78FF}, "w8 r9 E -4095"},
    {"movw r8, #0xabcd", {0xF64A, 0x38CD}, "w8 E m=43981"},
    {"movt r8, #0x1234", {0xF2C1, 0x2834}, "w8 r8 m=305397760"},
    {"ssat r8, #9, r9", {0xF309, 0x0808}, "w8 r9"},
    {"usat r8, #9, r9, lsl #2", {0xF389, 0x0889}, "w8 r9"},
    {"sbfx r8, r9, #1, #2", {0xF349, 0x0841}, "w8 r9 e9 I"},
    {"ubfx r8, r9, #1, #2", {0xF3C9, 0x0841}, "w8 r9 e9 I"},
    {"bfi r8, r9, #1, #2", {0xF369, 0x0842}, "w8 r8,9 e9 I"},
    {"bfc r8, #1, #2", {0xF36F, 0x0842}, "w8 r8 I"},
    {"beq.w .+1048574", {0xF03F, 0xAFFD}, "c ->+1048574"},
    {"bne.w .-1048572", {0xF440, 0x8000}, "c ->-1048572"},
    {"b.w .+16777214", {0xF3FF, 0x97FD}, "->+16777214"},
    {"b.w .-16777212", {0xF400, 0x9000}, "->-16777212"},
    {"bl .+4194304", {0xF3FF, 0xFFFE}, "w14 ->+4194304"},
    {"bl .-8388608", {0xF7FF, 0xDFFE}, "w14 ->-8388608"},
    {"msr primask, r3", {0xF383, 0x8810}, "r3"},
    {"mrs r3, primask", {0xF3EF, 0x8310}, "w3"},
    {"strb.w r8, [r9, #4095]", {0xF889, 0x8FFF}, "r8,9 a9 s8 d8 [9+4095] x1*1"},
    {"ldrsh.w r8, [r9, #-255]", {0xF939, 0x8CFF}, "w8 r9 a9 d8 [9-255] x1*2"},
    {"ldr.w r8, [r9, #-255]!", {0xF859, 0x8DFF}, "w8,9 r9 a9 d8 [9-255] x1*4 !-255"},
    {"ldrb.w r8, [r9], #255", {0xF819, 0x8BFF}, "w8,9 r9 a9 d8 [9] x1*1 !+255"},
    {"str.w r8, [r9], #-4", {0xF849, 0x8904}, "w9 r8,9 a9 s8 d8 [9] x1*4 !-4"},
    {"strh.w r8, [r9, r10, lsl #3]", {0xF829, 0x803A}, "r8,9,10 a9,10 s8 d8 [9+r10<<3] x1*2"},
    {"ldr.w r8, [r9, r10]", {0xF859, 0x800A}, "w8 r9,10 a9,10 d8 [9+r10] x1*4"},
    {"ldr.w r8, [pc, #-4095]", {0xF85F, 0x8FFF}, "w8 d8 [15-4095] x1*4"},
    {"ldr.w pc, [r9, #4]", {0xF8D9, 0xF004}, "r9 a9 d15 [9+4] x1*4"},
    {"ldr.w pc, [sp], #4", {0xF85D, 0xFB04}, "w13 r13 a13 d15 [13] x1*4 !+4"},
    {"lsl.w r8, r9, r10", {0xFA09, 0xF80A}, "w8 r9,10 E"},
    {"ror.w r8, r9, r10", {0xFA69, 0xF80A}, "w8 r9,10 E"},
    {"uxtb.w r8, r9", {0xFA5F, 0xF889}, "w8 r9"},
    {"sxtah r8, r9, r10", {0xFA09, 0xF88A}, "w8 r9,10 e10 I"},
    {"uxtab16 r8, r9, r10", {0xFA39, 0xF88A}, "w8 r9,10 e10 I"},
    {"uxtb16 r8, r9", {0xFA3F, 0xF889}, "w8 r9"},
    {"uadd8 r8, r9, r10", {0xFA89, 0xF84A}, "w8 r9,10"},
    {"qadd r8, r9, r10", {0xFA8A, 0xF889}, "w8 r9,10"},
    {"sel r8, r9, r10", {0xFAA9, 0xF88A}, "w8 r9,10"},
    {"rbit r8, r9", {0xFA99, 0xF8A9}, "w8 r9 e9 E I"},
    {"clz r8, r9", {0xFAB9, 0xF889}, "w8 r9"},
    {"mul r8, r9, r10", {0xFB09, 0xF80A}, "w8 r9,10 l9/10"},
    {"mla r8, r9, r10, r11", {0xFB09, 0xB80A}, "w8 r9,10,11 s11 l9/10"},
    {"mls r8, r9, r10, r11", {0xFB09, 0xB81A}, "w8 r9,10,11 s11 l9/10 -"},
    {"smlad r8, r9, r10, r11", {0xFB29, 0xB80A}, "w8 r9,10,11 s11 l9/10"},
    {"smuad r8, r9, r10", {0xFB29, 0xF80A}, "w8 r9,10 l9/10"},
    {"smull r8, r9, r10, r11", {0xFB8A, 0x890B}, "w8,9 r10,11 l10/11 h9 S"},
    {"umull r8, r9, r10, r11", {0xFBAA, 0x890B}, "w8,9 r10,11 l10/11 h9"},
    {"smlal r8, r9, r10, r11", {0xFBCA, 0x890B}, "w8,9 r8,9,10,11 s8,9 l10/11 h9 S"},
    {"umlal r8, r9, r10, r11", {0xFBEA, 0x890B}, "w8,9 r8,9,10,11 s8,9 l10/11 h9"},
    {"umaal r8, r9, r10, r11", {0xFBEA, 0x896B}, "w8,9 r8,9,10,11 s8,9 l10/11 h9"},
    {"sdiv r8, r9, r10", {0xFB99, 0xF8FA}, "w8 r9,10 l9/10 S"},
    {"udiv r8, r9, r10", {0xFBB9, 0xF8FA}, "w8 r9,10 l9/10"},
    {"vadd.f32 s3, s4, s5", {0xEE72, 0x1A22}, "W3 R4,5"},
    {"vsub.f64 d3, d4, d5", {0xEE34, 0x3B45}, "W6,7 R8,9,10,11 D"},
    {"vmul.f32 s31, s30, s29", {0xEE6F, 0xFA2E}, "W31 R29,30"},
    {"vmla.f32 s3, s4, s5", {0xEE42, 0x1A22}, "W3 R3,4,5"},
    {"vfma.f64 d3, d4, d5", {0xEEA4, 0x3B05}, "W6,7 R6,7,8,9,10,11 D"},
    {"vnmul.f32 s3, s4, s5", {0xEE62, 0x1A62}, "W3 R4,5"},
    {"vdiv.f32 s3, s4, s5", {0xEEC2, 0x1A22}, "W3 R4,5"},
    {"vsqrt.f32 s3, s4", {0xEEF1, 0x1AC2}, "W3 R4"},
    {"vabs.f32 s3, s4", {0xEEF0, 0x1AC2}, "W3 R4"},
    {"vneg.f32 s3, s4", {0xEEF1, 0x1A42}, "W3 R4"},
    {"vmov.f32 s3, s4", {0xEEF0, 0x1A42}, "W3 R4"},
    {"vmov.f32 s3, #1.0", {0xEEF7, 0x1A00}, "W3"},
    {"vcmp.f32 s3, s4", {0xEEF4, 0x1A42}, "R3,4 F"},
    {"vcmp.f32 s3, #0.0", {0xEEF5, 0x1A40}, "R3 F"},
    {"vcvt.f64.f32 d3, s4", {0xEEB7, 0x3AC2}, "W6,7 R4"},
    {"vcvt.f32.f64 s3, d4", {0xEEF7, 0x1BC4}, "W3 R8,9 D"},
    {"vcvt.f32.s32 s3, s4", {0xEEF8, 0x1AC2}, "W3 R4"},
    {"vcvt.f64.u32 d3, s4", {0xEEB8, 0x3B42}, "W6,7 R4 D"},
    {"vcvt.s32.f32 s3, s4", {0xEEFD, 0x1AC2}, "W3 R4"},
    {"vcvt.s32.f64 s3, d4", {0xEEFD, 0x1BC4}, "W3 R8,9 D"},
    {"vselge.f32 s3, s4, s5", {0xFE62, 0x1A22}, "W3 R4,5"},
    {"vmaxnm.f32 s3, s4, s5", {0xFEC2, 0x1A22}, "W3 R4,5"},
    {"vmov s3, r4", {0xEE01, 0x4A90}, "r4 W3"},
    {"vmov r4, s3", {0xEE11, 0x4A90}, "w4 R3"},
    {"vmov r4, r5, d3", {0xEC55, 0x4B13}, "w4,5 R6,7"},
    {"vmov d3, r4, r5", {0xEC45, 0x4B13}, "r4,5 W6,7"},
    {"vmov s4, s5, r6, r7", {0xEC47, 0x6A12}, "r6,7 W4,5"},
    {"vmov r6, r7, s4, s5", {0xEC57, 0x6A12}, "w6,7 R4,5"},
    {"vmrs apsr_nzcv, fpscr", {0xEEF1, 0xFA10}, "G"},
    {"vmrs r4, fpscr", {0xEEF1, 0x4A10}, "w4 G"},
    {"vmsr fpscr, r4", {0xEEE1, 0x4A10}, "r4"},
    {"vldr s3, [r4, #1020]", {0xEDD4, 0x1AFF}, "r4 a4 W3 [4+1020] x1*4"},
    {"vldr d3, [r4, #-1020]", {0xED14, 0x3BFF}, "r4 a4 W6,7 [4-1020] x2*4 D"},
    {"vstr s3, [r4, #8]", {0xEDC4, 0x1A02}, "r4 a4 R3 [4+8] x1*4"},
    {"vstr d3, [r4]", {0xED84, 0x3B00}, "r4 a4 R6,7 [4] x2*4 D"},
    {"vldr s3, [pc, #8]", {0xEDDF, 0x1A02}, "W3 [15+8] x1*4"},
    {"vldmia r4!, {s3-s5}", {0xECF4, 0x1A03}, "w4 r4 a4 W3,4,5 [4] x3*4 !+12"},
    {"vldmdb r4!, {d3, d4}", {0xED34, 0x3B04}, "w4 r4 a4 W6,7,8,9 [4-16] x4*4 !-16 D"},
    {"vstmia r4, {s3-s5}", {0xECC4, 0x1A03}, "r4 a4 R3,4,5 [4] x3*4"},
    {"vpush {s16}", {0xED2D, 0x8A01}, "w13 r13 a13 R16 [13-4] x1*4 !-4"},
    {"vpop {d8}", {0xECBD, 0x8B02}, "w13 r13 a13 W16,17 [13] x2*4 !+8 D"},
};

TEST(DecodeFields, AreThoseOfTheManual) {
  for (const Row& row : kRows) EXPECT_EQ(Text(Decode(0x1000, row.code)), row.fields) << row.text;
}

}  // namespace
}  // namespace atome::thumb
