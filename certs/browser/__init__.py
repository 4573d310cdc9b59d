"""The browser's part of fetching a certificate: JavaScript sources and the step that bundles them."""
