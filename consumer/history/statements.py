"""The history's SQL. A batch goes in as one parameter a column, which the server takes apart.

One JSON document with an object a row would say the same, but taking it apart costs the server
three times as much. See :mod:`consumer.history.parameters`.
"""

import sqlalchemy

_KEYS = """
    json_array_elements_text(CAST(:sources AS json)),
    json_array_elements_text(CAST(:ids AS json)),
    json_array_elements_text(CAST(:replays AS json))
"""
_ASKED = f"ROWS FROM ({_KEYS}) AS asked (event_source, event_id, replay_id)"

RECALL = sqlalchemy.text(f"""
    SELECT event_source, event_id, replay_id, scored_at, confirmed_at IS NOT NULL,
           CASE WHEN confirmed_at IS NULL THEN alert END
      FROM {_ASKED}
      JOIN score_history USING (event_source, event_id, replay_id)
""")  # noqa: S608 - put together from constants

REVISIONS = sqlalchemy.text(f"""
    SELECT asked.event_source, asked.event_id, asked.replay_id, max(revision)
      FROM {_ASKED}
      JOIN score_history USING (event_source, event_id)
     GROUP BY 1, 2, 3
""")  # noqa: S608 - put together from constants

# Ordered, so that two workers with the same events wait for each other in the same order. DO
# NOTHING waits for a transaction that is inserting the same key ("INSERT", PostgreSQL manual).
# What comes back are the places, from 1, of the rows that are not kept; mostly there are none.
RECORD = sqlalchemy.text(f"""
    WITH new AS (
        SELECT *
          FROM ROWS FROM (
               {_KEYS},
               unnest(CAST(:customers AS bigint[])),
               json_array_elements_text(CAST(:times AS json)),
               jsonb_array_elements(CAST(:inputs AS jsonb)),
               unnest(CAST(:probabilities AS double precision[])),
               json_array_elements_text(CAST(:alerts AS json)),
               unnest(CAST(:revisions AS integer[])))
          WITH ORDINALITY AS given (
               event_source, event_id, replay_id, id_client, event_time, inputs, probability, alert,
               revision, place)
    ), kept AS (
        INSERT INTO score_history (
               event_source, event_id, replay_id, id_client, event_time, model_version,
               model_sha256, inputs, probability, threshold, decision, alert, revision, scored_at,
               confirmed_at)
        SELECT event_source, event_id, replay_id, id_client, CAST(event_time AS timestamptz),
               :model_version, :model_sha256, inputs, probability,
               CAST(:threshold AS double precision),
               CASE WHEN alert IS NULL THEN 'silent' ELSE 'alert' END,
               convert_to(alert, 'UTF8'), revision, CAST(:scored_at AS timestamptz),
               CASE WHEN alert IS NULL THEN CAST(:scored_at AS timestamptz) END
          FROM new
         ORDER BY event_source, event_id, replay_id
            ON CONFLICT DO NOTHING
        RETURNING event_source, event_id, replay_id
    )
    SELECT place
      FROM new LEFT JOIN kept USING (event_source, event_id, replay_id)
     WHERE kept.event_id IS NULL
""")  # noqa: S608 - put together from constants

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
    SELECT id_client, replay_id, CAST(:scored_at AS timestamptz)
      FROM ROWS FROM (
           unnest(CAST(:customers AS bigint[])),
           json_array_elements_text(CAST(:replays AS json))) AS asked (id_client, replay_id)
     ORDER BY id_client, replay_id
        ON CONFLICT (id_client, replay_id) DO UPDATE SET scored_at = state.scored_at
    RETURNING id_client, replay_id, event_time AT TIME ZONE 'UTC', is_above,
              alerted_at AT TIME ZONE 'UTC'
""")

WRITE_STATES = sqlalchemy.text("""
    UPDATE alert_state
       SET event_time = CAST(new.event_time AS timestamptz), is_above = new.is_above,
           alerted_at = CAST(new.alerted_at AS timestamptz),
           scored_at = CAST(:scored_at AS timestamptz)
      FROM ROWS FROM (
           unnest(CAST(:customers AS bigint[])),
           json_array_elements_text(CAST(:replays AS json)),
           json_array_elements_text(CAST(:times AS json)),
           unnest(CAST(:above AS boolean[])),
           json_array_elements_text(CAST(:alerted AS json)))
        AS new (id_client, replay_id, event_time, is_above, alerted_at)
     WHERE alert_state.id_client = new.id_client AND alert_state.replay_id = new.replay_id
""")

CONFIRM = sqlalchemy.text(f"""
    UPDATE score_history SET confirmed_at = CAST(:at AS timestamptz)
      FROM {_ASKED}
     WHERE score_history.event_source = asked.event_source
       AND score_history.event_id = asked.event_id
       AND score_history.replay_id = asked.replay_id
       AND confirmed_at IS NULL
""")  # noqa: S608 - put together from constants
