"""What was said where: the capture ledger, messages with their versions, the timeline."""
