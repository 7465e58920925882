-- The function of the push contract, version 1. Adds one job at once, by its document. (nothing) -> pending. Refused by the
-- server when it is out of memory.
--
-- It checks what it takes to place the job. The rest of the document is read by the first worker that the job is handed out
-- to (unread.lua, admit.lua): there is one validator, and no number or empty array that has gone through cjson is kept.
--
-- KEYS  1 R:incoming
-- ARGV  1 the document: a JSON object
-- Returns the id of the job; also when the same document with the same `id` was added before, and the job is there, or was
--       deleted or replaced a short while ago (gone.lua)
--       or an error, nothing written: INVALID <field>: <problem>, EXISTS, or what Redis and the scripts say
--       (WRONGTYPE, SCHEMA, NOPERM, OOM, TRYAGAIN)
-- A signed job is an envelope with the text of the document in it. Whether its signature is right only a worker with the key can say.
--
-- Cost  that of an enqueue of one; a SHA-1 of the document; an id that is made costs an HGET and an HSET, one that
--       is given a GET.

local DOCUMENT_BYTES, NAME_BYTES, QUEUE = 1048576, 128, string.match(R, '{(.*)}')
local NAME = 'give 1...128 letters, digits, _ . or -'

local function invalid(problem) return redis.error_reply('INVALID ' .. problem) end

-- A value as messages show it, short and in ASCII.
local function shown(value)
  local known, text = pcall(cjson.encode, value)
  text = string.gsub(known and text or type(value), '[^\32-\126]', '?')
  return #text > 40 and string.sub(text, 1, 37) .. '...' or text
end

local function is_name(value)
  return type(value) == 'string' and #value <= NAME_BYTES and string.find(value, '^[%w_.-]+$')
    and value ~= '.' and value ~= '..'
end

local function problem_of_version(document)
  if document.v ~= nil and document.v ~= 1 then
    return 'v: ' .. shown(document.v) .. ' is not a version this release knows; give 1, or leave it out'
  end
end

local function problem_of_queue(document)
  local queue = document.queue
  if queue ~= nil and queue ~= QUEUE then
    return 'queue: ' .. shown(queue) .. ' is not "' .. QUEUE .. '", where it was pushed; push it there, or leave the field out'
  end
end

local function problem_of_id(id)
  if not is_name(id) then return 'id: ' .. shown(id) .. ' is not an id; ' .. NAME end
end

-- What is wrong with a document, of that which has to be known now; nil if nothing is.
local function problem_of(document)
  local id, priority, reply_to = document.id, document.priority, document.reply_to
  local problem = problem_of_version(document) or id ~= nil and problem_of_id(id) or problem_of_queue(document)
  if problem then return problem end
  if priority ~= nil and not (type(priority) == 'number' and priority_of(priority)) then
    return 'priority: ' .. shown(priority) .. ' is out of range; give 0...10'
  end
  if reply_to ~= nil and not is_name(reply_to) then return 'reply_to: ' .. shown(reply_to) .. ' is not a name; ' .. NAME end
  local programs = 0
  for _, name in ipairs({'command', 'argv', 'task'}) do
    if document[name] ~= nil then programs = programs + 1 end
  end
  if programs == 0 then return 'command: is missing; give command, argv or task' end
  if programs > 1 then return 'command: give one of command, argv and task' end
end

-- The document in an envelope; or nil, and what is wrong with either.
local function opened(envelope)
  local problem = problem_of_version(envelope) or problem_of_id(envelope.id) or problem_of_queue(envelope)
  if problem then return nil, problem end
  local limit, text = envelope.valid_until, envelope.signed
  if type(limit) ~= 'number' or limit ~= math.floor(limit) or limit ~= limit or math.abs(limit) > 9e15 then
    return nil, 'valid_until: ' .. shown(limit) .. ' is not such a time; give whole milliseconds since the epoch, as they were signed'
  end
  local known, document = pcall(cjson.decode, type(text) == 'string' and text or '')
  if not known or type(document) ~= 'table' or not string.find(text, '^%s*{') then
    return nil, 'signed: ' .. shown(text) .. ' is no document; give that of the job as a string'
  end
  problem = problem_of(document)
  if problem then return nil, 'signed: ' .. problem end
  if document.id ~= nil and document.id ~= envelope.id then
    return nil, 'id: ' .. shown(envelope.id) .. ' is not the id in the document'
  end
  return document
end

-- What the key of a job that is to have this id says: the answer to the call; nil if it is free.
local function answer_of(id, request)
  local job = try('HMGET', JOB .. id, 'state', 'request')
  if job.err then return redis.error_reply('WRONGTYPE the key of job ' .. id .. ' holds no job that can be read') end
  if job[1] and job[2] == request or is_gone(id, request) then return id end
  if job[1] then return redis.error_reply('EXISTS job ' .. id .. ' exists already (' .. string.gsub(job[1], '[^%a]', '?') .. ')') end
  if call('EXISTS', JOB .. id) == 1 then return redis.error_reply('EXISTS a prepared hash has the id ' .. id .. ' already') end
end

local text = ARGV[1]
if #ARGV ~= 1 then return invalid('give one argument, the document') end
if #text > DOCUMENT_BYTES then return invalid('the document has ' .. #text .. ' bytes; give at most 1048576 (1 MiB)') end
local known, document = pcall(cjson.decode, text)
if not known then return invalid('the document is not valid JSON') end
if not string.find(text, '^%s*{') then return invalid('the document is no object; give an object such as {"command":"..."}') end
local problem, valid_until
if document.signed == nil then problem = problem_of(document)
else
  local id = document.id
  valid_until = document.valid_until
  document, problem = opened(document)
  if document then document.id = id end
end
if problem then return invalid(problem) end
local id, request = document.id, nil
if id then
  -- The same text again is the same call, whose answer was lost.
  request = 'fcall.' .. redis.sha1hex(text)
  local answer = answer_of(id, request)
  if answer then return answer end
end
local forbidden = refusal_of_adding() or valid_until and refusal_of_signing()
if forbidden then return forbidden end
if valid_until then
  local why, is_known = refusal_of_signed(id, valid_until)
  if why then return redis.error_reply(is_known and 'EXISTS ' .. string.sub(why, 5) or 'INVALID ' .. why) end
end
check_lists(SUSPECTS, ELSEWHERE, pending_keys())
check_hashes(COUNTS, STALE)

id = id or new_id(text)
local priority = document.priority and whole(priority_of(document.priority)) or DEFAULT_PRIORITY
local fields = {'state', 'pending', 'created_at', NOW, 'priority', priority, 'document', text}
if request then fields[#fields + 1], fields[#fields + 2] = 'request', request end
if document.reply_to then fields[#fields + 1], fields[#fields + 2] = 'reply_to', document.reply_to end
call('HSET', JOB .. id, unpack(fields))
enter(id, 'pending', {priority = priority})
if valid_until then remember_signed(id, whole(valid_until)) end
count('enqueued_total', 1)
commit()
return id
