#!/usr/bin/env python3
"""Signs a job for queuectl, with nothing but Python's standard library: see docs/security.md.

    sign.py KEYS QUEUE < document.json | redis-cli -x LPUSH queuectl:{QUEUE}:incoming

KEYS is a file of signing keys, of which the first signs. Prints the envelope, which is what to push. Options: --id ID,
--key ID, --valid-for SECONDS (86400), --namespace NAME (queuectl).
"""

import argparse
import hashlib
import hmac
import json
import sys
import time
import uuid


def read_keys(path):
    """The secrets by id, in the order of the file."""
    try:
        with open(path, encoding="ascii") as file:
            lines = [line.split() for line in file]
        keys = {words[0]: bytes.fromhex(words[1]) for words in lines if words and not words[0].startswith("#")}
    except OSError as error:
        sys.exit(f"sign.py: Cannot read the signing keys {path}: {error.strerror}")
    except (IndexError, ValueError):
        sys.exit(f"sign.py: Cannot use the signing keys {path}: give lines of an id and a secret in hex")
    if not keys:
        sys.exit(f"sign.py: Cannot use the signing keys {path}: there is no key in it")
    return keys


def sign(document, secret, key_id, prefix, job_id, valid_until):
    """The signature of a document, a text: it need not be formatted in any particular way.

    prefix is what the keys of the queue begin with, `queuectl:{default}`; valid_until is in milliseconds.
    """
    head = ["queuectl-signed-job-v1", key_id, prefix, job_id, str(valid_until)]
    message = "".join(line + "\n" for line in head) + document
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()


def main():
    parser = argparse.ArgumentParser(description="Signs a job for queuectl.")
    parser.add_argument("keys")
    parser.add_argument("queue")
    parser.add_argument("--id", default=str(uuid.uuid4()))
    parser.add_argument("--key")
    parser.add_argument("--valid-for", type=int, default=86400)
    parser.add_argument("--valid-until", type=int)
    parser.add_argument("--namespace", default="queuectl")
    options = parser.parse_args()
    keys = read_keys(options.keys)
    key_id = options.key or next(iter(keys))
    if key_id not in keys:
        sys.exit(f"sign.py: --key: there is no key {key_id!r} in the file; it has {', '.join(keys)}")
    valid_until = options.valid_until or int((time.time() + options.valid_for) * 1000)
    document = sys.stdin.buffer.read().decode()
    prefix = f"{options.namespace}:{{{options.queue}}}"
    signature = sign(document, keys[key_id], key_id, prefix, options.id, valid_until)
    envelope = {
        "v": 1,
        "id": options.id,
        "queue": options.queue,
        "signed": document,
        "key_id": key_id,
        "valid_until": valid_until,
        "signature": signature,
    }
    sys.stdout.write(json.dumps(envelope))


if __name__ == "__main__":
    main()
