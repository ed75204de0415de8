// A small preemptive kernel, as real ones are built: clocks and a UART set up as vendors' start-up code does, SVC
// to start, SysTick to preempt, PendSV to switch, a queue that blocks, tasks with floats in registers, an idle
// task that sleeps. Producer and consumer exchange ITEMS numbers; the sum does not depend on when SysTick came.
// CLOCK_HZ: of the core. UART_CMSDK, UART_NRF51 or UART_STM32: the console.
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t*)(address))
#define NAKED __attribute__((naked, used))
#define ITEMS 10500u
#define TASKS 3

extern uint32_t stack_top[], data_begin[], data_end[], data_source[], bss_begin[], bss_end[];

// --- The board

#if defined(UART_CMSDK)
static void StartClocks(void) {}
static void StartUart(void) {
  REGISTER(0x40004010) = CLOCK_HZ / 115200;
  REGISTER(0x40004008) = 1;  // transmitter on
}
static void PutCharacter(char c) {
  while (REGISTER(0x40004004) & 1) {
  }
  REGISTER(0x40004000) = (uint32_t)c;
}
#elif defined(UART_NRF51)
static void StartClocks(void) {
  REGISTER(0x40000100) = 0;  // EVENTS_HFCLKSTARTED
  REGISTER(0x40000000) = 1;  // TASKS_HFCLKSTART
  for (int tries = 0; REGISTER(0x40000100) == 0 && tries < 1000; ++tries) {
  }
}
static void StartUart(void) {
  REGISTER(0x4000250C) = 24;          // PSELTXD
  REGISTER(0x40002524) = 0x01D7E000;  // BAUDRATE: 115200
  REGISTER(0x40002500) = 4;           // ENABLE
  REGISTER(0x40002008) = 1;           // TASKS_STARTTX
}
static void PutCharacter(char c) {
  REGISTER(0x4000211C) = 0;  // EVENTS_TXDRDY
  REGISTER(0x4000251C) = (uint32_t)c;
  while (REGISTER(0x4000211C) == 0) {
  }
}
#elif defined(UART_STM32)
static void WaitFor(uint32_t address, uint32_t mask, uint32_t value) {
  while ((REGISTER(address) & mask) != value) {
  }
}
static void StartClocks(void) {  // STM32F411: 8 MHz from outside, 100 MHz from the PLL, 3 wait states
  const uint32_t rcc = 0x40023800;
  REGISTER(rcc + 0x40) |= 1u << 28;  // PWR
  REGISTER(0x40007000) |= 3u << 14;  // VOS: scale 1
  REGISTER(rcc) |= 1u << 16;         // HSEON
  WaitFor(rcc, 1u << 17, 1u << 17);
  REGISTER(0x40023C00) = 0x703;  // FLASH_ACR: caches, prefetch
  WaitFor(0x40023C00, 0xF, 3);
  REGISTER(rcc + 4) = 8 | 200u << 6 | 0u << 16 | 1u << 22;
  REGISTER(rcc) |= 1u << 24;  // PLLON
  WaitFor(rcc, 1u << 25, 1u << 25);
  REGISTER(rcc + 8) = (REGISTER(rcc + 8) & ~3u) | 2 | 4u << 10;
  WaitFor(rcc + 8, 0xC, 8);
}
static void StartUart(void) {
  REGISTER(0x40023840) |= 1u << 17;  // USART2
  REGISTER(0x40004408) = CLOCK_HZ / 2 / 115200;
  REGISTER(0x4000440C) = 1u << 13 | 1u << 3;
}
static void PutCharacter(char c) {
  WaitFor(0x40004400, 1u << 7, 1u << 7);
  REGISTER(0x40004404) = (uint32_t)c;
}
#endif

static void Put(const char* text) {
  for (; *text != 0; ++text) PutCharacter(*text);
}

static void PutHex(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) PutCharacter("0123456789abcdef"[value >> shift & 15]);
}

static void Exit(uint32_t code) {
  volatile uint32_t block[2] = {0x20026, code};
  register uint32_t r0 __asm__("r0") = 0x20;
  register volatile uint32_t* r1 __asm__("r1") = block;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

// --- The kernel

struct Task {
  uint32_t* sp;
  const volatile void* waits_for;  // a queue; 0: it can run
  uint32_t wakes_at;               // a tick; 0: none
};

static struct Task tasks[TASKS];
static uint32_t stacks[TASKS][160] __attribute__((aligned(8)));
static struct Task* current;
static uint32_t switches;
static volatile uint32_t ticks;

static uint32_t Lock(void) {
  uint32_t primask;
  __asm__ volatile("mrs %0, primask\n cpsid i" : "=r"(primask)::"memory");
  return primask;
}
static void Unlock(uint32_t primask) { __asm__ volatile("msr primask, %0" ::"r"(primask) : "memory"); }

static void Yield(void) {
  REGISTER(0xE000ED04) = 1u << 28;  // PENDSVSET
  __asm__ volatile("dsb\n isb" ::: "memory");
}

// Round robin; the last task is the idle one, which always can run.
__attribute__((used)) uint32_t* NextStack(uint32_t* sp) {
  struct Task* const before = current;
  before->sp = sp;
  current = &tasks[TASKS - 1];
  for (int k = 1; k < TASKS; ++k) {
    struct Task* const task = &tasks[((before - tasks) + k) % (TASKS - 1)];
    if (task->waits_for == 0 && task->wakes_at == 0) {
      current = task;
      break;
    }
  }
  if (current != before) ++switches;
  return current->sp;
}

#if __ARM_ARCH == 6
#define SAVE                                                                                       \
  ".syntax unified\n mrs r0, psp\n subs r0, #36\n stmia r0!, {r4-r7}\n mov r4, r8\n mov r5, r9\n mov r6, r10\n"      \
  "mov r7, r11\n stmia r0!, {r4-r7}\n mov r4, lr\n stmia r0!, {r4}\n subs r0, #36\n"
#define RESTORE                                                                                    \
  ".syntax unified\n adds r0, #16\n ldmia r0!, {r4-r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"      \
  "ldmia r0!, {r4}\n mov lr, r4\n msr psp, r0\n subs r0, #36\n ldmia r0!, {r4-r7}\n bx lr\n"
#elif defined(__ARM_FP)
#define SAVE                                                                                       \
  "mrs r0, psp\n isb\n tst lr, #0x10\n it eq\n vstmdbeq r0!, {s16-s31}\n stmdb r0!, {r4-r11, lr}\n"
#define RESTORE                                                                                    \
  "ldmia r0!, {r4-r11, lr}\n tst lr, #0x10\n it eq\n vldmiaeq r0!, {s16-s31}\n msr psp, r0\n isb\n" \
  "bx lr\n"
#else
#define SAVE "mrs r0, psp\n isb\n stmdb r0!, {r4-r11, lr}\n"
#define RESTORE "ldmia r0!, {r4-r11, lr}\n msr psp, r0\n isb\n bx lr\n"
#endif

NAKED void PendSvHandler(void) { __asm__(SAVE "bl NextStack\n" RESTORE); }

// Starts the first task: its registers are on its stack.
NAKED void SvcHandler(void) { __asm__("ldr r0, =tasks\n ldr r0, [r0]\n" RESTORE ".ltorg\n"); }

__attribute__((used)) void SysTickHandler(void) {
  ++ticks;
  for (int k = 0; k < TASKS; ++k) {
    if (tasks[k].wakes_at != 0 && tasks[k].wakes_at <= ticks) tasks[k].wakes_at = 0;
  }
  REGISTER(0xE000ED04) = 1u << 28;
}

static void Create(int k, void (*code)(void)) {
  uint32_t* sp = stacks[k] + sizeof stacks[k] / sizeof *stacks[k];
  *--sp = 1u << 24;  // xPSR
  *--sp = (uint32_t)code & ~1u;
  sp -= 6;
  *--sp = 0xFFFFFFFD;  // thread mode on PSP, no floats
  sp -= 8;
  tasks[k].sp = sp;
}

static void Sleep(uint32_t count) {
  const uint32_t lock = Lock();
  current->wakes_at = ticks + count;
  Yield();
  Unlock(lock);
}

struct Queue {
  uint32_t items[2];
  uint32_t count;
  uint32_t first;
};

static void Wake(const volatile struct Queue* queue) {
  for (int k = 0; k < TASKS; ++k) {
    if (tasks[k].waits_for == queue) tasks[k].waits_for = 0;
  }
}

// Under the lock; without it when it returns.
static void Wait(const volatile struct Queue* queue, uint32_t lock) {
  current->waits_for = queue;
  Yield();
  Unlock(lock);
}

static void Send(volatile struct Queue* queue, uint32_t item) {
  for (;;) {
    const uint32_t lock = Lock();
    if (queue->count < 2) {
      queue->items[(queue->first + queue->count++) & 1] = item;
      Wake(queue);
      Unlock(lock);
      return;
    }
    Wait(queue, lock);
  }
}

static uint32_t Receive(volatile struct Queue* queue) {
  for (;;) {
    const uint32_t lock = Lock();
    if (queue->count > 0) {
      const uint32_t item = queue->items[queue->first];
      queue->first ^= 1;
      --queue->count;
      Wake(queue);
      Unlock(lock);
      return item;
    }
    Wait(queue, lock);
  }
}

// --- The application

static volatile struct Queue queue;

static uint32_t Bits(float value) {
  union {
    float value;
    uint32_t bits;
  } both = {value};
  return both.bits;
}

static void Producer(void) {
  float a = 1.0f, b = 0.5f;
  for (uint32_t k = 0; k < ITEMS; ++k) {
    a = a * 0.999f + b;
    b = b * 0.5f + a * 0.001f;
    Send(&queue, Bits(a) ^ Bits(b) >> 3);
  }
  for (;;) Sleep(1000);
}

static void Consumer(void) {
  uint32_t sum = 0;
  float mean = 0.0f, scale = 1.0f;
  for (uint32_t k = 0; k < ITEMS; ++k) {
    const uint32_t item = Receive(&queue);
    mean = mean * 0.875f + (float)(item & 0xFFFF) * scale;
    scale = scale * 0.75f + 0.0625f;
    sum = (sum << 5 | sum >> 27) ^ item ^ Bits(mean) ^ Bits(scale);
    if (k % 2500 == 0) Put("item\n");
  }
  const uint32_t before = ticks;
  Sleep(3);
  Put("sum ");
  PutHex(sum);
  Put(ticks - before >= 3 ? " slept" : " did not sleep");
  Put(switches >= 10000 ? ", 10000 switches and more\n" : ", too few switches\n");
  Exit(0);
}

static void Idle(void) {
  for (;;) __asm__ volatile("wfi");
}

void Reset(void) {
#ifdef __ARM_FP
  REGISTER(0xE000ED88) |= 0xFu << 20;
  __asm__ volatile("dsb\n isb" ::: "memory");
#endif
  for (uint32_t *to = data_begin, *from = data_source; to < data_end;) *to++ = *from++;
  for (uint32_t* to = bss_begin; to < bss_end;) *to++ = 0;
  StartClocks();
  StartUart();
  Put("kernel\n");
  Create(0, Producer);
  Create(1, Consumer);
  Create(2, Idle);
  current = &tasks[0];
  REGISTER(0xE000ED20) = 0xC0C00000;  // SysTick and PendSV: the lowest priority, so that a switch is never nested
  REGISTER(0xE000E014) = CLOCK_HZ / 1000 - 1;
  REGISTER(0xE000E018) = 0;
  REGISTER(0xE000E010) = 7;
  __asm__ volatile("svc 0");
  Exit(1);
}

static void Lost(void) { Exit(2); }

__attribute__((section(".vectors"), used)) static void* const kVectors[16] = {
    stack_top, (void*)Reset, (void*)Lost, (void*)Lost, (void*)Lost, (void*)Lost, (void*)Lost, 0, 0, 0, 0,
    (void*)SvcHandler, 0, 0, (void*)PendSvHandler, (void*)SysTickHandler};
