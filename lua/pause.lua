#!lua flags=allow-oom
-- Pauses or resumes a queue. Paused, it takes in and promotes, but hands nothing out and rings nothing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 pause | resume
-- Returns {changed}: 1, or 0 when it was so already; the same request again: the same answer

return once(ARGV[1], function()
  if ARGV[2] == 'pause' then return {call('HSETNX', META, 'paused', NOW)} end
  local changed = call('HDEL', META, 'paused')
  paused, claimable = false, changed == 1
  return {changed}
end)
