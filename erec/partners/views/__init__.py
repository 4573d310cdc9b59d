"""Pages of 取引先管理, one module a subject."""
