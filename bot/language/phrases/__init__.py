"""What the bot says, one file per command family."""
