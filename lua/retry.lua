#!lua flags=allow-oom
-- Gives dead jobs another life. dead -> pending.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call, then ids
-- Returns {{status, state}, ...} in the order given; the same request again: the same answer, no second effect
--       ok           pending now
--       wrong_state  it is not dead; nothing was changed
--       not_found    no such job

local function retry(id)
  local job = read(id, 'priority')
  if not job.state then return {'not_found', ''} end
  if job.state ~= 'dead' then return {'wrong_state', job.state} end
  leave(id, 'dead', job)
  revive(id, job)
  return {'ok', 'pending'}
end

check_lists(DLQ, SUSPECTS, pending_keys())
check_hashes(COUNTS, STALE)
return once(ARGV[1], function()
  local replies = {}
  for at = 2, #ARGV do replies[#replies + 1] = retry(ARGV[at]) end
  return replies
end)
