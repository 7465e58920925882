#!/usr/bin/env python3
"""Pushes jobs to queuectl in each of the three ways of docs/push.md, and waits for what comes of them.

    REDIS_URL=redis://localhost:6379 three_ways.py 1000

QUEUE_PREFIX is what the keys of the queue begin with, if that is not `queuectl:{default}:`.

Needs only redis-py, a worker on the queue, and for FCALL, once for the server, `queuectl install-functions`. It prints a
line for each job: way, id, state, and what went wrong if something did. Every fiftieth job is malformed on purpose.
"""

import json
import os
import sys
import uuid

import redis

PATIENCE = 60  # seconds without a single answer

QUEUE = os.environ.get("QUEUE_PREFIX", "queuectl:{default}:")
INCOMING, JOB, REPLY = QUEUE + "incoming", QUEUE + "job:", QUEUE + "reply:"


def document(number, me):
    """A job that says its number; its id is the key by which a push can be repeated without a second effect."""
    return {
        "reply_to": me,
        "id": f"{me}.{number}",
        "command": f'echo "result {number}" > "$QUEUECTL_CONTROL"',
        "timeout": "1m" if number % 50 else "soon",
    }


def push_json(client, job):
    """One JSON document onto the incoming list: judged by the next worker that looks."""
    client.lpush(INCOMING, json.dumps(job))


def push_hash(client, job):
    """A hash, then its id. The hash must be complete when the id is pushed; a transaction makes sure of it."""
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in job.items()}
    with client.pipeline(transaction=True) as pipe:
        pipe.hset(JOB + job["id"], mapping=fields)
        pipe.lpush(INCOMING, job["id"])
        pipe.execute()


def call_function(client, job):
    """One call: the job is in the queue when it returns, or an error says why not."""
    client.fcall("queuectl_enqueue", 1, INCOMING, json.dumps(job))


WAYS = [push_json, push_hash, call_function]


def main(count):
    client = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
    me = f"python-{uuid.uuid4()}"
    waiting = {}
    for number in range(count):
        push, job = WAYS[number % len(WAYS)], document(number, me)
        push(client, job)
        waiting[job["id"]] = push.__name__
    while waiting:
        answer = client.blpop(REPLY + me, timeout=PATIENCE)
        if answer is None:
            sys.exit(f"no answer within {PATIENCE} s; {len(waiting)} jobs are not heard of")
        job = json.loads(answer[1])
        way = waiting.pop(job["id"])
        # Of a push that was refused this is what `queuectl rejected show` takes; else `queuectl show` takes its id.
        print(way, job.get("rejected_id", job["id"]), job["state"], job.get("result", ""), job.get("error", ""), sep="\t")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
