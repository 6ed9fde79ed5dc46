"""What a certificate carries so that it can be checked without us, and the keys that it is signed with."""
