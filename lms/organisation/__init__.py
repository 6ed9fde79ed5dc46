"""The organisation: units in a tree, people, and the posts they hold over time."""
