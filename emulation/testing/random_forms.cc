#include "emulation/testing/random_forms.h"

#include <span>

namespace atome::emulation {
namespace {

// Armv6-M Architecture Reference Manual, A5.2 and A5.3. r6 is the address of data, 256 bytes on either side.
constexpr Form kThumb1[] = {
    {"0000iiiiiimmmddd"},  // LSL, LSR, ASR by a constant
    {"00010iiiiimmmddd"},
    {"000110immmnnnddd"},  // ADD, SUB
    {"000111iiiinnnddd"},
    {"00100dddiiiiiiii"},  // MOV, CMP, ADD, SUB with a constant
    {"00101nnniiiiiiii"},
    {"0011idddiiiiiiii"},
    {"010000iiiimmmddd"},  // AND to MVN, as often as the rest deserves
    {"010000iiiimmmddd"},
    {"010000iiiimmmddd"},
    {"010001100mmmmddd"},  // MOV, ADD, CMP of high registers
    {"010001101mmmm001"},
    {"010001000mmmmddd"},
    {"010001011mmmm0ii"},
    {"10110010iimmmddd"},  // SXTH to UXTB
    {"1011101000mmmddd"},  // REV, REV16, REVSH
    {"1011101001mmmddd"},
    {"1011101011mmmddd"},
    {"01100iiiii110mmm"},  // STR, LDR, STRB, LDRB, STRH, LDRH
    {"01101iiiii110ddd"},
    {"01110iiiii110mmm"},
    {"01111iiiii110ddd"},
    {"10000iiiii110mmm"},
    {"10001iiiii110ddd"},
    {"01001ddd000iiiii"},  // LDR from the code, ADR, ADD to SP
    {"10100ddd000iiiii"},
    {"10101dddiiiiiiii"},
    {"11110011111011111000dddd00000000"},  // MRS, MSR of the flags
    {"111100111000mmmm1000100000000000"},
    {"1011111100000000"},  // NOP, DMB
    {"11110011101111111000111101011111"},
};

// Armv7-M Architecture Reference Manual, A5.3.
constexpr Form kThumb2[] = {
    {"1110101000iinnnn0iiiddddiiiimmmm"},  // AND to RSB, MOV, MVN of a shifted register
    {"1110101001iinnnn0iiiddddiiiimmmm"},
    {"11101010100innnn0iiiddddiiiimmmm"},
    {"11101011000innnn0iiiddddiiiimmmm"},
    {"11101011010innnn0iiiddddiiiimmmm"},
    {"11101011011innnn0iiiddddiiiimmmm"},
    {"11101011101innnn0iiiddddiiiimmmm"},
    {"11101011110innnn0iiiddddiiiimmmm"},
    {"11101010010i11110iiiddddiiiimmmm"},
    {"11101010011i11110iiiddddiiiimmmm"},
    {"111010100001nnnn0iii1111iiiimmmm"},  // TST, TEQ, CMN, CMP
    {"111010101001nnnn0iii1111iiiimmmm"},
    {"111010110001nnnn0iii1111iiiimmmm"},
    {"111010111011nnnn0iii1111iiiimmmm"},
    {"11110i000iiinnnn0iiiddddiiiiiii1"},  // AND to RSB, MOV, MVN of a constant, which is odd: of even ones
                                           // some are unpredictable
    {"11110i00100innnn0iiiddddiiiiiii1"},
    {"11110i01000innnn0iiiddddiiiiiii1"},
    {"11110i0101iinnnn0iiiddddiiiiiii1"},
    {"11110i01101innnn0iiiddddiiiiiii1"},
    {"11110i01110innnn0iiiddddiiiiiii1"},
    {"11110i0001ii11110iiiddddiiiiiii1"},
    {"11110i000001nnnn0iii1111iiiiiii1"},  // TST, TEQ, CMN, CMP
    {"11110i001001nnnn0iii1111iiiiiii1"},
    {"11110i010001nnnn0iii1111iiiiiii1"},
    {"11110i011011nnnn0iii1111iiiiiii1"},
    {"11110i10i100iiii0iiiddddiiiiiiii"},  // MOVW and MOVT, ADDW, SUBW
    {"11110i100000nnnn0iiiddddiiiiiiii"},
    {"11110i101010nnnn0iiiddddiiiiiiii"},
    {"111110100iiinnnn1111dddd0000mmmm"},  // LSL, LSR, ASR, ROR by a register
    {"11111010000i11111111dddd10iimmmm"},  // SXTH, UXTH, SXTB, UXTB
    {"11111010010i11111111dddd10iimmmm"},
    {"111110101001nnnn1111dddd1000nnnn"},  // REV, REV16, RBIT, REVSH, CLZ: both fields are the one register
    {"111110101001nnnn1111dddd1001nnnn"},
    {"111110101001nnnn1111dddd1010nnnn"},
    {"111110101001nnnn1111dddd1011nnnn"},
    {"111110101011nnnn1111dddd1000nnnn"},
    {"111110110000nnnn1111dddd0000mmmm"},  // MUL, MLA, MLS
    {"111110110000nnnnaaaadddd0000mmmm"},
    {"111110110000nnnnaaaadddd0001mmmm"},
    {"111110111000nnnnddddeeee0000mmmm"},  // SMULL, UMULL, SMLAL, UMLAL
    {"111110111010nnnnddddeeee0000mmmm"},
    {"111110111100nnnnddddeeee0000mmmm"},
    {"111110111110nnnnddddeeee0000mmmm"},
    {"111110111001nnnn1111dddd1111mmmm"},  // SDIV, UDIV
    {"111110111011nnnn1111dddd1111mmmm"},
    {"111100110000nnnn0iiiddddii0iiiii"},  // SSAT, USAT, of LSL, then of ASR
    {"111100111000nnnn0iiiddddii0iiiii"},
    {"111100110010nnnn0001ddddii0iiiii"},
    {"111100111010nnnn0001ddddii0iiiii"},
    {"111100110100nnnn00iiddddii00iiii"},  // SBFX, UBFX
    {"111100110100nnnn0000dddd000iiiii"},
    {"111100111100nnnn00iiddddii00iiii"},
    {"111100111100nnnn0000dddd000iiiii"},
    {"111100110110nnnn00iiddddii01iiii"},  // BFI, BFC
    {"111100110110111100iiddddii01iiii"},
    {"1111100000000110mmmm1100iiiiiiii"},  // STRB, STRH, STR, behind and in front of the base; STRT
    {"1111100000100110mmmm1100iiiiiiii"},
    {"1111100001000110mmmm1100iiiiiiii"},
    {"1111100010000110mmmm00000iiiiiii"},
    {"1111100010100110mmmm00000iiiiiii"},
    {"1111100011000110mmmm00000iiiiiii"},
    {"1111100001000110mmmm11100iiiiiii"},
    {"1111100000010110dddd1100iiiiiiii"},  // the loads of these, and LDRSB, LDRSH
    {"1111100000110110dddd1100iiiiiiii"},
    {"1111100001010110dddd1100iiiiiiii"},
    {"1111100100010110dddd1100iiiiiiii"},
    {"1111100100110110dddd1100iiiiiiii"},
    {"1111100010010110dddd00000iiiiiii"},
    {"1111100010110110dddd00000iiiiiii"},
    {"1111100011010110dddd00000iiiiiii"},
    {"1111100110010110dddd00000iiiiiii"},
    {"1111100110110110dddd00000iiiiiii"},
    {"1111100001010110dddd11100iiiiiii"},
    {"11111000i1011111dddd00000iiiiiii"},  // LDR, LDRB from the code
    {"11111000i0011111dddd00000iiiiiii"},
    {"11101001i1000110mmmmaaaa000iiiii"},  // STRD, LDRD
    {"11101001i1010110ddddeeee000iiiii"},
};

constexpr Form kExclusives[] = {
    {"1110100001010110dddd1111000iiiii"},                                        // LDREX, STREX
    {"1110100001000110mmmmeeee000iiiii"}, {"1110100011010110dddd1111010i1111"},  // of bytes and halfwords
    {"1110100011000110mmmm1111010ieeee"}, {"11110011101111111000111100101111"},  // CLREX
};

// The DSP extension of Armv7-M, and its saturating arithmetic.
constexpr Form kDsp[] = {
    {"111010101100nnnn0iiiddddiii0mmmm"},  // PKHBT, PKHTB
    {"11111010100innnn1111dddd0i0immmm"},  // SADD8 to UHSAX
    {"11111010100innnn1111dddd0i10mmmm"},
    {"111110101010nnnn1111dddd0i0immmm"},
    {"111110101010nnnn1111dddd0i10mmmm"},
    {"11111010110innnn1111dddd0i0immmm"},
    {"11111010110innnn1111dddd0i10mmmm"},
    {"111110101110nnnn1111dddd0i0immmm"},
    {"111110101110nnnn1111dddd0i10mmmm"},
    {"111110101000nnnn1111dddd10iimmmm"},  // QADD to QDSUB, SEL
    {"111110101010nnnn1111dddd1000mmmm"},
    {"11111010001i11111111dddd10iimmmm"},  // SXTB16, SXTAH and the like
    {"1111101000iinnnn1111dddd10iimmmm"},
    {"11111010010innnn1111dddd10iimmmm"},
    {"111110110001nnnnaaaadddd00iimmmm"},  // SMLABB, SMULBB
    {"111110110001nnnn1111dddd00iimmmm"},
    {"111110110010nnnnaaaadddd000immmm"},  // SMLAD, SMLAWB, SMLSD, SMMLA, SMMLS
    {"111110110010nnnn1111dddd000immmm"},
    {"111110110011nnnnaaaadddd000immmm"},
    {"111110110011nnnn1111dddd000immmm"},
    {"111110110100nnnnaaaadddd000immmm"},
    {"111110110100nnnn1111dddd000immmm"},
    {"111110110101nnnnaaaadddd000immmm"},
    {"111110110101nnnn1111dddd000immmm"},
    {"111110110110nnnnaaaadddd000immmm"},
    {"111110110111nnnnaaaadddd0000mmmm"},  // USADA8, USAD8
    {"111110110111nnnn1111dddd0000mmmm"},
    {"111110111100nnnnddddeeee10iimmmm"},  // SMLALBB, SMLALD, SMLSLD, UMAAL
    {"111110111100nnnnddddeeee110immmm"},
    {"111110111101nnnnddddeeee110immmm"},
    {"111110111110nnnnddddeeee0110mmmm"},
    {"111100110010nnnn0000dddd0000iiii"},  // SSAT16, USAT16
    {"111100111010nnnn0000dddd0000iiii"},
    {"111100111000mmmm1000110000000000"},  // MSR of the flags and GE
};

// Its FPU: A6.4 to A6.6, with coprocessor 10, and moves of doubles.
constexpr Form kFloats[] = {
    {"111011100F00ggggffff1010GiH0hhhh"},  // VMLA, VNMLA, VMUL, VADD, VFNMA, VFMA; VDIV
    {"111011100F01ggggffff1010GiH0hhhh"},
    {"111011100F10ggggffff1010GiH0hhhh"},
    {"111011100F11ggggffff1010GiH0hhhh"},
    {"111011101F01ggggffff1010GiH0hhhh"},
    {"111011101F10ggggffff1010GiH0hhhh"},
    {"111011101F00ggggffff1010G0H0hhhh"},
    {"111011101F11iiiiffff10100000iiii"},  // VMOV of a constant
    {"111011101F110000ffff1010i1H0hhhh"},  // VMOV and VABS, VNEG and VSQRT, VCVTB, VCMP, VCVT
    {"111011101F110001ffff1010i1H0hhhh"},
    {"111011101F11001iffff1010i1H0hhhh"},
    {"111011101F110100ffff1010i1H0hhhh"},
    {"111011101F111000ffff1010i1H0hhhh"},
    {"111011101F11110iffff1010i1H0hhhh"},
    {"111011101F110101ffff1010i1000000"},  // VCMP with 0
    {"111011101F11111iffff101011i0iiii"},  // VCVT to fixed point
    {"111011101F11111iffff101001i00iii"},
    {"111011100000ggggmmmm1010G0010000"},  // VMOV from and to a general register
    {"111011100001ggggdddd1010G0010000"},
    {"111011000100aaaammmm10100001hhhh"},  // of two
    {"111011000101eeeedddd10100001hhhh"},
    {"111011000100aaaammmm101100010iii"},
    {"111011000101eeeedddd101100010iii"},
    {"1110111011110001dddd101000010000"},  // VMRS
    {"11101110111100011111101000010000"},
    {"11101101iF000110ffff1010000iiiii"},  // VSTR, VLDR
    {"11101101iF010110ffff1010000iiiii"},
    {"11101101i00001100iii1011000iiiii"},
    {"11101101i00101100iii1011000iiiii"},
};

constexpr Form kFromFixed[] = {
    {"111011101F11101iffff101011i0iiii"},  // VCVT from fixed point
    {"111011101F11101iffff101001i00iii"},
};

// What FPv5 has more: Armv7-M Architecture Reference Manual, A6.5.
constexpr Form kFloats5[] = {
    {"111111100Fiiggggffff1010G0H0hhhh", false},  // VSEL
    {"111111101F00ggggffff1010GiH0hhhh", false},  // VMAXNM, VRINTA, VCVTA
    {"111111101F1110iiffff101001H0hhhh", false}, {"111111101F1111iiffff1010i1H0hhhh", false},
    {"111011101F110110ffff1010i1H0hhhh"},  // VRINTR, VRINTX
    {"111011101F110111ffff101001H0hhhh"},
};

// Armv8-M Architecture Reference Manual, C2.4: LDA, STL.
constexpr Form kOrdered[] = {
    {"1110100011010110dddd111110001111"},  // LDAB, LDAH, LDA
    {"1110100011010110dddd111110011111"}, {"1110100011010110dddd111110101111"},
    {"1110100011000110mmmm111110001111"},  // STLB, STLH, STL
    {"1110100011000110mmmm111110011111"}, {"1110100011000110mmmm111110101111"},
};

// Forms that change their base, r7.
constexpr Form kMoving1[] = {
    {"11000111000iiii1"},  // STM, LDM
    {"11001111000iiii1"},
};

constexpr Form kMoving2[] = {
    {"1111100000i00111mmmm1ii1iiiiiiii"},  // STRB, STRH, STR
    {"1111100001000111mmmm1ii1iiiiiiii"},
    {"1111100000i10111dddd1ii1iiiiiiii"},  // LDRB, LDRH, LDR, LDRSB, LDRSH
    {"1111100001010111dddd1ii1iiiiiiii"},
    {"1111100100i10111dddd1ii1iiiiiiii"},
    {"1110100ii1100111mmmmaaaa000iiiii"},  // STRD, LDRD
    {"1110100ii1110111ddddeeee000iiiii"},
    {"1110100010100111000iiii1000iiii1"},  // STM, LDM, STMDB, LDMDB
    {"1110100010110111000iiii1000iiii1"},
    {"1110100100100111000iiii1000iiii1"},
    {"1110100100110111000iiii1000iiii1"},
};

constexpr Form kMovingFloats[] = {
    {"11101100101001110iii101000000ii1"},  // VSTM, VLDM
    {"11101100101101110iii101000000ii1"},
    {"11101101001001110iii101000000ii1"},
    {"11101101001101110iii101000000ii1"},
};

// Forms with an index, r4, behind r6.
constexpr Form kIndexed1[] = {
    {"0101000100110mmm"},                                              // STR, STRH, STRB
    {"0101001100110mmm"}, {"0101010100110mmm"}, {"0101011100110ddd"},  // LDRSB, LDR, LDRH, LDRB, LDRSH
    {"0101100100110ddd"}, {"0101101100110ddd"}, {"0101110100110ddd"}, {"0101111100110ddd"},
};

// With a shifted index.
constexpr Form kIndexed2[] = {
    {"1111100000000110mmmm000000ii0100"},  // STRB, STRH, STR
    {"1111100000100110mmmm000000ii0100"}, {"1111100001000110mmmm000000ii0100"},
    {"1111100000010110dddd000000ii0100"},  // LDRB, LDRH, LDR, LDRSB, LDRSH
    {"1111100000110110dddd000000ii0100"}, {"1111100001010110dddd000000ii0100"},
    {"1111100100010110dddd000000ii0100"}, {"1111100100110110dddd000000ii0100"},
};

void Append(std::vector<Form>& forms, std::span<const Form> more) {
  forms.insert(forms.end(), more.begin(), more.end());
}

}  // namespace

Forms::Forms(const InstructionSet& set) {
  Append(plain, kThumb1);
  Append(moving, kMoving1);
  Append(indexed, kIndexed1);
  if (set.armv7m) {
    Append(plain, kThumb2);
    Append(moving, kMoving2);
    Append(shifted, kIndexed2);
    if (set.exclusives) Append(plain, kExclusives);
  }
  if (set.dsp) Append(plain, kDsp);
  if (set.floats) {
    Append(plain, kFloats);
    Append(moving, kMovingFloats);
    if (!set.rounds) Append(plain, kFromFixed);
  }
  if (set.floats5) Append(plain, kFloats5);
  if (set.armv8m) Append(plain, kOrdered);
}

}  // namespace atome::emulation
