#!/bin/sh
# Classifies photographs: classify.sh PHOTOGRAPH...   (the service is at RESNET_URL, by default http://localhost:8080; its key, where it asks for one, in RESNET_KEY)
# The service's JSON is printed; where no photograph has an answer, JSON that says why goes to standard error.
set -eu

if [ $# -eq 0 ]; then
    echo "usage: $0 PHOTOGRAPH..." >&2
    exit 2
fi

# Every photograph becomes a file of one form.
for photograph; do
    shift
    # Between quotation marks curl takes a path with ; or , as one, and wants \ and " escaped.
    set -- "$@" --form "image=@\"$(printf %s "$photograph" | sed 's/[\\"]/\\&/g')\""
done

reply=$(mktemp)
trap 'rm -f "$reply"' EXIT

# From standard input, and not as an argument, which everybody on the machine would see.
authorization() { [ -z "${RESNET_KEY:-}" ] || printf 'header = "Authorization: Bearer %s"' "$RESNET_KEY"; }

# --retry is for what passes, 429 and 503 among it, and waits as long as Retry-After says.
if authorization | curl --config - --silent --show-error --fail-with-body --output "$reply" \
    --max-time 60 --retry 4 --retry-connrefused --retry-max-time 120 \
    "$@" "${RESNET_URL:-http://localhost:8080}/classify?topK=5"
then
    cat "$reply"
    echo
else
    # Nothing, where no service answered: curl has said so.
    [ ! -s "$reply" ] || { cat "$reply" && echo; } >&2
    exit 1
fi
