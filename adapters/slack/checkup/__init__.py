"""What the doctor looks at in Slack: tokens, scopes, channels, clock, secrets, the public address."""
