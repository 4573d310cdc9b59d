"""Files of records of one fixed length in bytes: 全銀 files, densai batch files. Layouts are data.

`model` is what a layout is and how a cell is read and written, `loading` makes layouts of TOML files,
`framing` cuts a file into its records.
"""
