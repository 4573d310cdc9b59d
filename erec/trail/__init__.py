"""What happened (audit, hash-chained) and what must leave (outbox): the two rows every action writes."""
