"""What the product knows about customers, conversations and outreach: no web, no platform, no clock."""
