"""What the adapters of the platforms keep."""
