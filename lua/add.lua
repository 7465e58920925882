-- Part of enqueue, ingest and readmit: writes one validated job.
--
-- A job stands in ARGV as: id, chosen (1: the producer chose the id, so another job may have it),
-- priority, delay in ms or '', run_at in ms or '', ms from now until it expires or '', until when its signature is valid in ms since
-- the epoch or '', number of values v, then v values: field, value, ...

local JOB_HEAD = 8

-- The job that begins at ARGV[at], and where the next thing begins.
local function job_at(at)
  local values = tonumber(ARGV[at + 7])
  local job = {id = ARGV[at], chosen = ARGV[at + 1] == '1', priority = ARGV[at + 2], first = at + JOB_HEAD, last = at + JOB_HEAD + values - 1}
  if ARGV[at + 3] ~= '' then job.due = now + tonumber(ARGV[at + 3])
  elseif ARGV[at + 4] ~= '' then job.due = tonumber(ARGV[at + 4]) end
  if ARGV[at + 5] ~= '' then job.expires_at = whole(now + tonumber(ARGV[at + 5])) end
  if ARGV[at + 6] ~= '' then job.valid_until = ARGV[at + 6] end
  job.state = (job.due and job.due > now) and 'scheduled' or 'pending'
  return job, job.last + 1
end

-- Writes its hash and gathers its index entry. request: kept with a chosen id, so that a resend is recognised.
-- Returns the state it is in now.
local function add(job, request)
  local key = JOB .. job.id
  if job.state == 'scheduled' then claimable = claimable or is_next(job.due) end
  -- Of a chosen id there may be a hash that has not been pushed: the job is what the document says, and no more.
  if job.chosen then call('UNLINK', key) end
  call('HSET', key, 'state', job.state, 'created_at', NOW, unpack(ARGV, job.first, job.last))
  if job.due then call('HSET', key, 'next_run_at', whole(job.due)) end
  if job.expires_at then call('HSET', key, 'expires_at', job.expires_at) end
  if job.chosen then call('HSET', key, 'request', request) end
  if job.valid_until then remember_signed(job.id, job.valid_until) end
  enter(job.id, job.state, job, job.due and whole(job.due))
  count('enqueued_total', 1)
  return job.state
end
