"""Pages of 会計ソフトの台帳, one module a subject."""
