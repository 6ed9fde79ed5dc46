"""What waits for those who manage, from every plugin."""
