"""Pages of the bank: `bank` shows and edits, `files` brings questions in and out."""
