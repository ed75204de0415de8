"""PyTorch trainer of the three-pathway ternary model and of the plain transformers for comparison."""

import os

# Must run before NumPy or PyTorch load their BLAS: the number of threads changes the order of sums, and so
# the weights.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
