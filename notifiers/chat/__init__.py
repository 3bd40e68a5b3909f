"""Chat services: the digest in the form that each of them shows best."""
