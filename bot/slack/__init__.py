"""Slack, put together from its section of the configuration."""
