-- Everybody who can be a party, numbered from 0: the samples and the companies that were there before.
CREATE TEMPORARY TABLE party ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY c.id) - 1 AS n, c.id, c.user_number, c.name, m.id AS member_id,
    m.name AS member_name, a.bank_code || '-' || a.branch_code || '-' || a.kind || '-' || a.number AS account,
    a.id AS account_id, jsonb_build_object('company_id', c.id, 'user_number', c.user_number, 'name', c.name,
        'account', a.bank_code || '-' || a.branch_code || '-' || a.kind || '-' || a.number) AS written
FROM accounts_company c
JOIN LATERAL (SELECT * FROM accounts_settlementaccount s WHERE s.company_id = c.id ORDER BY id LIMIT 1) a ON true
JOIN LATERAL (SELECT * FROM members_member m WHERE m.company_id = c.id ORDER BY id LIMIT 1) m ON true
