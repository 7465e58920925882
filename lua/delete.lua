#!lua flags=allow-oom
-- Deletes jobs with their attempts and logs. Any state but processing -> (nothing).
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call, then ids
-- Returns {{status, state}, ...} in the order given; the same request again: the same answer, no second effect
--       ok           deleted; state is the one it was in
--       wrong_state  it is being run; nothing was changed
--       not_found    no such job

local function delete(id)
  local job = call('HMGET', job_key(id), 'state', 'priority', 'crash_count', 'stale', 'run')
  local state = job[1]
  if not state then return {'not_found', ''} end
  if state == 'processing' then return {'wrong_state', state} end
  leave(id, state, {priority = job[2], crash_count = job[3], stale = job[4]})
  forget(id, job[5])
  count('deleted_total', 1)
  announce(id, 'deleted')
  return {'ok', state}
end

check_sets(SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_lists(DLQ, SUSPECTS, pending_keys())
check_hashes(COUNTS)
return once(ARGV[1], function()
  local replies = {}
  for at = 2, #ARGV do replies[#replies + 1] = delete(ARGV[at]) end
  return replies
end)
