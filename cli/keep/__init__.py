"""Keeping the archive: copying it, putting a copy back, proving it whole, letting go, bringing in."""
