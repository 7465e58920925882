-- Part of all that read jobs which may be damaged, or end them: what is kept of a job besides its index entries.

local STATES = {pending = true, scheduled = true, processing = true, failed = true, completed = true, dead = true, cancelled = true}

-- Some fields of a job by name, `state` among them. No state: there is no such job, or not one that can be read.
local function read(id, ...)
  local names, job = {...}, {}
  local values = try('HMGET', JOB .. id, 'state', ...)
  if STATES[values[1]] then job.state = values[1] end
  for i = 1, #names do job[names[i]] = values[i + 1] end
  return job
end

-- Removes everything kept of a job. runs: how often it was claimed.
local function forget(id, runs)
  unlinks[#unlinks + 1] = JOB .. id
  runs = tonumber(runs) or 0
  if not (runs > 0 and runs < 1e15) then return end -- beyond 2^53 adding 1 changes nothing
  unlinks[#unlinks + 1] = R .. 'attempts:' .. id
  for run = math.max(1, runs - KEPT_RUNS + 1), runs do
    unlinks[#unlinks + 1] = R .. 'log:' .. id .. ':' .. run
  end
end

-- Adds the record of a run that has ended, newest first. fields: a table that JSON can hold, but for damaged numbers:
-- "inf" and "nan" are numbers to Lua and an error to cjson, which would come after the first write. The run has ended
-- even if the record cannot be kept, because its key is of another type.
local function record_attempt(id, fields)
  local key = R .. 'attempts:' .. id
  for name, value in pairs(fields) do
    if value ~= value or value == math.huge or value == -math.huge then fields[name] = nil end
  end
  if type(try('LPUSH', key, cjson.encode(fields))) == 'number' then try('LTRIM', key, 0, KEPT_RUNS - 1) end
end
