"""The screens of the record book."""
