"""Sheets for people: the content of a 帳票 as a well-set PDF and as Excel, with totals by due date.

    sheet = Sheet(title=…, company=…, facts=…, made_at=…, columns=…, by=…, amount=…, rows=…)
    pdf.write(sheet, file)          # A4 landscape; raises TypefaceMissing, TooManyRows
    excel.write(sheet, file)        # raises TooManyRows
    answering.response(sheet, Format.PDF, name=…)   # the same as an attachment, where the rows are few

`rows` is read once and in its own order, so a hundred thousand of them pass through in little memory.
"""
