"""``presswatch init``: a configuration of one's own, by answering a few questions."""
