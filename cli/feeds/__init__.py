"""``presswatch feeds``: finding newsrooms, and seeing how they fare."""
