"""The record book: record events, claims, holdings, and what happens to them on their day."""
