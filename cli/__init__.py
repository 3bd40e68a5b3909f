"""The presswatch command."""
