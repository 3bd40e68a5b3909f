"""``presswatch serve``: the flows on schedule, started again whatever ends them."""
