-- Where each customer stands, for alerts.policy = crossing and alerts.cooldown_days. A replay counts
-- by itself: it goes through the customer's past once more.
CREATE TABLE IF NOT EXISTS alert_state (
    id_client  bigint NOT NULL,
    replay_id  text NOT NULL,                     -- empty for the events themselves
    event_time timestamptz,                       -- of the newest event that was scored
    is_above   boolean NOT NULL DEFAULT false,    -- whether that was at or above the threshold
    alerted_at timestamptz,                       -- the time of the last event that alerted
    scored_at  timestamptz NOT NULL,
    PRIMARY KEY (id_client, replay_id)
) WITH (fillfactor = 85);
