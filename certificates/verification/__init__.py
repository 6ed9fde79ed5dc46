"""The public check: anyone may ask whether a certificate is valid, and learns nothing else."""
