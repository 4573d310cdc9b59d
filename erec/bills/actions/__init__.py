"""The only writers of the register of bills."""
