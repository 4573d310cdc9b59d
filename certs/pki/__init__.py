"""Our public key infrastructure, without Django: authority, profiles, requests, CRL, OCSP, verifier.

The specification of every field is certs/README.md. All times are passed in and must be aware.
"""
