"""How people write: the command grammar, times, and the phrases of the replies."""
