"""PyTorch trainer of the three-pathway ternary model."""
