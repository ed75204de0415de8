"""Python reference of the harness: float64 oracle, bit model, golden models and traces."""

__version__ = "1.0"
