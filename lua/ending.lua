-- Part of settle: how a run ended, in the hash and in the record of attempts. `at` is where its outcome stands in ARGV.

local HEAD = 10 -- values of an outcome before its further ones; the last of these is their number
local AVOIDED_HOSTS = 20 -- hosts kept of one job
local TOLD = {'exit_code', 'signal', 'reason', 'error', 'usage'} -- the fields from ARGV[at + 4] on
local fields = {'state', '', 'finished_at', NOW} -- of one HSET, used again for each job

-- Where the next outcome begins.
local function further_end(at)
  local further = ARGV[at + HEAD - 1]
  if further == '0' then return at + HEAD end -- nearly always, and cheaper than turning text into a number
  return at + HEAD + tonumber(further)
end

-- Whether the attempts of a job show that this token's run was settled: then the reply was lost, not the lease.
local function was_settled(id, token)
  local texts = try('LRANGE', R .. 'attempts:' .. id, 0, -1)
  for i = 1, #texts do
    local known, attempt = pcall(cjson.decode, texts[i])
    if known and type(attempt) == 'table' and attempt.token == token then return attempt.outcome ~= 'crashed' end
  end
  return false
end

local function attempt_record(at, outcome, state, run, job)
  local known, record = pcall(cjson.decode, ARGV[at + 8])
  if not known or type(record) ~= 'table' or not pcall(cjson.encode, record) then record = {} end
  record.run, record.token, record.outcome = run, ARGV[at + 1], (state == 'cancelled') and 'cancelled' or outcome
  record.started_at, record.finished_at = tonumber(job.started_at) or nil, now
  record.waited_ms = tonumber(job.waited_ms) or nil
  record.exit_code, record.signal = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  record.delay_ms = (outcome == 'retry' or outcome == 'snoozed') and tonumber(ARGV[at + 3]) or nil
  if ARGV[at + 6] ~= '' then record.reason = ARGV[at + 6] end
  if ARGV[at + 7] ~= '' then record.error = ARGV[at + 7] end
  return record
end

-- The hosts that a job avoids, as JSON, with one more: the latest of them, so that a job in a large fleet stays small.
local function with_host(hosts, host)
  local known, avoided = pcall(cjson.decode, hosts or '[]')
  if not known or type(avoided) ~= 'table' then avoided = {} end
  local kept = {}
  for i = math.max(1, #avoided - AVOIDED_HOSTS + 2), #avoided do
    if type(avoided[i]) == 'string' and avoided[i] ~= host then kept[#kept + 1] = avoided[i] end
  end
  kept[#kept + 1] = host
  return cjson.encode(kept)
end

-- Writes how the run ended into the hash, with more fields if there are any.
local function write_ending(at, key, state, more)
  local size = 4
  fields[2] = state
  for i = 1, 5 do
    local value = ARGV[at + 3 + i]
    if value ~= '' then
      fields[size + 1], fields[size + 2] = TOLD[i], value
      size = size + 2
    end
  end
  for i = at + HEAD, further_end(at) - 1 do
    size = size + 1
    fields[size] = ARGV[i]
  end
  for name, value in pairs(more or {}) do
    fields[size + 1], fields[size + 2] = name, value
    size = size + 2
  end
  call('HSET', key, unpack(fields, 1, size))
end
