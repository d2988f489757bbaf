"""Files that go out with broadcasts: their bytes, kept once, and who handed them over."""
