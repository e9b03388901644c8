"""The history's SQL. A batch goes in as one JSON parameter, which the server takes apart.

Arrays, one a column, would say the same, but pg8000 writes those value by value in Python.
"""

import sqlalchemy

_KEYS = """
    json_to_recordset(CAST(:keys AS json))
        AS asked (event_source text, event_id text, replay_id text)
"""

RECALL = sqlalchemy.text(f"""
    SELECT event_source, event_id, replay_id, scored_at, confirmed_at IS NOT NULL,
           CASE WHEN confirmed_at IS NULL THEN alert END
      FROM {_KEYS}
      JOIN score_history USING (event_source, event_id, replay_id)
""")  # noqa: S608 - put together from constants

REVISIONS = sqlalchemy.text(f"""
    SELECT asked.event_source, asked.event_id, asked.replay_id, max(revision)
      FROM {_KEYS}
      JOIN score_history USING (event_source, event_id)
     GROUP BY 1, 2, 3
""")  # noqa: S608 - put together from constants

# Ordered, so that two workers with the same events wait for each other in the same order. DO
# NOTHING waits for a transaction that is inserting the same key ("INSERT", PostgreSQL manual).
RECORD = sqlalchemy.text("""
    INSERT INTO score_history (
           event_source, event_id, replay_id, id_client, event_time, model_version, model_sha256,
           inputs, probability, threshold, decision, alert, revision, scored_at, confirmed_at)
    SELECT event_source, event_id, replay_id, id_client, event_time, model_version, model_sha256,
           inputs, probability, threshold,
           CASE WHEN alert IS NULL THEN 'silent' ELSE 'alert' END,
           convert_to(alert, 'UTF8'), revision, scored_at,
           CASE WHEN alert IS NULL THEN scored_at END
      FROM json_to_recordset(CAST(:rows AS json)) AS new (
           event_source text, event_id text, replay_id text, id_client bigint,
           event_time timestamptz, model_version text, model_sha256 text, inputs jsonb,
           probability double precision, threshold double precision, alert text,
           revision integer, scored_at timestamptz)
     ORDER BY event_source, event_id, replay_id
        ON CONFLICT DO NOTHING
    RETURNING event_source, event_id, replay_id
""")

# A bounded number of rows, so that no lock is held for long and other sessions come in between;
# rows that another worker is deleting are left to it. A customer's state goes with its last rows.
PRUNE = sqlalchemy.text("""
    WITH gone AS (
        DELETE FROM score_history
         WHERE ctid = ANY(ARRAY(
                   SELECT ctid FROM score_history
                    WHERE scored_at < CAST(:before AS timestamptz)
                    ORDER BY scored_at
                    LIMIT :most
                      FOR UPDATE SKIP LOCKED))
        RETURNING id_client, replay_id
    ), idle AS (
        SELECT alert_state.ctid
          FROM alert_state
          JOIN (SELECT DISTINCT id_client, replay_id FROM gone) AS customers
         USING (id_client, replay_id)
         WHERE scored_at < CAST(:before AS timestamptz)
           FOR UPDATE OF alert_state SKIP LOCKED
    ), cleared AS (
        DELETE FROM alert_state WHERE ctid = ANY(ARRAY(SELECT ctid FROM idle))
    )
    SELECT count(*) FROM gone
""")

# The update changes nothing: it locks the row, and RETURNING gives what is committed by then.
# Times come without a zone, in UTC: in a zone west of it the year 1 would begin before Christ,
# which pg8000 does not read.
LOCK_STATES = sqlalchemy.text("""
    INSERT INTO alert_state AS state (id_client, replay_id, scored_at)
    SELECT id_client, replay_id, scored_at
      FROM json_to_recordset(CAST(:states AS json)) AS asked (
           id_client bigint, replay_id text, scored_at timestamptz)
     ORDER BY id_client, replay_id
        ON CONFLICT (id_client, replay_id) DO UPDATE SET scored_at = state.scored_at
    RETURNING id_client, replay_id, event_time AT TIME ZONE 'UTC', is_above,
              alerted_at AT TIME ZONE 'UTC'
""")

WRITE_STATES = sqlalchemy.text("""
    UPDATE alert_state
       SET event_time = new.event_time, is_above = new.is_above, alerted_at = new.alerted_at,
           scored_at = new.scored_at
      FROM json_to_recordset(CAST(:states AS json)) AS new (
           id_client bigint, replay_id text, event_time timestamptz, is_above boolean,
           alerted_at timestamptz, scored_at timestamptz)
     WHERE alert_state.id_client = new.id_client AND alert_state.replay_id = new.replay_id
""")

CONFIRM = sqlalchemy.text(f"""
    UPDATE score_history SET confirmed_at = CAST(:at AS timestamptz)
      FROM {_KEYS}
     WHERE score_history.event_source = asked.event_source
       AND score_history.event_id = asked.event_id
       AND score_history.replay_id = asked.replay_id
       AND confirmed_at IS NULL
""")  # noqa: S608 - put together from constants
