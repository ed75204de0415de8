// What a compiler calls for binary32 on a core without an FPU: Run-time ABI for the Arm Architecture, section
// 4.1.2. In place of libgcc's, which are faster and several times larger.
#include "engine/runtime/soft_float.h"

#include <stdint.h>

namespace soft = atome::soft;

extern "C" {

uint32_t __aeabi_fadd(uint32_t a, uint32_t b) { return soft::Add(a, b); }
uint32_t __aeabi_fsub(uint32_t a, uint32_t b) { return __aeabi_fadd(a, b ^ soft::kSign); }
uint32_t __aeabi_fmul(uint32_t a, uint32_t b) { return soft::Multiply(a, b); }
uint32_t __aeabi_fdiv(uint32_t a, uint32_t b) { return soft::Divide(a, b); }
uint32_t __aeabi_ui2f(uint32_t v) { return soft::FromUnsigned(v); }
uint32_t __aeabi_i2f(int32_t v) { return soft::FromSigned(v); }
int32_t __aeabi_f2iz(uint32_t x) { return soft::ToSigned(x); }
int __aeabi_fcmplt(uint32_t a, uint32_t b) { return soft::Below(a, b, 0); }
int __aeabi_fcmpgt(uint32_t a, uint32_t b) { return soft::Below(b, a, 0); }
int __aeabi_fcmple(uint32_t a, uint32_t b) { return soft::Below(a, b, 1); }
int __aeabi_fcmpge(uint32_t a, uint32_t b) { return soft::Below(b, a, 1); }
int __aeabi_fcmpeq(uint32_t a, uint32_t b) { return soft::Below(a, b, 1) && soft::Below(b, a, 1); }
int __aeabi_fcmpun(uint32_t a, uint32_t b) { return !soft::Below(a, b, 1) && !soft::Below(b, a, 1); }

}  // extern "C"
