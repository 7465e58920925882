#!lua flags=no-writes
-- Looks for jobs by their tags and by what their pushers wrote into `meta`. Changes nothing.
--
-- KEYS  the queue's fixed keys (common.lua)
-- ARGV  1 state   2 command that reads a part of an index (LRANGE, ZRANGE, ZREVRANGE)   3 index, behind R
--       4 first and 5 last entry, up to 200   6 1: look from the last to the first; else 0
--       then conditions, three values each: 'tag', text, ''; or 'meta', name, value. A name may be a path with dots;
--       the value of a string, a number or a boolean as text
-- Returns {entries looked at, {id, ...} of the jobs in that state that meet all conditions}
-- Cost  one HMGET per entry, and it stops when those have given 1 MiB.

local state, first, last, backwards = ARGV[1], ARGV[4], ARGV[5], ARGV[6] == '1'
local BYTES = 1048576

local function decoded(text)
  local known, value = pcall(cjson.decode, text)
  return known and type(value) == 'table' and value or {}
end

-- The value at a name or a path.
local function value_at(object, path)
  if object[path] ~= nil then return object[path] end
  for name in string.gmatch(path, '[^.]+') do
    if type(object) ~= 'table' then return nil end
    object = object[name]
  end
  return object
end

local function has_tag(tags, text)
  for _, tag in ipairs(tags) do
    if tag == text then return true end
  end
  return false
end

local function has_value(meta, path, text)
  local value = value_at(meta, path)
  if type(value) == 'number' then return value == tonumber(text) end
  return (type(value) == 'string' or type(value) == 'boolean') and tostring(value) == text
end

-- The tags and the `meta` of a job; those in its document if no worker has read that yet.
local function labels_of(job)
  if not job[4] then return job[2] and decoded(job[2]) or {}, job[3] and decoded(job[3]) or {} end
  local document = decoded(job[4])
  local function object(value) return type(value) == 'table' and value or {} end
  return object(document.tags), object(document.meta)
end

local function meets_all(tags, meta)
  for at = 7, #ARGV, 3 do
    local is_met
    if ARGV[at] == 'tag' then is_met = has_tag(tags, ARGV[at + 1])
    else is_met = has_value(meta, ARGV[at + 1], ARGV[at + 2]) end
    if not is_met then return false end
  end
  return true
end

local ids, found, bytes, looked_at = call(ARGV[2], R .. ARGV[3], first, last), {}, 0, 0
for i = 1, #ids do
  if bytes > BYTES then break end
  local id = ids[backwards and #ids + 1 - i or i]
  local job = try('HMGET', JOB .. id, 'state', 'tags', 'meta', 'document')
  bytes = bytes + #(job[2] or '') + #(job[3] or '') + #(job[4] or '')
  looked_at = i
  if job[1] == state and meets_all(labels_of(job)) then found[#found + 1] = id end
end
return {looked_at, found}
