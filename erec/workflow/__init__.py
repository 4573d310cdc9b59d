"""The engine of requests: 一時保存 → 仮登録 → 承認 → 承諾 → 記録, and the business types as data."""
