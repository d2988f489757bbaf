"""One folder per platform, with the same file names in each."""
