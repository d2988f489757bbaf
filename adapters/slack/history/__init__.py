"""What was said while nobody listened: read from the history of the channels, at the pace Slack allows."""
