"""One inbound message: find its command, run it, reply."""
