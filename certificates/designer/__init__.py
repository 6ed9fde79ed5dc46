"""The office's own designs: kept in versions, drawn while they are edited, never changed once in use."""
