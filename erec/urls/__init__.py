"""One module of URLs a door: `entry` asks for no certificate, `cert` does."""
