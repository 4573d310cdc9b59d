"""Verbs of a certificate's life and of the login that rests on it, one module a subject."""
