"""The embedded default: terminal and web chat."""
