"""The master record of a customer and everything that identifies it."""
