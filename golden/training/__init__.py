"""PyTorch trainer of the three-pathway ternary model and of the plain transformers it is compared with."""

import os

# Before NumPy or PyTorch load their BLAS: the order of its sums, so the weights, depends on its threads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
