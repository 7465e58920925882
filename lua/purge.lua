#!lua flags=allow-oom
-- Deletes the oldest dead jobs, a bounded number a call. dead -> (nothing). Repeat while more is 1.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  as retry_all
-- Returns {deleted, more, the time of ARGV 3}; the same request again: the same answer, no second effect

local until_ms = tonumber(ARGV[3]) or now

check_lists(DLQ)
check_hashes(COUNTS, STALE)
return once(ARGV[1], function()
  local deleted, more = each_dead(tonumber(ARGV[2]), until_ms, function(id, job)
    forget(id, job.run)
    count('deleted_total', 1)
    announce(id, 'deleted')
  end)
  return {deleted, more, until_ms}
end)
