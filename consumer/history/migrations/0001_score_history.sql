-- One row for each event that was scored, and for each replay of it. The model is not part of the
-- key: while a new model is rolled out, two workers with different models may hold the same event,
-- and only one of them may decide about it.
CREATE TABLE IF NOT EXISTS score_history (
    event_source  text NOT NULL,
    event_id      text NOT NULL,
    replay_id     text NOT NULL,             -- empty for the event itself
    id_client     bigint NOT NULL,
    event_time    timestamptz NOT NULL,
    model_version text NOT NULL,
    model_sha256  text NOT NULL,
    inputs        jsonb NOT NULL,            -- what the model saw, by column; never the name
    probability   double precision NOT NULL,
    threshold     double precision NOT NULL,
    decision      text NOT NULL CHECK (decision IN ('alert', 'silent')),
    alert         bytea,                     -- the alert's data as it is published
    revision      integer,
    scored_at     timestamptz NOT NULL,
    confirmed_at  timestamptz,               -- null until Pub/Sub has the alert
    PRIMARY KEY (event_source, event_id, replay_id),
    CHECK ((decision = 'alert') = (alert IS NOT NULL)),
    CHECK ((alert IS NULL) = (revision IS NULL))
) WITH (fillfactor = 85);                    -- room for confirmed_at in the row's own page

-- To read a customer's scores in order, and to erase them.
CREATE INDEX IF NOT EXISTS score_history_customer ON score_history (id_client, event_time);

-- To delete what is older than history.keep_days.
CREATE INDEX IF NOT EXISTS score_history_age ON score_history (scored_at);

-- Two replays of one event cannot both be the same revision.
CREATE UNIQUE INDEX IF NOT EXISTS score_history_revision
    ON score_history (event_source, event_id, revision) WHERE replay_id <> '';
