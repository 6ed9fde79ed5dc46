"""Papers that leaders sign by their own token: handed out in batches, taken back when they are found good."""
