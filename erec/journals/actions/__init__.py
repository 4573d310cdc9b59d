"""The only writers of settings, entries and exports; one module a subject."""
