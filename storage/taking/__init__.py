"""Taking in what a cycle read: new releases and edits, how feeds fare, gaps, pages, the watchlist itself."""
