"""Pages of 仕訳, one module a subject."""
