"""What staff and customers write to each other: 会话内容存档, read through the library of the platform."""
