"""Channels that write files: pages and mails in a folder, and feeds of matches."""
