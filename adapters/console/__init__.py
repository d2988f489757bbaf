"""The embedded default platform: terminal and web chat. Its far side is the board, rows of our own database."""
