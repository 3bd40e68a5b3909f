"""HTTP GET: one session, one answer, with manners and bounds."""
