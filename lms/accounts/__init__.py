"""Who may come in: accounts, sign-ins, and roles held over a unit and for a time."""
