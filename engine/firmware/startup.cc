// From reset to main: vector table, memory, FPU; and what a fault becomes.
#include <stdint.h>
#include <string.h>

#include "engine/firmware/host.h"
#include "engine/firmware/line.h"

int main();

extern "C" {

// From the linker script.
extern uint32_t firmware_stack_top;
extern uint8_t firmware_data_begin, firmware_data_end;
extern const uint8_t firmware_data_image;
extern uint8_t firmware_bss_begin, firmware_bss_end;

[[noreturn]] void Reset() {
#ifdef __ARM_FP
  // Coprocessors 10 and 11, the FPU, are off after reset: CPACR, Armv7-M Architecture Reference Manual
  // B3.2.20.
  volatile uint32_t* const cpacr = reinterpret_cast<volatile uint32_t*>(0xE000ED88u);
  *cpacr = *cpacr | 0xFu << 20;
  asm volatile("dsb\n isb" ::: "memory");
#endif
  memcpy(&firmware_data_begin, &firmware_data_image,
         static_cast<size_t>(&firmware_data_end - &firmware_data_begin));
  memset(&firmware_bss_begin, 0, static_cast<size_t>(&firmware_bss_end - &firmware_bss_begin));
  atome::host::Exit(main());
}

// `frame` is what the core stacked: r0-r3, r12, lr, pc, xPSR (B1.5.6).
[[noreturn, gnu::used]] void ReportFault(const uint32_t* frame) {
  atome::line.Clear().Text("fault pc ").Word(frame[6]).Text(" lr ").Word(frame[5]).End();
  atome::host::Exit(1);
}

// Every exception but reset is unexpected here.
[[gnu::naked]] void Fault() {
  asm volatile(
      "mov r0, sp\n"
      "ldr r1, =ReportFault\n"
      "bx r1\n");
}

using Handler = void (*)();
struct VectorTable {
  const uint32_t* stack;
  Handler handlers[15];
};
extern const VectorTable firmware_vectors;
[[gnu::section(".vectors"), gnu::used]] const VectorTable firmware_vectors = {
    &firmware_stack_top,
    {Reset, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault, Fault,
     Fault}};

}  // extern "C"
