#!lua flags=allow-oom
-- Halts jobs that run, or lets them go on. processing only; no state changes. The wish is stored, told to the worker,
-- and read with each renewal; it ends with the run.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 prefix of the workers' control channels ("<namespace>:control:")
--       3 pause | resume, then ids
-- Returns {{status, state}, ...} in the order given; the same request again: the same answer, no second effect
--       ok           it is so from now on; its worker was told
--       unchanged    it was so already; its worker was told again
--       wrong_state  it does not run; nothing was changed
--       not_found    no such job

local channel, verb, queue = ARGV[2], ARGV[3], string.match(R, '{(.*)}')

local function change(id)
  local job = read(id, 'token')
  if not job.state then return {'not_found', ''} end
  if job.state ~= 'processing' then return {'wrong_state', job.state} end
  local changed
  if verb == 'pause' then changed = call('HSETNX', JOB .. id, 'pause_requested', NOW)
  else changed = call('HDEL', JOB .. id, 'pause_requested') end
  local worker = job.token and string.match(job.token, '^(.*)%.%d+$')
  if worker then try('PUBLISH', channel .. worker, verb .. ' ' .. queue .. ' ' .. id) end
  return {changed == 1 and 'ok' or 'unchanged', job.state}
end

return once(ARGV[1], function()
  local replies = {}
  for at = 4, #ARGV do replies[#replies + 1] = change(ARGV[at]) end
  return replies
end)
