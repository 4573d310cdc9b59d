"""Pure codecs and checks of text and files: no Django, no database."""
