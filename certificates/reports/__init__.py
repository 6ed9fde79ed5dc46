"""Reports: figures frozen, numbered and hashed, and the papers that an office makes of them."""
