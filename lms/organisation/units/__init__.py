"""Units entered and put right by hand; what a decision changes is in `reorganisation`."""
