/** Secrets on command lines, where no name stands before them. */
import { isGiven, unquoted } from './given-values.ts'
import { type Span, spansOf } from './span.ts'

/** A word of a shell: quoted, or up to a blank or the end of the command. */
const word = String.raw`("(?:[^"\\\n]|\\.){1,500}"|'[^'\n]{1,500}'|[^\s"'|;&<>)]{1,500})`

/** What may stand between a program and its option, on the same command. */
const between = String.raw`[^\n|;&]{0,200}?[ \t]`

function afterOption(programs: string, option: string): RegExp {
  return new RegExp(String.raw`(\b(?:${programs})\b${between}${option})${word}`, 'g')
}

const forms: readonly RegExp[] = [
  // `-psecret`, as the clients of MySQL take it; with a blank it would be the name of a database.
  afterOption('mysql|mysqldump|mysqladmin|mysqlimport|mysqlshow|mariadb|mariadb-dump', '-p(?=[^\\s-])'),
  afterOption('sshpass', '-p[ \t]{0,4}'),
  afterOption(
    'curl|http|https|xh|wget2?',
    '(?:-u|--user|--proxy-user|-U|-a|--auth)[ \t=]{0,4}["\']?[^\\s:"\']{0,100}:',
  ),
  afterOption('(?:docker|podman|nerdctl|helm registry|az|oc|cf) login', '-p[ \t]{1,4}(?=[^\\s-])'),
  afterOption('mongosh?|mongodump|mongorestore|twine', '-p[ \t]{1,4}(?=[^\\s-])'),
  afterOption('zip|unzip|sqlcmd|bcp', '-P[ \t]{1,4}(?=[^\\s-])'),
  afterOption('7z[azr]?', '-p(?=[^\\s-])'),
  afterOption('redis-cli', '-a[ \t]{1,4}'),
  afterOption('ldapsearch|ldapmodify|ldapadd|ldapwhoami|ldapdelete', '-w[ \t]{1,4}(?=[^\\s-])'),
  afterOption('smbclient|rpcclient|net', '-U[ \t]{0,4}["\']?[^\\s%"\']{1,100}%'),
  afterOption('htpasswd', '-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}[ \t]{1,4}\\S{1,200}[ \t]{1,4}\\S{1,100}[ \t]{1,4}'),
  afterOption('openssl', '-pass(?:in|out)?[ \t]{1,4}["\']?pass:'),
  afterOption('rabbitmqctl', '(?:change_password|add_user)[ \t]{1,4}\\S{1,100}[ \t]{1,4}'),
  afterOption('kubectl|oc', '--from-literal[= ][^\\s=]{1,100}='),
  afterOption('gh|vercel|flyctl|fly|heroku|supabase|wrangler', '(?:--body|-b)[ =]'),
  // `echo secret | sudo -S`, and secrets piped to a login.
  new RegExp(
    String.raw`(\b(?:echo|printf)[ \t]{1,4}(?:-n[ \t]{1,4})?)${word}(?=[ \t]{0,4}\|[^\n|]{0,100}(?:sudo[^\n|]{0,40} -S|--password-stdin|--with-token))`,
    'g',
  ),
  // Any program: `--password x`, `--token=x`, `--api-key x`.
  new RegExp(
    String.raw`((?<![A-Za-z0-9])--?(?:[a-z0-9]{1,20}-){0,4}(?:password|passwd|passphrase|pass|pwd|secret|token|api-?key|apikey|access-?key|private-?key|secret-?key|auth-?key|account-?key|license-?key|otp)(?:=|[ \t]{1,4}(?=[^\s-])))${word}`,
    'gi',
  ),
  // `.netrc`
  /(\b(?:login|user|account)\s{1,20}\S{1,200}\s{1,20}password\s{1,20})(\S{1,500})/g,
  // `.pgpass`: host, port, database, user, password.
  /^([^\s:]{1,200}:(?:\d{2,5}|\*):[^\s:]{1,100}:[^\s:]{1,100}:)(\S{1,500})$/gm,
  // `aws configure set aws_secret_access_key x`, `npm config set //registry/:_authToken x`
  /(\b(?:set|add)[ \t]{1,4}\S{0,200}(?:secret|password|passwd|token|_auth|api_?key|access_key)[ \t]{1,4})([^\s-]\S{0,500})/gi,
]

export function commandLineSecrets(text: string): Span[] {
  return forms.flatMap((form) => spansOf(form, text, (_, secret) => isGiven(unquoted(secret))))
}
