/** Files that hold secrets, and files that run by themselves. */
import type { RefusalId } from './refusal.ts'
import { list } from './words.ts'

/** Matched against the end of a path in small letters, which Macs do not tell from capital ones. */
const secrets: readonly RegExp[] = [
  /(?:^|\/)\.(?:ssh|aws|gnupg|azure|kube|password-store|vault-token|netrc|pgpass|pypirc|npmrc|yarnrc|git-credentials|my\.cnf|dockercfg|secrets?)(?:\/|$)/u,
  /(?:^|\/)\.?(?:docker\/config\.json|config\/(?:gcloud|gh|hub|op|doctl|rclone|sops)(?:\/|$)|cargo\/credentials|gem\/credentials|m2\/settings)/u,
  /(?:^|\/)\.env(?:rc)?(?:$|[./~-])(?!(?:example|sample|template|dist)$)/u,
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*\.(?:pem|p12|pfx|key|keystore|jks|kdbx|ovpn|ppk|keychain|keychain-db|asc))$/u,
  /(?:^|\/)(?:credentials?|secrets?|\.?tokens?|service[-_]account[^/]*)\.(?:json|ya?ml|toml|ini|txt|gpg|enc|db)$/u,
  /(?:\/|^\.|\/\.)(?:credentials?|secrets?|tokens?|htpasswd|authinfo)$|(?:^|\/)(?:auth|oauth[^/]*)\.json$/u,
  /(?:^|\/)(?:library\/keychains|library\/cookies|\.mozilla|\.config\/(?:google-chrome|chromium)|cookies\.sqlite|login data)(?:\/|$)/u,
  /^\/etc\/(?:shadow|gshadow|sudoers|master\.passwd|ssl\/private|ssh\/)/u,
  /^\/proc\/[^/]+\/(?:environ|mem|cmdline|fd)/u,
  /(?:^|\/)\.(?:bash|zsh|python|node_repl|psql|mysql|sqlite)_history$/u,
  /(?:^|\/)\.(?:claude|codex|gemini|qwen|copilot)\/(?:auth|oauth|\.?credentials)/u,
]

const startups: readonly RegExp[] = [
  /(?:^|\/)\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|inputrc|xprofile|xinitrc|xsession|envrc|vimrc|exrc|emacs|nanorc|tmux\.conf|gitconfig|pam_environment|pythonrc|irbrc|gdbinit|lldbinit|curlrc|wgetrc|hushlogin)$/u,
  /(?:^|\/)(?:config\.fish|\.config\/(?:fish|autostart|systemd|environment\.d|git|nvim|zsh)(?:\/|$))/u,
  /(?:^|\/)(?:launchagents|launchdaemons|startupitems|cron(?:tabs?|\.d|\.daily|\.hourly|\.weekly)?|crontab|init\.d|rc\.local|profile\.d|systemd)(?:\/|$)/u,
  // `.git` itself: its hooks and its configuration run commands; a worktree's is a file.
  /(?:^|\/)(?:\.git|\.hg|\.svn|\.husky|\.githooks)(?:\/|$)/u,
  /(?:^|\/)\.git(?:modules|attributes)$/u,
  /(?:^|\/)\.(?:iterm-orch|claude|codex|gemini|qwen|copilot|cursor|opencode|aider[^/]*|vscode|idea|zed|devcontainer)(?:\/|$)/u,
  /(?:^|\/)\.(?:claude\.json|mcp\.json|cursorrules|pre-commit-config\.yaml)$/u,
  /(?:^|\/)(?:site-packages|sitecustomize\.py|usercustomize\.py)(?:\/|$)|\.pth$/u,
  /^\/(?:etc|usr|bin|sbin|lib|lib64|boot|opt|system|library|var\/spool|private\/etc)(?:\/|$)/u,
]

/** Programs that only look at the files that they are given. */
const readers: ReadonlySet<string> = new Set(
  list(
    'cat ls head tail grep egrep fgrep wc stat file diff cmp du nl rg less more tree md5sum sha256sum shasum basename dirname realpath readlink test cd',
  ),
)

export function isReader(program: string | undefined): boolean {
  return program !== undefined && readers.has(program)
}

/** What is special about a path: it is looked at as it is written, made absolute, and with its links followed. */
export function guardOf(
  path: string,
  forms: readonly (string | undefined)[],
  writes: boolean,
): RefusalId | undefined {
  const all = [path, ...forms].flatMap((form) =>
    form === undefined ? [] : form.toLowerCase().replace(/\/+/gu, '/'),
  )
  if (all.some((form) => secrets.some((secret) => secret.test(form)))) return 'credentials'
  if (all.some((form) => /^\/dev\/(?!null$|std(?:in|out|err)$|tty$|fd\/[012]$|zero$|u?random$)/u.test(form)))
    return 'disk-tools'
  if (writes && all.some((form) => startups.some((startup) => startup.test(form)))) return 'startup-files'
  return undefined
}
