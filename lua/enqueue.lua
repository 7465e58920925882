#!lua
-- Adds a batch of validated jobs. (nothing) -> pending | scheduled. Refused by the server when it is out of memory.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 1: replace jobs of the same id, unless processing; else 0
--       3 1: all or none; else 0
--       then the jobs, as add.lua reads them
-- Returns {{status, state}, ...} in the order given
--       ok        added (state pending or scheduled); also when this very call added it before
--       replaced  added in the place of another
--       exists    not added; state is that of the job which has the id
--       skipped   not added, because another of an all-or-none batch exists
-- Cost  one HMGET and one HSET per job, one push per priority, one bell per call.

local request, replace, all_or_none = ARGV[1], ARGV[2] == '1', ARGV[3] == '1'

-- What becomes of a job: its status, and the job that has its id now, if any.
local function judge(job, seen)
  local old = call('HMGET', job_key(job.id), 'state', 'request', 'priority', 'crash_count', 'stale', 'run')
  if seen[job.id] then return 'exists', {state = 'pending'} end
  seen[job.id] = true
  if not old[1] then return 'new' end
  local view = {state = old[1], priority = old[3], crash_count = old[4], stale = old[5], run = old[6]}
  if not job.chosen or old[2] == request then return 'ok', view end
  if replace and old[1] ~= 'processing' then return 'replaced', view end
  return 'exists', view
end

check_sets(SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_lists(DLQ, SUSPECTS, pending_keys())
check_hashes(COUNTS)
local batch, seen, at, refused = {}, {}, 4, false
while at <= #ARGV do
  local job
  job, at = job_at(at)
  job.status, job.old = judge(job, seen)
  refused = refused or job.status == 'exists'
  batch[#batch + 1] = job
end

local replies = {}
for i, job in ipairs(batch) do
  local status, state = job.status, job.old and job.old.state
  if refused and all_or_none then
    if status ~= 'exists' then status, state = 'skipped', '' end
  elseif status == 'new' then
    status, state = 'ok', add(job, request)
  elseif status == 'replaced' then
    job.stale = leave(job.id, state, job.old)
    forget(job.id, job.old.run)
    call('UNLINK', unpack(unlinks))
    unlinks = {}
    if job.stale then call('HSET', job_key(job.id), 'stale', job.stale) end
    state = add(job, request)
  end
  replies[i] = {status, state}
end
commit()
return replies
