# What the stories share: source it; it is no story itself. bash and curl are all it needs.
set -u

ORDER_URL=${ORDER_URL:-http://localhost:8000}
PAYMENT_URL=${PAYMENT_URL:-http://localhost:8001}
INVENTORY_URL=${INVENTORY_URL:-http://localhost:8002}

# Colours on a terminal; FORCE_COLOR and NO_COLOR say otherwise, as they do for Node.
colourful() {
  case ${FORCE_COLOR-unset} in
    unset) [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-} != dumb ]] ;;
    '' | 1 | 2 | 3 | true) true ;;
    *) false ;;
  esac
}

if colourful; then green=$'\e[32m' yellow=$'\e[33m' red=$'\e[31m' plain=$'\e[0m'; else green='' yellow='' red='' plain=''; fi

# The last answer of curl, in three parts.
status='' headers='' body=''

# curl as everybody knows it, but its answer goes to the three variables.
curl() {
  local answer
  status=''
  answer=$(command curl --silent --show-error --include --max-time 60 "$@") || fail 'there is an answer' "curl $*"
  answer=${answer//$'\r'/}
  # An interim answer (100 Continue) comes before the one that counts.
  while [[ $answer =~ ^HTTP/[0-9.]+\ 1[0-9][0-9] ]]; do answer=${answer#*$'\n\n'}; done
  headers=${answer%%$'\n\n'*}
  body=${answer#*$'\n\n'}
  status=${headers#* }
  status=${status:0:3}
}

# story TITLE: what is going to happen.
story() { printf '%s\n' "$1"; }

# field NAME: the first field of that name in the last answer.
field() {
  if [[ $body =~ \"$1\":(\"([^\"]*)\"|[^],}]+) ]]; then
    [[ ${BASH_REMATCH[1]} == \"* ]] && printf '%s' "${BASH_REMATCH[2]}" || printf '%s' "${BASH_REMATCH[1]}"
  fi
}

# expect FIELD VALUE MEANING: the last answer's field has that value.
expect() {
  [[ $(field "$1") == "$2" ]] || fail "$3" "$1 is '$(field "$1")' and not '$2'"
  held "$3 ($1 $2)"
}

# undone FIELD VALUE MEANING: the same, where it shows that something was taken back.
undone() {
  [[ $(field "$1") == "$2" ]] || fail "$3" "$1 is '$(field "$1")' and not '$2'"
  printf '  %s↩%s %s (%s %s)\n' "$yellow" "$plain" "$3" "$1" "$2"
}

# answered STATUS MEANING: the last answer's HTTP status.
answered() {
  [[ $status == "$1" ]] || fail "$2" "HTTP $status and not $1"
  held "$2 (HTTP $1)"
}

# shows TEXT MEANING: the last answer, headers and all, has this text in it.
shows() {
  [[ "$headers $body" == *"$1"* ]] || fail "$2" "no $1"
  held "$2"
}

# refused STATUS TEXT MEANING: a problem document with that status that says TEXT, such as the wrong field.
refused() {
  [[ $status == "$1" && $headers == *application/problem+json* && $body == *"$2"* ]] ||
    fail "$3" "no problem document with HTTP $1 that says $2"
  held "$3 (HTTP $1, $(field type))"
}

# fresh_id: a UUID that nobody had before.
fresh_id() {
  cat /proc/sys/kernel/random/uuid 2>/dev/null ||
    printf '%04x%04x-%04x-4%03x-8%03x-%04x%04x%04x\n' $RANDOM $RANDOM $RANDOM $((RANDOM % 4096)) $((RANDOM % 4096)) $RANDOM $RANDOM $RANDOM
}

held() { printf '  %s✓%s %s\n' "$green" "$plain" "$1"; }

# fail MEANING REASON: the story did not go as told.
fail() {
  printf '  %s✗%s %s: %s\n' "$red" "$plain" "$1" "$2"
  [[ -n $status ]] && printf '    the last answer was HTTP %s %s\n' "$status" "$body"
  exit 1
}

# until_over SAGA: asks for the saga until it is over, at most 90 s, also while nobody answers. It is the last answer then.
until_over() {
  local deadline=$((SECONDS + 90))
  until body=$(command curl --silent --fail --max-time 5 "$ORDER_URL/sagas/$1") && [[ $(field status) != @(STARTED|COMPENSATING) ]]; do
    ((SECONDS < deadline)) || fail 'the saga is over' 'it was not within 90 s'
    sleep 0.2
  done
}

# switch URL/faults/NAME FAULT: sets a fault switch. All of them are off again when the story ends, however it ends.
switch() {
  trap switches_off EXIT
  curl -X PUT "$1" -H "Content-Type: application/json" -d "$2"
  answered 200 "a switch is set: ${1##*/} $2"
}

switches_off() {
  local url
  for url in "$PAYMENT_URL" "$INVENTORY_URL" "$ORDER_URL"; do
    command curl --silent --fail --retry 40 --retry-all-errors --retry-delay 1 --output /dev/null -X DELETE "$url/faults"
  done
}

# books_balance: what is charged and reserved is what was ordered, over all three services.
books_balance() {
  local now deadline=$((SECONDS + 90))
  now=$(date -u +%Y-%m-%dT%H:%M:%S)
  # An audit that took long is handed out again for a while: then this waits for one that began by now.
  until curl "$ORDER_URL/audit"; [[ $status != 200 || $(field startedAt) > $now ]] || ((SECONDS > deadline)); do sleep 1; done
  expect clean true 'the books balance'
}
