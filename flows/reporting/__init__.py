"""What runs tell: a name and a table at the engine, a heartbeat, and alerts for whoever runs Presswatch."""
