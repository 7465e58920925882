#!lua flags=allow-oom
-- Deletes jobs with their attempts and logs. Any state but processing -> (nothing).
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call, then ids
-- Returns {{status, state}, ...} in the order given; the same request again: the same answer, no second effect
--       ok           deleted; state is the one it was in
--       wrong_state  it is being run; nothing was changed
--       not_found    no such job

local deleted = {}

local function delete(id)
  local job = read(id, 'priority', 'suspect', 'failed_hosts', 'run', 'reply_to', 'request')
  if not job.state or deleted[id] then return {'not_found', ''} end
  if job.state == 'processing' then return {'wrong_state', job.state} end
  if job.reply_to and not OVER[job.state] then reply(id, job.reply_to, 'deleted', 'deleted') end
  leave(id, job.state, job)
  forget(id, job.run)
  note_gone(id, job.request)
  deleted[id] = true
  count('deleted_total', 1)
  announce(id, 'deleted')
  return {'ok', job.state}
end

check_sets(SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_lists(DLQ, SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE)
return once(ARGV[1], function()
  local replies = {}
  for at = 2, #ARGV do replies[#replies + 1] = delete(ARGV[at]) end
  return replies
end)
