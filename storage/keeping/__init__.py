"""Keeping the archive: copies of it, proofs that it is whole, what is let go of, what is brought in."""
