/* The second boot stage: 252 bytes that the boot ROM copies to RAM and calls, and their CRC (RP2040 datasheet, 2.8.1.3). It lets the
 * flash be read in place by the serial command 03h, which every flash knows, and enters the program behind it. Registers of the
 * SSI: datasheet, 4.10. */
        .syntax unified
        .cpu cortex-m0plus
        .thumb
        .section .boot2, "ax"
        .equ    ssi, 0x18000000
        .equ    program, 0x10000100

        ldr     r3, =ssi
        movs    r0, #0
        str     r0, [r3, #0x08]         @ SSIENR: off, to be set up
        movs    r0, #4
        str     r0, [r3, #0x14]         @ BAUDR: the system's clock / 4
        ldr     r0, =31 << 16 | 3 << 8  @ frames of 32 bits, command and address then data
        str     r0, [r3, #0x00]         @ CTRLR0
        ldr     r0, =0x03 << 24 | 2 << 8 | 6 << 2   @ command 03h, of 8 bits, address of 24
        ldr     r1, =ssi + 0xF4
        str     r0, [r1]                @ SPI_CTRLR0
        movs    r0, #0
        str     r0, [r3, #0x04]         @ CTRLR1: one frame
        movs    r0, #1
        str     r0, [r3, #0x08]         @ SSIENR: on
        ldr     r0, =program
        ldr     r1, =0xE000ED08         @ VTOR
        str     r0, [r1]
        ldmia   r0!, {r1, r2}           @ initial SP and reset handler
        msr     msp, r1
        bx      r2
        .pool
        .org    252
        .word   0xAA5949FB              @ CRC-32 of what is in front: polynomial 0x04C11DB7, initial 0xFFFFFFFF, not reflected
