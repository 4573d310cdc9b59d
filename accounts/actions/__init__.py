"""The portal side's verbs, one module a subject. Each is one transaction and one audit event."""
