WITH made AS (
    INSERT INTO accounts_company (user_number, name, contact_mail, registered_at, stopped_because)
    SELECT 'S' || lpad(n::text, 8, '0'),
        (%(places)s::text[])[1 + n %% %(place_count)s]
            || (%(trades)s::text[])[1 + n / %(place_count)s %% %(trade_count)s]
            || CASE WHEN n < %(place_count)s * %(trade_count)s THEN '' ELSE (n / 100)::text END || '株式会社',
        'sample' || n || '@example.com', now(), ''
    FROM generate_series(%(first)s::int, %(last)s::int) n
    RETURNING id, user_number, name
), account AS (
    INSERT INTO accounts_settlementaccount (company_id, bank_code, branch_code, kind, number, added_at)
    SELECT id, %(bank)s, '301', '2', substr(user_number, 3), now() FROM made
), person AS (
    INSERT INTO accounts_user (password, login_id, kind, name, mail, status, created_at,
        password_is_initial, login_strikes, company_id)
    SELECT '!', 'd-' || lower(user_number), 'general', '見本 担当', 'sample@example.com', 'active', now(),
        true, 0, id
    FROM made
    RETURNING id, company_id, login_id, name, mail
)
INSERT INTO members_member (user_id, company_id, login_id, name, mail, kind, status, refreshed_at, rights_version)
SELECT id, company_id, login_id, name, mail, 'general', 'active', now(), 0 FROM person
