"""Pages of the register of bills, one module a subject."""
