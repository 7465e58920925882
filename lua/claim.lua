#!lua flags=allow-oom
-- Hands out up to n jobs to a worker, and does the housekeeping that must not wait for anyone: takes pushes in,
-- promotes what is due, recovers what dead workers left, forgets what finished long ago. pending -> processing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 worker id   2 request number (of this worker; the same number again gets the same jobs)
--       3 n, 0...100; 0 only does the housekeeping, and passes on a bell that cannot be used
--       4 lease in ms   5 heartbeat in ms   6 crashes at which a job is dead
--       7 1 if the worker may take a suspect, which one more crash would end (it runs none now), else 0
--       8 cap of R:rejected   9 retention age in ms   10 retention count, both of R:completed and R:cancelled
--       11 retention age in ms or ''   12 retention count or '', both of R:dlq
--       13 entries of other services that it may take in, 0 when its worker is at that already (take_in)   14 bytes of these
-- Returns {now, next, paused, intake, jobs, recovered, trouble, unread}
--       now        server time, ms         next  ms since the epoch when to ask again: the next job is due,
--       paused     1 or 0                        leases that are on hold may be judged, or pushes that somebody
--                                                was handed will be overdue; -1 when nothing is known
--       intake     {{number, raw bytes, {field, value, ...} of the prepared hash}, ...} to be judged, then ingest
--       jobs       {{id, token, {field, value, ...} as they are after the claim}, ...}
--       recovered  ids taken back from workers that are gone
--       trouble    '' or what is wrong with a list that could not be read; the others go on
--       unread     {{id, created_at, finished_at or '', document}, ...} of jobs to be read, then admit; they stay where they are
-- Cost  one HGETALL and one HSET per job, a fixed two dozen of commands besides; nothing grows with the backlog.

check_claim()
keep_house()
local reply = claim()
commit()
return reply
