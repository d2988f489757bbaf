"""Backups: one file for either database, taken while the program runs, checked, kept for a while, and brought back."""
