"""The pages that feeds link to: whether one is needed, how it is fetched, and what it says."""
