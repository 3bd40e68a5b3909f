"""What a press release is made of."""
