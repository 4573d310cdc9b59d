"""Pages of the densai side of a user, one module a subject."""
