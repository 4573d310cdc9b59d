"""The moves of a request, one module a subject. Each is one transaction with one audit event."""
