"""After the attempts: essay marks, statistics, mark sheets, corrections of a key."""
