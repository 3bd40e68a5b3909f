"""What the commands that look into the archive share."""
