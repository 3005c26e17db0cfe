/** Commands that read the memberships from a file. */
export const fileCommandNames = ["plan", "status", "doctor", "sweep", "audit"] as const;
export type FileCommandName = (typeof fileCommandNames)[number];

export const commandNames = [...fileCommandNames, "members", "move"] as const;
export type CommandName = (typeof commandNames)[number];

const settings = `Options:
  -f, --file FILE  the memberships, as YAML or JSON; - reads standard input
      --json       the result as JSON
  -h, --help       this text`;

const texts: Readonly<Record<CommandName, string>> = {
  plan: `Usage: fedjoin plan --file FILE [--json]
       pulumi preview --json --show-sames --stack NAME | fedjoin plan --preview - [--json]

With --file, asks the controllers and says for each declared member what a deployment
would do. With --preview, asks nobody and says who would leave, and why. Changes nothing.

${settings}
      --preview FILE  what pulumi preview --json wrote; - reads standard input

Exit code: 0 every member is in place or will be, or the preview was read; 1 wrong
usage, settings or preview; 2 a member would fail, the preview failed, or nobody can
tell.`,
  status: `Usage: fedjoin status --file FILE [--json]

Shows the members of each master: the declared ones, and the entries that nobody
declared. Changes nothing.

${settings}

Exit code: 0 every declared site is a member and nothing else is; 1 wrong usage
or settings; 2 a site is not a member, nobody can tell, or an entry is undeclared.`,
  doctor: `Usage: fedjoin doctor --file FILE [--json]

Checks what a join needs, on both sides: addresses, certificates, logins, rights,
clocks, roles, versions, leftovers; and where exporters go, if the file says so
(npm run joins): context, namespace, rights, Secrets. Changes nothing. A refused
login is never tried again.

${settings}

Exit code: 0 no problem (warnings are allowed); 1 wrong usage or settings;
2 at least one problem.`,
  sweep: `Usage: fedjoin sweep --file FILE [--json]
       fedjoin sweep --file FILE --apply --id ID ... --ids FILE [--site-is-gone]

Finds stale entries on the masters: entries without a living member behind them,
with the name of a declared member or of its store id, and with its address.
Changes nothing without --apply. Nothing else is ever touched.

${settings}
      --apply         delete the entries that are named, each looked at again first
      --id ID         the id of an entry that sweep listed; repeat for more
      --ids FILE      many ids, the first word of each line
      --site-is-gone  you vouch that the sites of these ids no longer exist: also
                      deletes entries of sites that do not answer

Exit code: 0 no stale entry is left; 1 wrong usage or settings; 2 stale entries were
found, an entry was refused or could not be deleted, or a master could not be read.`,
  audit: `Usage: fedjoin audit --file FILE [--since WHEN] [--json]

Shows who joined, left or removed a member, from where and when, as the masters'
event logs tell, newest first. Changes nothing. A log holds 4096 events of all
kinds; what is older is gone.

${settings}
      --since WHEN     30m, 12h or 7d ago, or a time such as 2026-01-31T12:00:00Z

Exit code: 0 every master's log was read; 1 wrong usage or settings; 2 a master
could not be read.`,
  move: `Usage: fedjoin move --stack NAME [--cwd FOLDER] [--wave 50] [--waves N]
                    [--max-failures 5] [--parallel 16] [--plan] [--json]

Carries a change of many FedJoins out in waves: asks pulumi preview which of them
change, and runs pulumi up for so many at once. A wave with which more than
--max-failures have failed altogether is the last one. Run it again to go on.

Options:
      --stack NAME      the stack
      --cwd FOLDER      the folder of Pulumi.yaml; default: this one
      --wave N          so many members at once; default 50
      --waves N         so many waves, then stop; default: until all is done
      --max-failures N  so many may fail; default 5
      --parallel N      so many of a wave at the same time; default 16
      --plan            only show the waves
      --json            the result as JSON
  -h, --help            this text

Exit code: 0 all is done but what --waves left over, or --plan; 1 wrong usage,
interrupted, or pulumi cannot be run; 2 a member failed.`,
  members: `Usage: fedjoin members --all [--cwd FOLDER] [--check] [--drift] [--json]
       fedjoin members --stack NAME ... --state FILE ... [--check] [--drift] [--json]

Shows every member of every stack: what its state says, what the master and the
site say, how they differ, and how many of each stack do. Changes nothing. A site
that does not answer is a row of the table.

Options:
      --all         every stack of the project
      --stack NAME  a stack of the project; repeat for more
      --state FILE  what pulumi stack export --show-secrets wrote; - reads standard
                    input; repeat for more
      --cwd FOLDER  the folder of Pulumi.yaml; default: this one
      --check       exit code 2 for findings
      --drift       only the rows that differ
      --json        the result as JSON
  -h, --help        this text

Exit code: 0 the table was made; 1 wrong usage, or a state cannot be read;
2 with --check: a member is missing, undeclared, declared by two stacks or unknown,
or a master's list could not be read.`,
};

const overview = `Usage: fedjoin COMMAND [options]

  plan     what a deployment would do, for each member
  status   who is a member, and who is undeclared
  doctor   what stands in the way of a join
  sweep    dead entries that earlier memberships left on a master
  audit    who joined, left or removed a member, from where and when
  members  all members of all stacks, and where state and servers differ
  move     a change of many members, in waves with a stop limit

fedjoin COMMAND --help says more. fedjoin --version shows the version.
There is no option for a password: secrets are in the file, or the file says
where they are (passwordFrom: { env: NAME }).`;

/** The help text of a command, or the overview. */
export function helpOf(command: string | undefined): string {
  const known = commandNames.find((name) => name === command);
  return known === undefined ? overview : texts[known];
}
