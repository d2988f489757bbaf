"""A small company that does not exist: staff, customers and months of conversations, the same for the same seed."""
