#!/usr/bin/env bash
# What a pipeline does with a stack. Run it in the folder of Pulumi.yaml, after `npm ci`.
#
#   pipeline.sh preview STACK   what `up` would do; changes nothing
#   pipeline.sh policy STACK    says who would leave, and fails if it breaks a rule of the policy; changes nothing
#   pipeline.sh up STACK        does it, if the policy lets it
#   pipeline.sh repair STACK    the same, after asking every site and cluster; repairs what drift found
#   pipeline.sh drift STACK     fails if the world differs from the code; changes nothing
#   pipeline.sh render STACK FOLDER   plain YAML for Argo CD or Flux; needs no secret
#
# From the environment: PULUMI_BACKEND_URL (or PULUMI_ACCESS_TOKEN), PULUMI_CONFIG_PASSPHRASE_FILE where the stack has a
# passphrase, and the variables that the stack's secret references name. No secret is an argument or is printed.
# FEDJOIN_MAX_LEAVES is how many memberships this run may end, 0 by default: set it for a planned removal.
set -euo pipefail

task=${1:?preview, policy, up, repair, drift or render}
stack=${2:?the name of the stack}

PATH="$PWD/node_modules/.bin:$PATH"
export PATH PULUMI_SKIP_UPDATE_CHECK=true

flags=(--stack "$stack" --color never --non-interactive)

# Says who would leave, and fails if the policy is broken. Unchanged resources count: one of them may hold a membership.
check() {
  local preview status=0
  preview=$(mktemp)
  trap 'rm -f "$preview"' RETURN
  pulumi preview "${flags[@]}" --json --show-sames "$@" >"$preview" || status=$?
  fedjoin plan --preview "$preview"
  fedjoin-policy --file "$preview" --max-leaves "${FEDJOIN_MAX_LEAVES:-0}"
  return "$status"
}

case $task in
  preview)
    pulumi preview "${flags[@]}" --diff
    ;;
  policy)
    check
    ;;
  up)
    check
    # One site that fails does not stop the others; the exit code still tells.
    pulumi up "${flags[@]}" --yes --skip-preview --continue-on-error
    ;;
  repair)
    check --refresh
    pulumi up "${flags[@]}" --yes --skip-preview --continue-on-error --refresh
    ;;
  drift)
    pulumi preview "${flags[@]}" --refresh --expect-no-changes
    ;;
  render)
    fedjoin-render --stack "$stack" --out "${3:?the folder to write}"
    ;;
  *)
    echo "expected preview, policy, up, repair, drift or render" >&2
    exit 2
    ;;
esac
