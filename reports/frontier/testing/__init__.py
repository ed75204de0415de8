"""Made-up results for tests."""
