-- Half of the requests are the first company's. Of a thousand, one waits for approval, one is being mended,
-- the others are over without a record (期限切れ): the book knows nothing of them.
CREATE TEMPORARY TABLE asked ON COMMIT DROP AS
SELECT nextval('workflow_request_id_seq') AS request_id, p.id, p.account, p.account_id, p.member_id, p.member_name, q.name AS partner_name, q.user_number AS partner,
    q.account AS partner_account, (100 + (x.n * 7919::bigint) %% 9000) * 1000 AS amount, x.n AS number,
    CASE x.n %% 1000 WHEN 0 THEN 'awaiting_approval' WHEN 1 THEN 'sent_back' ELSE 'lapsed' END AS state,
    now() - make_interval(secs => %(count)s - x.n) AS at
FROM (SELECT n, CASE WHEN n %% 2 = 0 THEN 0 ELSE 1 + (n / 2) %% (%(parties)s - 1) END AS owner
      FROM generate_series(0, %(count)s - 1) n) x
JOIN party p ON p.n = x.owner
JOIN party q ON q.n = (x.owner + 1) %% %(parties)s;

INSERT INTO workflow_numbering (company_id, last) SELECT DISTINCT id, 0 FROM asked ON CONFLICT DO NOTHING;

CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
SELECT a.*, to_char(a.at, 'YYYYMMDD') || lpad((m.last + row_number() OVER (PARTITION BY a.id ORDER BY number))::text,
    6, '0') AS request_no
FROM asked a JOIN workflow_numbering m ON m.company_id = a.id;

UPDATE workflow_numbering m SET last = m.last + s.made
FROM (SELECT id, count(*) AS made FROM asked GROUP BY id) s WHERE s.id = m.company_id;

INSERT INTO workflow_request (id, company_id, request_no, type, business, state, version, maker_id, maker_name,
    created_at, updated_at, account_id, record_on, total_yen, limited_yen, lines_count, partner_name, deadline_at,
    approval_error)
SELECT request_id, id, request_no, 'accrual_by_obligor', 'accrual', state, 1, member_id, member_name, at, at,
    account_id, %(accrued)s, amount, amount, 1, partner_name,
    CASE state WHEN 'lapsed' THEN NULL ELSE %(deadline)s::timestamptz END, '[]' FROM numbered;

INSERT INTO workflow_version (request_id, company_id, number, content, comment, made_by_id, made_by_name, made_at,
    certificate, device, token)
SELECT request_id, id, 1, jsonb_build_object('account', account, 'record_on', %(accrued)s::date,
    'fee_bearer', '依頼人負担', 'restricted', false, 'lines', jsonb_build_array(jsonb_build_object(
        'user_number', partner, 'bank_code', split_part(partner_account, '-', 1),
        'branch_code', split_part(partner_account, '-', 2), 'kind', split_part(partner_account, '-', 3),
        'number', split_part(partner_account, '-', 4), 'name', partner_name, 'amount_yen', amount,
        'due_on', %(due)s::date, 'reference', ''))), '', member_id, member_name, at, '', '', 'sample:' || request_id
FROM numbered;
