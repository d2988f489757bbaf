"""Bringing customers and past conversations in, and taking them out."""
