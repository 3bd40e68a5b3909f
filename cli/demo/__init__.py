"""The newsroom of invented organisations that ``presswatch demo`` reads."""
