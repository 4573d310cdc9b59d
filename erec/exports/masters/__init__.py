"""Masters for the accounting software, made of what this service knows: 補助科目 and 振込先 from partners,
会社口座 from 決済口座, システムユーザー from users. Each is a layout and the rows for it.
"""
