-- Part of retry and retry_all. dead -> pending, with its failures, their hosts and its crashes forgotten; run goes on counting.

local function revive(id, job)
  enter(id, 'pending', {priority = job.priority})
  call('HSET', JOB .. id, 'state', 'pending', 'updated_at', NOW)
  call('HDEL', JOB .. id, 'failures', 'crash_count', 'failed_hosts', 'next_run_at')
  count('revived_total', 1)
  announce(id, 'pending')
end
