"""Webhooks: JSON posted to an address, and what every channel that posts shares."""
