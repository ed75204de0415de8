// A model file, or its prepared image, as the image model_image.h describes, for a firmware that carries its model.
// ATOME_DIMENSIONS: V,d,L,h,K,k,S. ATOME_MODEL_FILE: its path, quoted.
        .section .model_image, "a"
        .balign 8
        .word   0x494D5441, 1
        .word   ATOME_DIMENSIONS
        .word   2f - 1f
1:      .incbin ATOME_MODEL_FILE
2:
