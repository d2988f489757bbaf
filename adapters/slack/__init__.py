"""Slack: its events and commands over HTTP or sockets, its Web API, its cards."""

PLATFORM = "slack"
