"""What there is to tell, and what became of it: news and stories, coverage, digests and deliveries."""
