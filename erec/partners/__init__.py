"""取引先: whom a company trades with, in groups; who banks here; names of banks; what was used before."""
