#!/usr/bin/env bash
# What any pipeline does with a stack. Run in the folder of Pulumi.yaml, after `npm ci`.
#
#   pipeline.sh preview STACK   what `up` would do; changes nothing
#   pipeline.sh policy STACK    fails if what it would do breaks a rule of the policy; changes nothing
#   pipeline.sh up STACK        does it
#   pipeline.sh mend STACK      the same, after asking every site and cluster; mends what drift found
#   pipeline.sh drift STACK     fails if the world differs from the code; changes nothing
#   pipeline.sh render STACK FOLDER   plain YAML for Argo CD or Flux; needs no secret
#
# From the environment: PULUMI_BACKEND_URL (or PULUMI_ACCESS_TOKEN), PULUMI_CONFIG_PASSPHRASE_FILE where the stack has a
# passphrase, and the variables that the stack's secret references name. No secret is an argument or is printed.
set -euo pipefail

task=${1:?preview, policy, up, mend, drift or render}
stack=${2:?the name of the stack}

# The checkout brings its own Node, which pulumi's language host takes from PATH.
PATH="$PWD/node_modules/.bin:$PATH"
export PATH PULUMI_SKIP_UPDATE_CHECK=true

flags=(--stack "$stack" --color never --non-interactive)

case $task in
  preview)
    pulumi preview "${flags[@]}" --diff
    ;;
  policy)
    pulumi preview "${flags[@]}" --json | npm run --silent policy
    ;;
  up)
    # One site that fails does not stop the others; the exit code still tells.
    pulumi up "${flags[@]}" --yes --skip-preview --continue-on-error
    ;;
  mend)
    pulumi up "${flags[@]}" --yes --skip-preview --continue-on-error --refresh
    ;;
  drift)
    pulumi preview "${flags[@]}" --refresh --expect-no-changes
    ;;
  render)
    npm run --silent render -- --stack "$stack" --out "${3:?the folder to write}"
    ;;
  *)
    echo "expected preview, policy, up, mend, drift or render" >&2
    exit 2
    ;;
esac
