"""From red to letter: who is reminded of what, when, and in which words."""
