# Loads the sample members through the gateway, as two operators, a coordinator and the members themselves would.
# Sourced by deploy/up; needs ctl (the command line as an array) and $var/signing.key.
# shellcheck shell=bash

sample_subjects() { grep -v '^#' "$root/deploy/sample/members.tsv" | cut -f1; }

# issue_token SUBJECT…: for each a file in var/tokens with a token that is good for 30 days.
issue_token() {
  local subject
  mkdir -p "$var/tokens"
  for subject in "$@"; do
    "${ctl[@]}" token issue --key_file "$var/signing.key" --subject "$subject" --hours 720 >"$var/tokens/$subject"
  done
}

# as SUBJECT COMMAND…: runs schutznetzctl with that subject's token; prints the name of what it made or changed.
as() {
  local subject=$1
  shift
  "${ctl[@]}" --token_file "$var/tokens/$subject" "$@" | cut -d' ' -f1
}

# wait_signed_in: until the gateway knows this installation's keys and rights, at most 30 s.
wait_signed_in() {
  local deadline=$((SECONDS + 30)) said
  until said=$("${ctl[@]}" --token_file "$var/tokens/operator" member list 2>&1 >/dev/null); do
    [ $SECONDS -lt $deadline ] || die "the operators cannot sign in: $said"
    sleep 0.1
  done
}

# give NAME ROLE WHERE: what the role needs, with the second person where one must approve.
give() {
  local name=$1 role=$2 where=$3 id network
  case $role in
    COORDINATOR) as operator grant propose "$name" --role "$role" --network "$where" ;;
    MODERATOR) as operator grant propose "$name" --role "$role" --room "$where" ;;
    EDITOR)
      id=$(as operator grant propose "$name" --role "$role" $(printf -- '--land %s ' ${where//,/ }))
      as operator-2 grant approve "$id"
      ;;
    MEMBER)
      network=$(as sample-coordinator membership invite "$where" "$name")
      as sample-member membership approve "$network"
      ;;
    PROFESSIONAL) ;;
  esac >/dev/null
}

load_sample_members() {
  local subject called profession organization role where name partner
  while IFS=$'\t' read -r subject called profession organization role where; do
    [[ $subject == '#'* ]] && continue
    name=$(as operator member create --display_name "$called" --profession "$profession" --organization "$organization" \
      --subject "$subject" --verified IN_PERSON)
    give "$name" "$role" "$where"
  done <"$root/deploy/sample/members.tsv"
  partner=$(as operator partner create --display_name 'Musterportal' --email technik@example.org --scope changes.read \
    --scope restricted.read)
  "${ctl[@]}" --token_file "$var/tokens/operator" key create "$partner" --display_name Muster | cut -d' ' -f2 \
    >"$var/tokens/sample-partner.key"
}
