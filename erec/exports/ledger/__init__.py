"""電子記録債権期日管理帳票: what its four tables hold (`definition`), and their rows, totals and files."""
