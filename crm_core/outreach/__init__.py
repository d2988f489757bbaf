"""Everything said later: nudges, broadcasts and their deliveries."""
