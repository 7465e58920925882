#!lua flags=allow-oom
-- Gives the oldest dead jobs another life, a bounded number a call. dead -> pending. Repeat while more is 1.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 limit, up to 100
--       3 ms since the epoch: jobs that died later are left, so that each moves once even if it dies again;
--         '' for now
-- Returns {moved, more, the time of 3}; the same request again: the same answer, no second effect

local until_ms = tonumber(ARGV[3]) or now

check_lists(DLQ, SUSPECTS, pending_keys())
check_hashes(COUNTS, STALE)
return once(ARGV[1], function()
  local moved, more = each_dead(tonumber(ARGV[2]), until_ms, revive)
  return {moved, more, until_ms}
end)
