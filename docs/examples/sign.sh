#!/bin/sh
# Signs a job for queuectl with a POSIX shell and sha256sum or openssl: see docs/security.md.
#
#   sign.sh KEYS QUEUE [ID [VALID_FOR [NAMESPACE]]] < document.json | redis-cli -x LPUSH queuectl:{QUEUE}:incoming
#
# KEYS is a file of signing keys, of which the first signs. VALID_FOR is in seconds; VALID_UNTIL, a variable, is in milliseconds
# and comes before it. Prints the envelope, which is what to push.
#
# The secret never leaves this shell: printf is built in, so it stands in no list of processes, and only digests are computed
# elsewhere, from a pipe.
set -eu
export LC_ALL=C

keys=$1 queue=$2 id=${3:-} valid_for=${4:-86400} namespace=${5:-queuectl}
[ -n "$id" ] || id=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
valid_until=${VALID_UNTIL:-$((($(date +%s) + valid_for) * 1000))}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum; else openssl dgst -sha256 -r; fi | cut -c1-64
}

# Writes the bytes of digits in hex, each combined with $2, and `00` as often as it takes to have $3 of them.
bytes() {
    left=$1 count=0
    while [ "$count" -lt "$3" ]; do
        rest=${left#??}
        byte=${left%"$rest"}
        left=$rest
        # shellcheck disable=SC2059 # The format is made of digits alone.
        printf "\\$(printf %03o $((0x${byte:-00} ^ $2)))"
        count=$((count + 1))
    done
}

key_id='' secret=''
while read -r name digits others || [ -n "$name" ]; do
    case $name in '' | '#'*) continue ;; esac
    if [ -z "$digits" ] || [ -n "$others" ]; then
        echo "sign.sh: a line of $keys is no key" >&2
        exit 78
    fi
    key_id=$name secret=$digits
    break
done <"$keys"
case $secret in *[!0-9a-fA-F]*) secret='' ;; esac
if [ ${#secret} -lt 64 ] || [ ${#secret} -gt 128 ] || [ $((${#secret} % 2)) -ne 0 ]; then
    echo "sign.sh: $keys has no key of 32...64 bytes in hex in front" >&2
    exit 78
fi

# Line ends and tabs can only stand between the parts of a document. As blanks they need no escape in the envelope.
document=$(tr '\n\r\t' '   ')

message() {
    printf '%s\n' queuectl-signed-job-v1 "$key_id" "$namespace:{$queue}" "$id" "$valid_until"
    printf %s "$document"
}

# HMAC-SHA256 (RFC 2104), for secrets of up to 64 bytes.
inner=$({ bytes "$secret" 0x36 64 && message; } | sha256)
signature=$({ bytes "$secret" 0x5c 64 && bytes "$inner" 0 32; } | sha256)

escaped=$(printf '%s\n' "$document" | sed 's/[\\"]/\\&/g')
printf '{"v":1,"id":"%s","queue":"%s","signed":"%s","key_id":"%s","valid_until":%s,"signature":"%s"}' \
    "$id" "$queue" "$escaped" "$key_id" "$valid_until" "$signature"
