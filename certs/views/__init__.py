"""Pages of the certificates' side, one module a subject."""
