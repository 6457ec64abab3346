# Loads the sample members through the gateway, as two operators, a coordinator and the members themselves would.
# Sourced by deploy/up; needs ctl (the command line as an array) and $var/signing.key.
# shellcheck shell=bash

# sample_token SUBJECT: the file with a token for this subject, good for a month.
sample_token() {
  local file=$var/tokens/$1
  mkdir -p "$var/tokens"
  "${ctl[@]}" token issue --key_file "$var/signing.key" --subject "$1" --hours 720 >"$file"
  printf '%s' "$file"
}

# as SUBJECT COMMAND…: runs schutznetzctl with that subject's token; prints the name of what it made or changed.
as() {
  local subject=$1
  shift
  "${ctl[@]}" --token_file "$var/tokens/$subject" "$@" | cut -d' ' -f1
}

# operators_can_sign_in: whether the tokens that this installation signs open anything.
operators_can_sign_in() {
  local subject
  for subject in operator operator-2; do sample_token "$subject" >/dev/null; done
  "${ctl[@]}" --token_file "$var/tokens/operator" member list >/dev/null 2>&1
}

# give NAME ROLE WHERE: what the role needs, with the second person where one must approve.
give() {
  local name=$1 role=$2 where=$3 id network
  case $role in
    COORDINATOR) as operator grant propose "$name" --role "$role" --network "$where" ;;
    MODERATOR) as operator grant propose "$name" --role "$role" --room "$where" ;;
    EDITOR)
      id=$(as operator grant propose "$name" --role "$role" --land "$where")
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
    sample_token "$subject" >/dev/null
    name=$(as operator member create --display_name "$called" --profession "$profession" --organization "$organization" \
      --subject "$subject" --verified IN_PERSON)
    give "$name" "$role" "$where"
  done <"$root/deploy/sample/members.tsv"
  partner=$(as operator partner create --display_name 'Musterportal' --email technik@example.org --scope changes.read \
    --scope restricted.read)
  "${ctl[@]}" --token_file "$var/tokens/operator" key create "$partner" --display_name Muster | cut -d' ' -f2 \
    >"$var/tokens/sample-partner.key"
}
