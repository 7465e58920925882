#!lua flags=allow-oom
-- Takes in what other services have pushed, more of it at once than a claim does: for a worker that has met a flood, and for
-- one whose slots are all taken.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 entries   2 bytes: at most so many, and the entry with which they are reached
-- Returns {{number, raw bytes, {field, value, ...} of the prepared hash}, ...} to be judged, then ingest; empty when nothing
--       waits
-- Sent again it takes in what has come since. What it had taken in before is handed out when it is overdue.
-- Cost  four commands per 16 entries, one HGETALL for each that names a prepared hash.

local items = intake(tonumber(ARGV[1]), tonumber(ARGV[2]))
claimable = took_bell -- it was for somebody who has a slot free
commit()
return items
