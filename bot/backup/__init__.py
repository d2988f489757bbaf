"""Backups by the clock: when, by whom, and who hears of it when one fails."""
