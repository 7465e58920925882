-- Part of retry and retry_all. dead -> pending, with its failures, their hosts, its crashes and the time by which it was to be
-- started forgotten; run goes on counting.

local function revive(id, job)
  enter(id, 'pending', {priority = job.priority})
  call('HSET', JOB .. id, 'state', 'pending', 'updated_at', NOW)
  call('HDEL', JOB .. id, 'failures', 'crash_count', 'suspect', 'failed_hosts', 'next_run_at', 'expires_at')
  count('revived_total', 1)
  announce(id, 'pending')
end
