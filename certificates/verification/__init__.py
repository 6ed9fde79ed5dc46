"""The public page where anyone checks a certificate."""
