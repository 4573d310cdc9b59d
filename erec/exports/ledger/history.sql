-- What the claims in `apart` were on the day, out of their events, as `erec.claims.projection` folds them.
record AS (
    SELECT e.id, e.claim_id, e.position, e.kind, e.order_id, e.recorded_on, e.facts,
        -- How many 譲渡 stand. One was cancelled when the depth falls below its own later.
        sum(CASE WHEN e.kind = 'assignment' THEN 1
                 WHEN e.kind = 'cancellation' AND e.facts->>'of' = 'assignment' THEN -1 ELSE 0 END)
            OVER turn AS depth,
        (sum(CASE WHEN e.position = 1 THEN (e.facts->>'amount_yen')::bigint
                 WHEN e.kind = 'division' THEN -(e.facts->>'amount_yen')::bigint
                 WHEN e.kind = 'cancellation' AND e.facts ? 'child' THEN (e.facts->>'amount_yen')::bigint
                 WHEN e.kind = 'change' AND e.facts ? 'amount_yen'
                     THEN (e.facts->>'amount_yen')::bigint - (e.facts->'before'->>'amount_yen')::bigint
                 ELSE 0 END)
            OVER turn)::bigint AS amount_yen,
        -- 譲渡保証 is written right after its 譲渡, by the same order.
        e.kind = 'assignment' AND lead(e.kind) OVER turn = 'guarantee' AND lead(e.order_id) OVER turn = e.order_id
            AS is_guaranteed
    FROM claims_recordevent e JOIN apart USING (claim_id)
    WHERE e.recorded_on <= %(day)s
    WINDOW turn AS (PARTITION BY e.claim_id ORDER BY e.position)
),
outcome AS (
    SELECT s.claim_id, coalesce(sum(s.amount_yen) FILTER (WHERE s.outcome = 'paid'), 0) AS paid_yen,
        min(s.settled_on) FILTER (WHERE s.outcome = 'defaulted') AS defaulted_on
    FROM claims_settlementresult s JOIN apart USING (claim_id)
    WHERE s.settled_on <= %(day)s
    GROUP BY s.claim_id
),
-- The claims that are not cancelled. A 支払等記録 without an order follows a settlement result, which counts.
standing AS (
    SELECT r.claim_id, o.defaulted_on,
        (array_agg((r.facts->>'due_on')::date ORDER BY r.position DESC)
            FILTER (WHERE r.facts ? 'due_on'))[1] AS due_on,
        coalesce(sum((r.facts->>'amount_yen')::bigint - (r.facts->'before'->>'amount_yen')::bigint)
            FILTER (WHERE r.kind = 'change' AND r.facts ? 'amount_yen'), 0)::bigint AS changed_yen,
        ((array_agg(r.amount_yen ORDER BY r.position DESC))[1] - coalesce(o.paid_yen, 0)
            - coalesce(sum((r.facts->>'amount_yen')::bigint) FILTER (WHERE r.kind = 'payment'
                AND r.order_id IS NOT NULL AND r.facts->>'to' <> 'recourse'), 0))::bigint AS open_yen
    FROM record r LEFT JOIN outcome o USING (claim_id)
    GROUP BY r.claim_id, o.defaulted_on, o.paid_yen
    HAVING NOT bool_or(r.kind = 'change' AND r.facts ? 'delete'
        OR r.kind = 'cancellation' AND r.facts->>'of' <> 'assignment' AND NOT r.facts ? 'child')
),
-- By what somebody became holder: the first record, and each 譲渡 that was not cancelled.
tenure AS (
    SELECT t.*, coalesce(t.facts->'assignee', t.facts->'holder') AS taker,
        coalesce(t.facts->'assignor', t.facts->'obligor') AS giver,
        lead(t.id) OVER turn IS NULL AS is_last
    FROM (
        SELECT r.*, min(r.depth) OVER (PARTITION BY r.claim_id ORDER BY r.position
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS lowest
        FROM record r JOIN standing USING (claim_id)
    ) t
    WHERE t.position = 1 OR t.kind = 'assignment' AND t.lowest >= t.depth
    WINDOW turn AS (PARTITION BY t.claim_id ORDER BY t.position)
),
-- Those by which the company came to hold, or ceased to; and what an application made of it.
own AS (
    SELECT *, max(id) FILTER (WHERE comes AND NOT is_given_back)
        OVER (PARTITION BY claim_id ORDER BY position) AS came_id
    FROM (
        SELECT t.*, (t.taker->>'company_id')::bigint = %(company)s AS comes,
            CASE WHEN t.kind = 'assignment' THEN a.kind END AS financing,
            t.kind = 'assignment' AND b.id IS NOT NULL AS is_given_back
        FROM tenure t
        LEFT JOIN claims_order o ON o.id = t.order_id
        LEFT JOIN financing_application a ON a.company_id = %(company)s AND o.company_id = %(company)s
            AND a.request_no = o.request_no
        LEFT JOIN financing_application b ON b.company_id = %(company)s AND b.application_no = o.request_no
        WHERE (t.taker->>'company_id')::bigint = %(company)s
            OR t.kind = 'assignment' AND (t.giver->>'company_id')::bigint = %(company)s
    ) s
),
-- What was divided off, and after which record of its parent.
divided AS (
    SELECT * FROM (
        SELECT id, claim_id, position, lead(claim_id) OVER turn AS parent_id,
            lead(position) OVER turn AS parent_position
        FROM record WHERE kind = 'division'
        WINDOW turn AS (PARTITION BY order_id ORDER BY position)
    ) d WHERE position = 1 AND parent_id IS NOT NULL
),
-- From where a part came that the company divided off itself: whence the parent had come.
origin AS (
    SELECT d.id, max(o.id) AS came_id
    FROM divided d JOIN own o ON o.claim_id = d.parent_id AND o.position < d.parent_position
    WHERE o.comes AND NOT o.is_given_back
    GROUP BY d.id
),
whence AS (
    SELECT o.id, o.id AS came_id FROM own o WHERE o.comes
    UNION ALL
    SELECT w.id, o.came_id FROM whence w JOIN origin o ON o.id = w.came_id
),
source AS (
    SELECT w.id, o.giver->>'user_number' AS number, o.giver->>'name' AS name,
        o.facts->>'reference' AS reference
    FROM whence w JOIN own o ON o.id = w.came_id WHERE o.kind <> 'division'
),
-- For each claim that is not paid: by which own record the company answers for it, or holds it. Of what
-- somebody else divided off, the parent's at that time.
looked AS (
    SELECT k.claim_id, k.claim_id AS at_id, NULL::integer AS before FROM standing k WHERE k.open_yen > 0
    UNION ALL
    SELECT a.claim_id, d.parent_id, d.parent_position
    FROM looked a JOIN divided d ON d.claim_id = a.at_id
    LEFT JOIN (SELECT claim_id, min(position) AS position FROM own GROUP BY claim_id) f ON f.claim_id = a.at_id
    WHERE f.position IS NULL OR f.position >= a.before
),
answered AS (
    SELECT DISTINCT ON (a.claim_id) a.claim_id, o.id
    FROM looked a JOIN own o ON o.claim_id = a.at_id AND (a.before IS NULL OR o.position < a.before)
    ORDER BY a.claim_id, o.id DESC
),
-- The first claim of each that was divided off.
root AS (
    SELECT claim_id, claim_id AS root_id FROM record WHERE position = 1 AND kind = 'accrual'
    UNION ALL
    SELECT d.claim_id, r.root_id FROM root r JOIN divided d ON d.parent_id = r.claim_id
)
