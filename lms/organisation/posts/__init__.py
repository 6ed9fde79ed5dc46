"""Posts and those who hold them: appointed, relieved, put right."""
