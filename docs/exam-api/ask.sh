#!/bin/sh
# The exam check with openssl and curl: asks about one person, whose JSON is read from the standard input.
#
#   EXAM_CHECK_URL=https://platform.example EXAM_CHECK_KEYID=… EXAM_CHECK_ALG=hmac-sha256 EXAM_CHECK_SECRET=… \
#       sh ask.sh < question.json
#
# EXAM_CHECK_CREATED and EXAM_CHECK_NONCE take the place of now and of a fresh nonce, and EXAM_CHECK_DRY=1 prints the
# signature base and the headers instead of sending them: to compare with the worked example.
set -eu

path=/api/exam/v1/verifications
authority=${EXAM_CHECK_URL#*://}
created=${EXAM_CHECK_CREATED:-$(date +%s)}
nonce=${EXAM_CHECK_NONCE:-$(openssl rand -hex 16)}
case $EXAM_CHECK_ALG in
hmac-sm3) hash=sm3 ;;
*) hash=sha256 ;;
esac

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/body"

digest="sha-256=:$(openssl dgst -sha256 -binary "$folder/body" | openssl base64 -A):"
parameters="(\"@method\" \"@authority\" \"@path\" \"content-digest\" \"content-type\")"
parameters="$parameters;created=$created;nonce=\"$nonce\";keyid=\"$EXAM_CHECK_KEYID\";alg=\"$EXAM_CHECK_ALG\""

# Six lines with a line feed between them and none after the last.
printf '"@method": POST\n"@authority": %s\n"@path": %s\n"content-digest": %s\n"content-type": application/json\n"@signature-params": %s' \
    "$authority" "$path" "$digest" "$parameters" > "$folder/base"

# The key goes to openssl in hexadecimal, as its arguments can carry no zero byte.
hexkey=$(printf %s "$EXAM_CHECK_SECRET" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
signature=$(openssl dgst -"$hash" -mac HMAC -macopt "hexkey:$hexkey" -binary "$folder/base" | openssl base64 -A)

printf 'Content-Type: application/json\nContent-Digest: %s\nSignature-Input: sig1=%s\nSignature: sig1=:%s:\n' \
    "$digest" "$parameters" "$signature" > "$folder/headers"
if [ "${EXAM_CHECK_DRY:-}" ]; then
    cat "$folder/base"
    printf '\n\n'
    cat "$folder/headers"
else
    curl --silent --show-error --max-time 10 --header "@$folder/headers" --data-binary "@$folder/body" "$EXAM_CHECK_URL$path"
fi
