"""``presswatch doctor``: what is broken, and what to do about it."""
