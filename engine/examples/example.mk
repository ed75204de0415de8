# What the examples share. Each sets before: CPU, the compiler's flags for the core; TARGETS, folders of engine/targets for it; ENGINE,
# the engine's source; SHAPE, dimensions and format compiled into it; FLASH, FLASH_BYTES, RAM, RAM_BYTES; SOURCES, its own;
# and perhaps STACK_BYTES.
EXAMPLES := $(dir $(lastword $(MAKEFILE_LIST)))
ROOT := $(EXAMPLES)../..
OUT ?= build
STACK_BYTES ?= 2048
PREFIX ?= arm-none-eabi-

SHARED := $(CPU) -mthumb -O2 -ffreestanding -ffunction-sections -fdata-sections -Wall -Wextra -I$(ROOT) -I$(EXAMPLES)
# The contract of bits wants no fused multiply-add. memcpy's own loop must not become a call of memcpy.
ENGINE_FLAGS := $(TARGETS:%=-I$(ROOT)/engine/targets/%) -std=c++20 -fno-exceptions -fno-rtti -ffp-contract=off \
  -fno-tree-loop-distribute-patterns -DATOME_FIXED_SHAPE=$(SHAPE) $(ENGINE_MORE)
OBJECTS := $(OUT)/engine.o $(OUT)/text.o $(patsubst %,$(OUT)/%.o,$(notdir $(basename $(SOURCES) startup.c)))

all: $(OUT)/story.elf $(OUT)/story.bin $(OUT)/story.hex

$(OUT):
	mkdir -p $@
$(OUT)/engine.o: $(ROOT)/engine/$(ENGINE) | $(OUT)
	$(PREFIX)g++ $(SHARED) $(ENGINE_FLAGS) -MMD -c $< -o $@
$(OUT)/text.o: $(ROOT)/engine/text.cc | $(OUT)
	$(PREFIX)g++ $(SHARED) $(ENGINE_FLAGS) -MMD -c $< -o $@
$(OUT)/%.o: %.c | $(OUT)
	$(PREFIX)gcc $(SHARED) -std=c99 -pedantic -MMD -c $< -o $@
$(OUT)/%.o: $(EXAMPLES)%.c | $(OUT)
	$(PREFIX)gcc $(SHARED) -std=c99 -pedantic -MMD -c $< -o $@
$(OUT)/%.o: %.S | $(OUT)
	$(PREFIX)gcc $(SHARED) -c $< -o $@
$(OUT)/story.elf: $(OBJECTS) $(EXAMPLES)example.ld
	$(PREFIX)gcc $(CPU) -mthumb -nostdlib -Wl,--gc-sections -Wl,--no-warn-rwx-segments -T $(EXAMPLES)example.ld \
	  -Wl,--defsym,flash=$(FLASH) -Wl,--defsym,flash_bytes=$(FLASH_BYTES) -Wl,--defsym,ram=$(RAM) \
	  -Wl,--defsym,ram_bytes=$(RAM_BYTES) -Wl,--defsym,stack_bytes=$(STACK_BYTES) $(OBJECTS) -lgcc -o $@
	$(PREFIX)size $@
$(OUT)/story.bin: $(OUT)/story.elf
	$(PREFIX)objcopy -O binary $< $@
$(OUT)/story.hex: $(OUT)/story.elf
	$(PREFIX)objcopy -O ihex $< $@

clean:
	rm -rf $(OUT)
.PHONY: all clean
-include $(wildcard $(OUT)/*.d)
