#!lua
-- Adds a batch of validated jobs. (nothing) -> pending | scheduled. Refused by the server when it is out of memory.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 request id of this call   2 1: replace jobs of the same id, unless processing; else 0
--       3 1: all or none; else 0
--       then the jobs, as add.lua reads them
-- Returns {{status, state}, ...} in the order given
--       ok        added (state pending or scheduled); also when this very call added it before, and somebody has
--                 deleted it since
--       replaced  added in the place of another
--       exists    not added; state is that of the job which has the id
--       refused   not added: it is signed, and its id was signed for before or valid_until is no time that is accepted; instead of
--                 a state: why
--       skipped   not added, because another of an all-or-none batch exists or is refused
--       or an error, nothing written, when what is at the key of one of them is no job that can be read, or the caller
--       may not do all that a transition may come to do
-- Cost  one HMGET and one HSET per job, one push per priority, one bell per call; one GET per call where ids are chosen.
--       A signed job costs a ZSCORE, and a call with such a ZRANGE and a ZADD.

local request, replace, all_or_none = ARGV[1], ARGV[2] == '1', ARGV[3] == '1'
local seen = {}

-- Whether it is signed, and may not be added for that.
local function is_refused(job)
  job.refusal = job.valid_until and refusal_of_signed(job.id, job.valid_until)
  return job.refusal
end

-- What becomes of a job: its status, and the job that has its id now, if any. No status: that is damaged.
local function judge(job)
  local values = try('HMGET', JOB .. job.id, 'state', 'request', 'priority', 'suspect', 'failed_hosts', 'run', 'reply_to')
  local old = {state = values[1], request = values[2], priority = values[3], suspect = values[4], failed_hosts = values[5],
    run = values[6], reply_to = values[7]}
  if values.err or (old.state and not STATES[old.state]) then return nil end
  if not old.state then
    local twin = seen[job.id]
    if twin then return 'exists', twin end
    local is_done = job.chosen and is_gone(job.id, request)
    if not is_done and is_refused(job) then return 'refused' end
    seen[job.id] = job
    if is_done then return 'ok', job end
    return 'new'
  end
  if not job.chosen or old.request == request or is_gone(job.id, request) then return 'ok', old end
  if replace and old.state ~= 'processing' and not seen[job.id] then
    if is_refused(job) then return 'refused' end
    seen[job.id] = job
    return 'replaced', old
  end
  return 'exists', old
end

-- What makes way for another may stand anywhere.
local forbidden = replace and refusal_of_all() or refusal_of_adding()
if forbidden then return forbidden end
check_sets(SCHEDULED, FAILED, COMPLETED, CANCELLED)
check_lists(DLQ, SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE)
local batch, at, refused, may_sign = {}, 4, false, false
while at <= #ARGV do
  local job
  job, at = job_at(at)
  if job.valid_until and not may_sign then
    forbidden = refusal_of_signing()
    if forbidden then return forbidden end
    may_sign = true
  end
  job.status, job.old = judge(job)
  if not job.status then return redis.error_reply('WRONGTYPE the key of job ' .. job.id .. ' holds no job that can be read') end
  refused = refused or job.status == 'exists' or job.status == 'refused'
  batch[#batch + 1] = job
end

local replies = {}
for i, job in ipairs(batch) do
  local status, state = job.status, job.old and job.old.state
  if refused and all_or_none then
    if status ~= 'exists' and status ~= 'refused' then status, state = 'skipped', '' end
  elseif status == 'new' then
    status, state = 'ok', add(job, request)
  elseif status == 'replaced' then
    if job.old.reply_to and not OVER[state] then reply(job.id, job.old.reply_to, 'deleted', 'replaced') end
    leave(job.id, state, job.old)
    forget(job.id, job.old.run)
    note_gone(job.id, job.old.request)
    call('UNLINK', unpack(unlinks))
    unlinks = {}
    state = add(job, request)
    announce(job.id, state) -- somebody may be watching the job that had this id
  end
  replies[i] = {status, job.refusal or state}
end
commit()
return replies
