/** The options that make a program do what it otherwise does not. */
import type { RefusalId } from './refusal.ts'
import { list } from './words.ts'

/** Options by which a program does what it otherwise does not. `letters` are looked for in bundles, too. */
export interface WrongOption {
  programs: readonly string[]
  id: RefusalId
  letters?: string
  long?: readonly string[]
  /** The first word that is no option. */
  first?: readonly string[]
  /** Anywhere in a word. */
  word?: RegExp
}

export const wrongOptions: readonly WrongOption[] = [
  { programs: list('python pypy ipython'), id: 'inline-code', letters: 'c' },
  {
    programs: list('node nodejs tsx ts-node bun electron'),
    id: 'inline-code',
    letters: 'eprC',
    long: list('--eval --print --require --import --loader --experimental-loader --env-file --inspect --run'),
  },
  { programs: list('deno'), id: 'inline-code', first: list('eval repl') },
  { programs: list('perl raku'), id: 'inline-code', letters: 'eEMmIdxiS' },
  {
    programs: list(
      'ruby irb lua luajit elixir guile racket julia octave groovy scala swift Rscript r ghc escript coffee sbcl',
    ),
    id: 'inline-code',
    letters: 'erIlx',
    long: list('--eval --require --load'),
  },
  {
    programs: list('php'),
    id: 'inline-code',
    letters: 'rRBEdS',
    long: list('--run --define --process-begin --process-code'),
  },
  { programs: list('erl'), id: 'inline-code', word: /^-(?:eval|s|run)$/u },
  { programs: list('java'), id: 'runs-others', word: /^-(?:javaagent|agentlib|agentpath|XX:On)|^@/u },
  {
    programs: list('sed gsed'),
    id: 'inline-code',
    word: /(?:^|[;{}\n\d$/,!]\s*)[ewWrR](?:\s|$)|[/|#,:@!~][gipmIM\d]*[ew][gipmIM\d]*(?:$|[\s;}])/u,
  },
  { programs: list('sed gsed'), id: 'writes-by-option', letters: 'i', long: list('--in-place') },
  { programs: list('sed gsed'), id: 'runs-others', letters: 'f', long: list('--file') },
  { programs: list('find gfind'), id: 'runs-others', word: /^-(?:exec|execdir|ok|okdir)$/u },
  { programs: list('find gfind'), id: 'writes-by-option', word: /^-(?:fprint|fprint0|fprintf|fls)$/u },
  { programs: list('find gfind'), id: 'delete-outside', word: /^-files0-from/u },
  { programs: list('fd fdfind'), id: 'runs-others', letters: 'xX', long: list('--exec --exec-batch') },
  { programs: list('rg'), id: 'runs-others', long: list('--pre --hostname-bin') },
  { programs: list('ag ack'), id: 'runs-others', long: list('--pager --noenv') },
  {
    programs: list('tar gtar bsdtar star'),
    id: 'runs-others',
    letters: 'IF',
    long: list(
      '--checkpoint-action --to-command --use-compress-program --info-script --new-volume-script --rsh-command --rmt-command --use-compress',
    ),
  },
  {
    programs: list('tar gtar bsdtar'),
    id: 'writes-by-option',
    letters: 'P',
    long: list('--absolute-names --remove-files --unlink-first --overwrite'),
  },
  { programs: list('zip unzip'), id: 'runs-others', letters: 'TT', long: list('--unzip-command') },
  { programs: list('rsync'), id: 'runs-others', letters: 'e', long: list('--rsh --rsync-path') },
  { programs: list('sort gsort'), id: 'runs-others', long: list('--compress-program') },
  {
    programs: list('sort gsort'),
    id: 'writes-by-option',
    letters: 'oT',
    long: list('--output --temporary-directory'),
  },
  { programs: list('split gsplit'), id: 'runs-others', long: list('--filter') },
  {
    programs: list('tree uniq shuf xxd iconv nm objdump jq yq'),
    id: 'writes-by-option',
    letters: 'o',
    long: list('--output --in-place --inplace'),
  },
  { programs: list('yq'), id: 'writes-by-option', letters: 'is', long: list('--split-exp') },
  { programs: list('jq'), id: 'credentials', word: /\$ENV\b|\benv\b/u },
  { programs: list('xxd'), id: 'writes-by-option', letters: 'r' },
  { programs: list('date'), id: 'system', letters: 's', long: list('--set') },
  { programs: list('hostname'), id: 'system', word: /^[^-]/u },
  { programs: list('ps'), id: 'credentials', word: /^-?[a-zA-Z]*e[a-zA-Z]*$/u },
  { programs: list('tail cat head grep rg wc ls'), id: 'credentials', word: /^\/proc\//u },
  {
    programs: list('curl'),
    id: 'upload',
    letters: 'TdF',
    long: list(
      '--upload-file --data --data-binary --data-raw --data-urlencode --data-ascii --form --form-string --json --url-query',
    ),
  },
  {
    programs: list('curl'),
    id: 'runs-others',
    letters: 'Kx',
    long: list(
      '--config --proxy --preproxy --socks5 --unix-socket --abstract-unix-socket --engine --proto-redir',
    ),
  },
  {
    programs: list('curl'),
    id: 'writes-by-option',
    letters: 'oOJcD',
    long: list(
      '--output --output-dir --remote-name --remote-name-all --cookie-jar --dump-header --trace --trace-ascii --stderr --create-dirs --libcurl --hsts --alt-svc --etag-save --write-out',
    ),
  },
  {
    programs: list('curl'),
    id: 'credentials',
    letters: 'nubHE',
    long: list('--netrc --netrc-file --user --cookie --header --cert --key --oauth2-bearer'),
  },
  {
    programs: list('wget'),
    id: 'upload',
    long: list('--post-file --post-data --body-file --body-data --header --method'),
  },
  {
    programs: list('wget'),
    id: 'runs-others',
    letters: 'e',
    long: list('--execute --use-askpass --config --ask-password'),
  },
  { programs: list('wget'), id: 'writes-by-option', word: /^/u },
  {
    programs: list('npm pnpm yarn bun corepack'),
    id: 'remote-code',
    first: list('exec x dlx create init innit'),
  },
  {
    programs: list('npm pnpm yarn bun'),
    id: 'credentials',
    first: list('token login adduser whoami-token config get set c'),
  },
  {
    programs: list('npm pnpm yarn bun'),
    id: 'upload',
    first: list('publish unpublish deprecate dist-tag access owner team hook'),
  },
  {
    programs: list('npm pnpm yarn bun'),
    id: 'runs-others',
    long: list(
      '--script-shell --node-options --shell --call --prefix --userconfig --globalconfig --git --editor --viewer --onload-script --ignore-scripts=false --shell-emulator --dir',
    ),
  },
  { programs: list('npm pnpm yarn bun'), id: 'system', letters: 'g', long: list('--global --location') },
  {
    programs: list('pip pip3 uv gem cargo'),
    id: 'remote-code',
    long: list('--index-url --extra-index-url --find-links --trusted-host --config --git'),
    letters: 'if',
  },
  { programs: list('uv'), id: 'remote-code', first: list('x tool run') },
  {
    programs: list('go'),
    id: 'runs-others',
    word: /^--?(?:exec|toolexec|overlay|vettool|ldflags|gcflags|asmflags|modfile)\b/u,
  },
  { programs: list('go'), id: 'remote-code', first: list('run generate install get env tool') },
  { programs: list('cargo'), id: 'upload', first: list('publish yank login owner') },
  {
    programs: list('make gmake ninja just task'),
    id: 'runs-others',
    letters: 'fCEI',
    long: list('--eval --file --makefile --directory --include-dir --shell --justfile'),
    word: /^(?:SHELL|MAKEFLAGS|MFLAGS|\.SHELLFLAGS)\s*[:+?!]?=/u,
  },
  {
    programs: list('pytest py.test'),
    id: 'runs-others',
    letters: 'pco',
    long: list('--rootdir --confcutdir --import-mode --override-ini --basetemp --pdbcls --plugin'),
  },
  { programs: list('python pypy'), id: 'inline-code', letters: 'i', word: /^-$/u },
  {
    programs: list('jest vitest mocha eslint prettier tsc webpack vite rollup babel stylelint'),
    id: 'runs-others',
    letters: 'cr',
    long: list(
      '--config --require --resolve-plugins-relative-to --rulesdir --plugin --parser --globalSetup --setupFiles --import --loader --node-option',
    ),
  },
  { programs: list('ssh-keyscan ping'), id: 'system', letters: 'f' },
  {
    programs: list('gcc g++ clang clang++ cc c++ rustc javac'),
    id: 'runs-others',
    letters: 'B',
    long: list('--specs --wrapper'),
    word: /^-(?:wrapper|specs|fplugin|Xclang|C|processor)|^@/u,
  },
  {
    programs: list('sqlite3'),
    id: 'runs-others',
    word: /\.(?:shell|system|load|import|output|once|read|open|excel|edit)\b|load_extension|writefile|edit\(/iu,
  },
  {
    programs: list('chmod'),
    id: 'privileges',
    word: /^[ugoa]*[+=][rwxX]*[st]|^[+=]?\d*[2-7]\d{3}$|^0?\d?777$|^[ugoa]*[goa][ugoa]*[+=]\w*w|^[+=]\w*w|^--reference/u,
  },
  { programs: list('chmod'), id: 'delete-outside', letters: 'R', long: list('--recursive') },
  { programs: list('gzip bzip2 xz zstd'), id: 'writes-by-option', long: list('--rm') },
  {
    programs: list('cp install mv ln'),
    id: 'writes-by-option',
    letters: 'tS',
    long: list('--target-directory --suffix --backup'),
  },
  { programs: list('install'), id: 'privileges', letters: 'og', word: /^-m\d*[2-7]\d{3}$|^\d*[2-7]\d{3}$/u },
  { programs: list('column comm paste tr cut'), id: 'writes-by-option', long: list('--output') },
  {
    programs: list('iterm-orch'),
    id: 'own-control',
    first: list(
      'answer inject attach hooks service host launch kill close restart rename policy ack snooze escalate config demo adopt projects tasks notify schedule daemon',
    ),
  },
  {
    programs: list('claude codex gemini qwen copilot opencode aider cursor-agent'),
    id: 'own-control',
    word: /^/u,
  },
  { programs: list('printf'), id: 'writes-by-option', letters: 'v' },
]
