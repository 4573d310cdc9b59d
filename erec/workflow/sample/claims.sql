-- A fifth of the claims was due and is paid; the others are due in the year to come.
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT nextval('claims_claim_id_seq') AS claim_id, nextval('claims_order_id_seq') AS order_id,
    nextval('claims_settlementresult_id_seq') AS result_id, d.user_number
        || lpad(nextval('claims_record_number')::text, 11, '0') AS record_number,
    (100 + (x.n * 7919::bigint) %% 9000) * 1000 AS amount, x.n %% 5 = 0 AS paid,
    CASE WHEN x.n %% 5 = 0 THEN (%(past)s::date[])[1 + x.n %% %(past_count)s]
        ELSE (%(coming)s::date[])[1 + x.n %% %(coming_count)s] END AS due_on,
    CASE WHEN x.n %% 5 = 0 THEN %(long_ago)s::date ELSE %(accrued)s::date END AS accrued_on, d.id AS obligor_id,
    d.user_number AS obligor_number, d.name AS obligor_name, d.account AS obligor_account,
    d.written AS obligor, h.id AS holder_id, h.user_number AS holder_number, h.name AS holder_name,
    h.account AS holder_account, h.written AS holder
FROM generate_series(0, %(count)s - 1) AS x (n)
JOIN party d ON d.n = (x.n * 31::bigint) %% %(parties)s
JOIN party h ON h.n = (d.n + 1 + (x.n * 17::bigint) %% (%(parties)s - 1)) %% %(parties)s;

INSERT INTO claims_order (id, key, company_id, request_no, kind, instruction, claim_number, state, record_number,
    error, effective_on, placed_at, answered_at, collected_at)
SELECT order_id, 'sample:' || record_number, obligor_id, '', 'accrual', jsonb_build_object('kind', 'accrual',
    'obligor', obligor, 'obligee', holder, 'amount_yen', amount, 'due_on', due_on, 'record_on', accrued_on,
    'restricted', false, 'by_obligee', false, 'fee_bearer', '依頼人負担', 'reference', ''),
    record_number, 'recorded', record_number, '', accrued_on, now(), now(), now() FROM made;

INSERT INTO claims_claim (id, record_number, state, amount_yen, original_amount_yen, paid_yen, due_on, settle_on,
    accrued_on, held_since, restricted, obligor_id, obligor_number, obligor_name, obligor_account, holder_id,
    holder_number, holder_name, holder_account, fee_bearer, reference, position)
SELECT claim_id, record_number, CASE WHEN paid THEN 'settled' ELSE 'recorded' END, amount, amount,
    CASE WHEN paid THEN amount ELSE 0 END, due_on, due_on, accrued_on, accrued_on, false, obligor_id,
    obligor_number, obligor_name, obligor_account, holder_id, holder_number, holder_name, holder_account,
    '依頼人負担', '', CASE WHEN paid THEN 2 ELSE 1 END FROM made;

INSERT INTO claims_recordevent (claim_id, position, kind, recorded_on, recorded_at, order_id, facts)
SELECT claim_id, 1, 'accrual', accrued_on, now(), order_id, jsonb_build_object('amount_yen', amount,
    'due_on', due_on, 'settle_on', due_on, 'accrued_on', accrued_on, 'restricted', false, 'obligor', obligor,
    'holder', holder, 'fee_bearer', '依頼人負担', 'reference', '') FROM made;

INSERT INTO claims_settlementresult (id, claim_id, obligor_id, due_on, outcome, amount_yen, reason, settled_on,
    recorded_at)
SELECT result_id, claim_id, obligor_id, due_on, 'paid', amount, '', due_on, now() FROM made WHERE paid;

INSERT INTO claims_recordevent (claim_id, position, kind, recorded_on, recorded_at, settlement_id, facts)
SELECT claim_id, 2, 'payment', due_on + 5, now(), result_id, jsonb_build_object('amount_yen', amount,
    'cause', '口座間送金決済', 'paid_on', due_on) FROM made WHERE paid;

INSERT INTO claims_holding (claim_id, company_id, role, record_number, amount_yen, state, due_on, accrued_on,
    account, counterpart_number, counterpart_name)
SELECT claim_id, obligor_id, 'obligor', record_number, amount, CASE WHEN paid THEN 'settled' ELSE 'recorded' END,
    due_on, accrued_on, obligor_account, holder_number, holder_name FROM made
UNION ALL
SELECT claim_id, holder_id, 'holder', record_number, amount, CASE WHEN paid THEN 'settled' ELSE 'recorded' END,
    due_on, accrued_on, holder_account, obligor_number, obligor_name FROM made;
