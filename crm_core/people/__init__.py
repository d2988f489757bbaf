"""Staff, teams, roles and rights; what was done, and how it is undone."""
