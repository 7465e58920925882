#!lua flags=allow-oom
-- Takes in what a worker has read of jobs that queuectl_enqueue added. pending -> pending, where it stands unless its priority
-- was not said; -> scheduled; -> dead (reason malformed).
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  per job: id, created_at as the claim told it, and
--       'malformed', why
--       'job', priority, due in ms since the epoch or '', number of values v, then v values: field, value, ...
-- Returns {status, ...} in the order given: the new state, or 'done' when there is nothing to be read there any more,
--       because somebody else has admitted, edited or deleted it
-- Cost  two reads, one HSET and one HDEL per job.

-- Ends a job whose document says nothing that can be run. The document is kept, for whoever is to mend it.
local function bury(id, job, why)
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
  if new.state == 'scheduled' then
    claimable = claimable or is_next(due)
    call('HSET', key, 'updated_at', NOW)
    announce(id, new.state)
  end
  if new.state ~= 'pending' or waiting_list(new) ~= waiting_list(job) then
    leave(id, 'pending', job)
    enter(id, new.state, new, due and whole(due), true)
  else claimable = true end
  call('HSET', key, 'state', new.state, unpack(ARGV, at + 3, last))
  if due then call('HSET', key, 'next_run_at', whole(due)) end
  call('HDEL', key, 'document')
  return new.state
end

check_sets(SCHEDULED)
check_lists(DLQ, SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE)
local replies, at = {}, 1
while at <= #ARGV do
  local id, created, verdict = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local job, status = read(id, 'created_at', 'priority', 'suspect', 'failed_hosts', 'reply_to'), 'done'
  local waits = job.state == 'pending' and (job.created_at or '') == created and call('HEXISTS', JOB .. id, 'document') == 1
  if verdict == 'malformed' then
    if waits then status = bury(id, job, ARGV[at + 3]) end
    at = at + 4
  else
    if waits then status = admit(id, job, at + 3) end
    at = at + 6 + tonumber(ARGV[at + 5])
  end
  replies[#replies + 1] = status
end
commit()
return replies
