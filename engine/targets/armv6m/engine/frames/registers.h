// The registers that a naked function of Armv6-M keeps for its caller: the high ones go through the low ones.
#ifndef ATOME_ENGINE_FRAMES_REGISTERS_H_
#define ATOME_ENGINE_FRAMES_REGISTERS_H_

#define ATOME_PUSH_REGISTERS \
  "push {r4-r7, lr}\n"       \
  "mov r4, r8\n"             \
  "mov r5, r9\n"             \
  "mov r6, r10\n"            \
  "mov r7, r11\n"            \
  "push {r4-r7}\n"

// Returns, too.
#define ATOME_POP_REGISTERS \
  "pop {r4-r7}\n"           \
  "mov r8, r4\n"            \
  "mov r9, r5\n"            \
  "mov r10, r6\n"           \
  "mov r11, r7\n"           \
  "pop {r4-r7, pc}\n"

#endif  // ATOME_ENGINE_FRAMES_REGISTERS_H_
