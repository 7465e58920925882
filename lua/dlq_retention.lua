-- Part of claim: forgets the oldest dead jobs, where a bound is configured. dead -> (nothing), counted in dlq_removed_total.

local EXPIRED_PER_LOOK = 100 -- dead jobs that one claim a second removes; besides two for each that dies in a turn

-- Whether the job at the head of the queue has been dead for longer than that.
local function head_is_older(age)
  local id = call('LINDEX', DLQ, 0)
  return id and now - (tonumber(read(id, 'finished_at').finished_at) or 0) > age
end

-- age: ms, number: jobs; nil for no bound. looked: whether it was time to keep house.
local function trim_dlq(age, number, looked)
  local limit = looked and EXPIRED_PER_LOOK or 2 * (deltas.dead or 0)
  if limit <= 0 or not (age or number) then return end
  local length = try('LLEN', DLQ)
  if type(length) ~= 'number' then return end -- what is wrong with the list is for those who need it
  -- While it is walked round, its head is not its oldest.
  if is_compacting() then return end
  local function expire(id, job)
    forget(id, job.run)
    count('dlq_removed_total', 1)
  end
  local dead = (tonumber(call('HGET', COUNTS, 'dead')) or 0) + (deltas.dead or 0)
  -- A counter may be damaged, and must not cost a job.
  dead = math.min(dead, length + (appends[DLQ] and #appends[DLQ] or 0))
  if number and dead > number then
    each_dead(math.min(dead - number, limit), now, expire)
  elseif age and (looked or head_is_older(age)) then
    each_dead(limit, now - age - 1, expire)
  end
end
