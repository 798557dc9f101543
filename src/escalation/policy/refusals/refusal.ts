/** What is never approved by a rule that does not name it: the built-in refusals. */

/** Each with what it holds back, as `policy check` and the documentation tell it. */
export const refusals = {
  'delete-outside':
    'deletes outside the session’s directory, the directory itself, .git, or what is not known',
  'discard-work': 'throws away work or history: git reset --hard, clean -f, filter-branch, branch -D, …',
  'force-push': 'overwrites or deletes what others have: git push --force, --mirror, --delete, +refspec',
  'pipe-to-shell': 'runs what another program or the network has put out: curl … | sh, bash <(…)',
  'inline-code': 'runs code from its command line: python -c, node -e, awk’s system(), sed’s e, …',
  'remote-code': 'fetches a program and runs it: npx, npm exec, uvx, pipx run, go run <url>, …',
  'runs-others':
    'an option or a program that runs another command: git -c, tar --to-command, rsync -e, watch, …',
  'writes-by-option': 'an option of a program that only looks makes it write: git log --output, sort -o, …',
  credentials: 'reads, moves or prints keys, tokens, passwords, .env files or the environment',
  'disk-tools': 'works on disks and devices: dd, mkfs, fdisk, diskutil, mount, /dev/…',
  privileges: 'gets or gives rights: sudo, su, pkexec, chmod u+s or 777, chown, setcap, …',
  'startup-files':
    'changes what runs by itself: start-up files of shells, crontab, launch agents, git hooks, settings of agents and editors',
  'loader-variables': 'sets a variable that changes which code runs: PATH, LD_PRELOAD, NODE_OPTIONS, GIT_…',
  upload: 'sends files to the network: curl -T, -d @file, scp, nc, …',
  'remote-machines': 'works on other machines: ssh, kubectl, docker, cloud tools, …',
  system: 'ends processes of others or the machine: kill, pkill, shutdown, …',
  'own-control': 'changes or answers in the name of iterm-orch itself',
} as const satisfies Record<string, string>

export type RefusalId = keyof typeof refusals
export const refusalIds = Object.keys(refusals) as [RefusalId, ...RefusalId[]]

export interface Refusal {
  id: RefusalId
  /** The command or path that it is about. */
  what: string
}
