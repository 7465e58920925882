#!lua flags=allow-oom
-- Cancels jobs. pending, scheduled, failed -> cancelled; processing: the wish is stored and told to its worker.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 prefix of the workers' control channels ("<namespace>:control:"), then ids
-- Returns {{status, state}, ...} in the order given; the same request again: the same answer, no second effect
--       ok           cancelled, or processing: its worker was told
--       wrong_state  it has finished otherwise; nothing was changed
--       not_found    no such job

local channel, queue = ARGV[2], string.match(R, '{(.*)}')

local function cancel(id)
  local key, job = JOB .. id, read(id, 'priority', 'suspect', 'failed_hosts', 'token', 'reply_to')
  local state = job.state
  if not state then return {'not_found', ''} end
  if state == 'cancelled' then return {'ok', state} end
  if state == 'completed' or state == 'dead' then return {'wrong_state', state} end
  if state == 'processing' then
    call('HSETNX', key, 'cancel_requested', NOW)
    local worker = job.token and string.match(job.token, '^(.*)%.%d+$')
    if worker then try('PUBLISH', channel .. worker, 'cancel ' .. queue .. ' ' .. id) end
    return {'ok', state}
  end
  leave(id, state, job)
  enter(id, 'cancelled', job)
  call('HSET', key, 'state', 'cancelled', 'finished_at', NOW, 'reason', 'cancelled')
  call('HDEL', key, 'next_run_at')
  count('cancelled_total', 1)
  announce(id, 'cancelled')
  if job.reply_to then reply(id, job.reply_to) end
  return {'ok', 'cancelled'}
end

check_sets(SCHEDULED, FAILED, PROCESSING, CANCELLED)
check_lists(SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE)
return once(ARGV[1], function()
  local replies = {}
  for at = 3, #ARGV do replies[#replies + 1] = cancel(ARGV[at]) end
  return replies
end)
