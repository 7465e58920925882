-- Part of all that bring a job to its end: tells whoever asked for it, by `reply_to`, what came of the job.
--
-- The answer is pushed by the very script that ends the job: it is there if the job has ended, and once for each end.

local REPLIES = 10000 -- answers kept in one list, the latest
local REPLIES_AGE = '3600000' -- ms from the last answer until the list goes
local OVER = {completed = true, dead = true, cancelled = true} -- states in which the answer has been given

-- Pushes onto R:reply:<name>. Whatever is there instead of a list: no transition fails for it.
local function push_reply(name, text)
  local key = R .. 'reply:' .. name
  local length = try('RPUSH', key, text)
  if type(length) ~= 'number' then return end
  if length > REPLIES then try('LTRIM', key, -REPLIES, -1) end
  try('PEXPIRE', key, REPLIES_AGE)
end

-- The beginning of an answer, as a list of texts, and the function that adds a member whose value is JSON.
local function reply_about(id, state)
  local parts = {'{"v":1'}
  local function add(name, json)
    if json then parts[#parts + 1] = ',"' .. name .. '":' .. json end
  end
  add('id', id and '"' .. id .. '"')
  add('queue', '"' .. string.match(R, '{(.*)}') .. '"')
  add('state', '"' .. state .. '"')
  return parts, add
end

-- A number as it stands in a hash, which may be damaged; nil if it is none.
local function digits(text) return text and string.match(text, '^%-?%d+$') end

-- Answers with what the hash says of a job, after its last change. name: its `reply_to`.
-- state, reason: said in the place of what stands there, of a job that goes away.
local function reply(id, name, state, reason)
  local job = try('HMGET', JOB .. id, 'state', 'reason', 'exit_code', 'signal', 'error', 'result', 'run', 'finished_at')
  if job.err then return end
  local parts, add = reply_about(id, state or job[1])
  reason = reason or job[2]
  add('reason', reason and cjson.encode(reason))
  add('exit_code', digits(job[3]))
  add('signal', digits(job[4]))
  add('error', job[5] and cjson.encode(job[5]))
  -- As it is: cjson would make an object of an empty array, and round large numbers.
  if job[6] and pcall(cjson.decode, job[6]) then add('result', job[6]) end
  add('attempts', digits(job[7]) or '0')
  add('finished_at', not state and digits(job[8]) or NOW)
  push_reply(name, table.concat(parts) .. '}')
end
