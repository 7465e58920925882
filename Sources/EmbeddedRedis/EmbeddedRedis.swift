// EmbeddedRedis
