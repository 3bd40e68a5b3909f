"""Work on what publishers sent, in a process that can be ended."""
