"""What a person reads in the log's file: views over the events, made anew by a step of the schema."""

from __future__ import annotations

BUBBLE = "e.body -> ('$.bubbles[' || (coalesce(r.body ->> '$.bubble', 1) - 1) || ']')"

VIEWS = {
    "sessions": """
        SELECT session, study, version, alias, participant, started_at, ended_at, ended, messages, exchanges,
               waiting_since, claimed_by, imported
        FROM heads
    """,
    "exchanges": """
        SELECT e.seq, e.session, h.study, h.version, e.body ->> '$.exchange' AS exchange, e.at,
               substr(e.actor, 8) AS wizard,
               (SELECT m.text FROM messages_said m
                WHERE m.session = e.session AND m.n = e.body ->> '$.upto') AS message,
               e.body ->> '$.text' AS reply,
               r.at AS released_at, r.body ->> '$.n' AS released_n,
               (SELECT s.seq FROM events s JOIN events o USING (session)
                WHERE s.session = e.session AND s.kind = 'stopped' AND o.kind = 'released'
                  AND o.body ->> '$.n' = s.body ->> '$.n' AND o.body ->> '$.exchange' = e.body ->> '$.exchange'
               ) IS NOT NULL AS stopped,
               e.body ->> '$.source' AS source, e.body ->> '$.could_answer' AS could_answer,
               e.body ->> '$.missing' AS missing, e.body ->> '$.seconds' AS seconds,
               e.body ->> '$.first_key' AS first_key, e.body ->> '$.keystrokes' AS keystrokes,
               e.body ->> '$.first' AS first, e.body ->> '$.upto' AS upto,
               e.body ->> '$.observation' AS observation, e.body -> '$.labels' AS labels_as_given,
               coalesce(e.body ->> '$.saw_more', 0) AS saw_more,
               coalesce((SELECT f.body ->> '$.not_for_training' FROM events f
                WHERE f.session = e.session AND f.kind = 'flagged'
                  AND f.body ->> '$.exchange' = e.body ->> '$.exchange' ORDER BY f.seq DESC LIMIT 1), 0
               ) AS not_for_training
        FROM events e
        JOIN heads h USING (session)
        LEFT JOIN events r ON r.session = e.session AND r.kind = 'released'
                          AND r.body ->> '$.exchange' = e.body ->> '$.exchange'
                          AND coalesce(r.body ->> '$.bubble', 1) = 1
        WHERE e.kind = 'replied'
    """,
    "messages_said": """
        SELECT seq, session, body ->> '$.n' AS n, body ->> '$.role' AS role, body ->> '$.text' AS text, at
        FROM events WHERE kind = 'message'
    """,
    "messages": f"""
        SELECT seq, session, n, role, text, at, 0 AS stopped FROM messages_said
        UNION ALL
        SELECT r.seq, r.session, r.body ->> '$.n', 'assistant',
               substr(coalesce({BUBBLE} ->> '$.text', e.body ->> '$.text'), 1, coalesce(s.body ->> '$.chars', 1000000)),
               r.at, s.seq IS NOT NULL
        FROM events r
        JOIN events e ON e.session = r.session AND e.kind = 'replied'
                     AND e.body ->> '$.exchange' = r.body ->> '$.exchange'
        LEFT JOIN events s ON s.session = r.session AND s.kind = 'stopped' AND s.body ->> '$.n' = r.body ->> '$.n'
        WHERE r.kind = 'released'
        UNION ALL
        SELECT a.seq, a.session, a.body ->> '$.n', 'assistant',
               substr(a.body ->> '$.text', 1, coalesce(s.body ->> '$.chars', 1000000)), a.at, s.seq IS NOT NULL
        FROM events a
        LEFT JOIN events s ON s.session = a.session AND s.kind = 'stopped' AND s.body ->> '$.n' = a.body ->> '$.n'
        WHERE a.kind = 'spoken'
    """,
    "labels": """
        SELECT session, exchange, name, value, actor, at, seq FROM (
            SELECT e.session, e.body ->> '$.exchange' AS exchange, l.key AS name, l.value AS value,
                   e.actor, e.at, e.seq,
                   row_number() OVER (
                       PARTITION BY e.session, e.body ->> '$.exchange', l.key ORDER BY e.seq DESC
                   ) AS newest
            FROM events e, json_each(e.body, '$.labels') l
            WHERE e.kind IN ('replied', 'labelled')
        ) WHERE newest = 1 AND value IS NOT NULL
    """,
}
