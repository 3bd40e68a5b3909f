"""Getting back what may have rolled past between two readings of a feed."""
