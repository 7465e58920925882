-- Part of the transitions of producers and operators, whose users may have few rights.

-- What any of them may come to do behind its first write, and has not done before.
local MAY_COME = {'EXISTS', 'HDEL', 'HSET', 'HSETNX', 'LPOP', 'LREM', 'RPUSH', 'SET', 'UNLINK', 'ZADD', 'ZRANGE', 'ZREM'}

-- The refusal of the first command that the caller may not run; nil if there is none. Asked before anything is written:
-- Redis checks the caller at each command, half-way through a transition too. 0.15 us for each.
local function refusal()
  for _, command in ipairs(MAY_COME) do
    -- Each argument is a key of the queue: some of these commands take several.
    if not redis.acl_check_cmd(command, META, META, META) then
      local name = string.lower(command)
      return redis.error_reply("NOPERM this user has no permissions to run the '" .. name .. "' command")
    end
  end
end
