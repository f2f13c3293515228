"""Screenshots of the main states, to be looked at: `make screenshots ARGS=folder`. No tests."""
