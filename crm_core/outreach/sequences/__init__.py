"""Sequences: steps with waits between them, for customers who enter by a tag, a stage, a segment, or by hand."""
