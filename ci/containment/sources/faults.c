// Guests whose handlers fault, or that never come to the end of a fault.
#include "hostile.h"

static void Fault(void) { (void)WORD(0x90000000); }

#ifdef G_fault_in_handler
void hard_fault(void) { Fault(); }
void reset(void) { Fault(); Exit(0); }
#endif
#ifdef G_fault_again
// Returns to what faulted.
void hard_fault(void) {}
void reset(void) { Fault(); Exit(0); }
#endif
#ifdef G_fault_everywhere
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  for (;;) Fault();
}
#endif
#ifdef G_fault_undefined
SKIPPING_HANDLER(hard_fault)
void reset(void) {
  for (;;) __asm__ volatile(".hword 0xDE00, 0xDE01, 0xDEFF");
}
#endif
#ifdef G_fault_nested
void hard_fault(void) { Fault(); }
void memory_fault(void) { __asm__ volatile(".hword 0xDE00"); }
void bus_fault(void) { __asm__ volatile(".hword 0xDE00"); }
void usage_fault(void) { __asm__ volatile("svc 0"); }
void svcall(void) { Fault(); }
void reset(void) {
  EnableFaults();
  Fault();
  Exit(0);
}
#endif
#ifdef G_fault_stack
void hard_fault(void) { __asm__ volatile("1: push {r0-r7}\n b 1b"); }
void reset(void) {
  __asm__ volatile("mov sp, %0" ::"r"(Hidden(0x100)));
  Fault();
  Exit(0);
}
#endif
#ifdef G_fault_frame
// Gives itself another place to return to, and a status without Thumb.
__attribute__((naked)) void hard_fault(void) {
  __asm__ volatile("ldr r0, =0xFFFFFFFE\n str r0, [sp, #24]\n movs r0, #0\n str r0, [sp, #28]\n bx lr\n .ltorg");
}
void reset(void) { Fault(); Exit(0); }
#endif
#ifdef G_fault_return
__attribute__((naked)) void hard_fault(void) { __asm__ volatile("ldr r0, =0xFFFFFFE0 | 1\n bx r0\n .ltorg"); }
void reset(void) { Fault(); Exit(0); }
#endif
#ifdef G_vectors_wild
void reset(void) {
  WORD(0xE000ED08) = 0xFFFFFF80;
  __asm__ volatile("dsb\n isb\n svc 0");
  Exit(0);
}
#endif
#ifdef G_vectors_in_ram
void reset(void) {
  for (uint32_t k = 0; k < 128; ++k) WORD(((uint32_t)stack_top + 0x1000 + 4 * k) & ~0x3FFu) = k << 24 | 1;
  WORD(0xE000ED08) = ((uint32_t)stack_top + 0x1000) & ~0x3FFu;
  __asm__ volatile("dsb\n isb\n svc 0");
  Exit(0);
}
#endif
#ifdef G_call_in_fault
void hard_fault(void) { __asm__ volatile("svc 0"); }
void svcall(void) {}
void reset(void) { Fault(); Exit(0); }
#endif
#ifdef G_breakpoint
void reset(void) { __asm__ volatile("bkpt 1"); Exit(0); }
#endif
#ifdef G_masked_fault
void reset(void) {
  __asm__ volatile("cpsid i");
#if __ARM_ARCH >= 7
  __asm__ volatile("cpsid f");
#endif
  __asm__ volatile("svc 0");
  Exit(0);
}
#endif
#ifdef G_psp_wild
void svcall(void) {}
void reset(void) {
  __asm__ volatile("msr psp, %0\n movs r0, #2\n msr control, r0\n isb\n svc 0" ::"r"(Hidden(0xFFFFFFF8)) : "r0");
  Exit(0);
}
#endif
#ifdef G_handler_exits
void hard_fault(void) { Exit(5); }
void reset(void) { Fault(); Exit(0); }
#endif
