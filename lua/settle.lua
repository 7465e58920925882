#!lua flags=allow-oom
-- Ends runs. processing -> completed | failed (retry) | scheduled (snoozed) | dead | pending (released, at the front) |
-- cancelled.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 retention age in ms   2 retention count, both of R:completed and R:cancelled
--       then per outcome ten, and its further values:
--       id, token, outcome (completed retry snoozed dead released cancelled), delay in ms (retry, snoozed),
--       exit code or '', signal or '', reason or '', error or '' (one line), usage or '' (JSON object: what was
--       measured of the run), number of further values v, then v values: field, value, ... of the job's hash
-- Returns {{status, state}, ...} in the order given
--       ok     the run ended as asked; a job whose cancel was requested is cancelled unless it completed
--       ok     also when this very settle was done before: the same call again has no second effect
--       stale  the token is not the job's any more; nothing was changed (state '' when the job is gone)
-- Cost  per completed job one HMGET and one HSET; two old jobs at most are removed per outcome.

check_sets(PROCESSING, SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_lists(DLQ, SUSPECTS)
check_hashes(COUNTS, STALE)
local outcomes, releases = outcomes_from(3)
if releases then check_lists(ELSEWHERE, pending_keys()) end
local replies = settle_all(outcomes, tonumber(ARGV[1]), tonumber(ARGV[2]))
commit()
return replies
