#!lua flags=allow-oom
-- Takes in what a worker has read of jobs that queuectl_enqueue added. pending -> pending, where it stands unless its priority
-- was not said: then to the back of those of the configured one; -> scheduled; -> dead (reason malformed).
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  per job: id, created_at and finished_at as the claim told them, and
--       'malformed', why
--       'job', priority, due in ms since the epoch or '', number of values v, then v values: field, value, ...
-- Returns {status, ...} in the order given: the new state, or 'done' when there is nothing to be read there any more,
--       because somebody else has admitted, edited or deleted it, or retried it after this very call had ended it;
--       'waits <why>' when it would have to move and one of the lists is none: it stands behind the others of its list
--       now, so that these have their turn
-- Cost  two reads, one HSET and one HDEL per job.

-- What is wrong with the first list that is none, of those that a job may move from or to; nil if nothing is.
local function broken_list()
  for _, key in ipairs({DLQ, SUSPECTS, ELSEWHERE, pending_keys()}) do
    local length = try('LLEN', key)
    if type(length) ~= 'number' then return key .. ': ' .. length.err end
  end
end

local broken = broken_list()

-- Puts a job that cannot move now behind the others of its list.
local function put_back(id, job)
  local key = R .. waiting_list(job)
  if try('LREM', key, 1, id) == 1 then gather(appends, key, id) end
  return 'waits ' .. broken
end

-- Ends a job whose document says nothing that can be run. The document is kept, for whoever is to mend it.
local function bury(id, job, why)
  if broken then return put_back(id, job) end
  leave(id, 'pending', job)
  enter(id, 'dead')
  call('HSET', JOB .. id, 'state', 'dead', 'finished_at', NOW, 'reason', 'malformed', 'error', why)
  count('dead_total', 1)
  announce(id, 'dead')
  if job.reply_to then reply(id, job.reply_to) end
  return 'dead'
end

local function admit(id, job, at)
  local key, due, last = JOB .. id, tonumber(ARGV[at + 1]), at + 2 + tonumber(ARGV[at + 2])
  local new = {state = 'pending', priority = ARGV[at], suspect = job.suspect, failed_hosts = job.failed_hosts}
  if due and due > now then new.state = 'scheduled' end
  local moves = new.state ~= 'pending' or waiting_list(new) ~= waiting_list(job)
  if moves and broken then return put_back(id, job) end
  if new.state == 'scheduled' then
    claimable = claimable or is_next(due)
    call('HSET', key, 'updated_at', NOW)
    announce(id, new.state)
  end
  if moves then
    leave(id, 'pending', job)
    enter(id, new.state, new, due and whole(due))
  else claimable = true end
  call('HSET', key, 'state', new.state, unpack(ARGV, at + 3, last))
  if due then call('HSET', key, 'next_run_at', whole(due)) end
  call('HDEL', key, 'document')
  return new.state
end

check_sets(SCHEDULED)
check_hashes(COUNTS, STALE)
local replies, at = {}, 1
while at <= #ARGV do
  local id, verdict, status = ARGV[at], ARGV[at + 3], 'done'
  local job = read(id, 'created_at', 'finished_at', 'priority', 'suspect', 'failed_hosts', 'reply_to')
  local waits = job.state == 'pending' and (job.created_at or '') == ARGV[at + 1]
    and (job.finished_at or '') == ARGV[at + 2] and call('HEXISTS', JOB .. id, 'document') == 1
  if verdict == 'malformed' then
    if waits then status = bury(id, job, ARGV[at + 4]) end
    at = at + 5
  else
    if waits then status = admit(id, job, at + 4) end
    at = at + 7 + tonumber(ARGV[at + 6])
  end
  replies[#replies + 1] = status
end
commit()
return replies
