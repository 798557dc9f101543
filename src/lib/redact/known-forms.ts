/** Secrets that are known by their form, wherever they stand. */
import { type Span, spansOf } from './span.ts'

/**
 * Keys and tokens as their issuers write them; each begins with what ordinary text does not have, and none goes
 * on from a letter or digit. Lengths are at or a little below the shortest that is issued.
 */
const tokens: readonly string[] = [
  // OpenAI, Anthropic, OpenRouter, DeepSeek and others: `sk-`, and somewhere a digit.
  String.raw`sk-(?=[A-Za-z_-]{0,200}\d)[A-Za-z0-9_-]{16,}`,
  // GitHub
  'gh[pousr]_[A-Za-z0-9]{20,}',
  'github_pat_[A-Za-z0-9_]{20,}',
  // GitLab
  'gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|oas|ffct|wt)-[A-Za-z0-9_=.-]{16,}',
  'GR1348941[A-Za-z0-9_-]{20,}',
  // Slack
  'xox[abceoprs]-[A-Za-z0-9-]{10,}',
  'xapp-[A-Za-z0-9-]{10,}',
  // Stripe
  '(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}',
  'whsec_[A-Za-z0-9+/=]{20,}',
  // Google
  'AIza[A-Za-z0-9_-]{30,}',
  'GOCSPX-[A-Za-z0-9_-]{20,}',
  String.raw`ya29\.[A-Za-z0-9_.-]{20,}`,
  '1//0[A-Za-z0-9_-]{30,}',
  // AWS: the id of a key, and the key beside it as in a downloaded table
  String.raw`(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])(?:["']?[ \t]{0,4}[,;:|\t ][ \t]{0,4}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+]))?`,
  'ABSK[A-Za-z0-9+/=]{100,}',
  // Azure
  '[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}',
  // Packages: npm, PyPI, RubyGems, crates.io, NuGet
  'npm_[A-Za-z0-9]{30,}',
  'pypi-[A-Za-z0-9_-]{32,}',
  'rubygems_[0-9a-f]{40,}',
  'cio[A-Za-z0-9]{32}(?![A-Za-z0-9])',
  'oy2[a-z0-9]{43}(?![A-Za-z0-9])',
  // Twilio, SendGrid, Mailgun, Mailchimp
  'SK[0-9a-f]{32}(?![A-Za-z0-9])',
  String.raw`SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`,
  'key-[0-9a-f]{32}(?![A-Za-z0-9])',
  String.raw`[0-9a-f]{32}-us\d{1,2}(?!\d)`,
  // Discord and Telegram bots
  String.raw`[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}`,
  String.raw`\d{8,10}:AA[A-Za-z0-9_-]{32,}`,
  // Hugging Face, Replicate, Groq, xAI, Perplexity
  'hf_[A-Za-z0-9]{30,}',
  'r8_[A-Za-z0-9]{30,}',
  'gsk_[A-Za-z0-9]{40,}',
  'xai-[A-Za-z0-9]{40,}',
  'pplx-[A-Za-z0-9]{40,}',
  // Clouds and their tools: DigitalOcean, Databricks, Docker, Vault, Terraform, Pulumi, Doppler, Fly, Heroku, Netlify
  'do[opr]_v1_[0-9a-f]{40,}',
  'dapi[0-9a-f]{32}',
  'dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}',
  String.raw`hv[sbr]\.[A-Za-z0-9_-]{20,}`,
  String.raw`[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}`,
  'pul-[0-9a-f]{40}',
  String.raw`dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.-]{40,}`,
  'fm[12][ar]?_[A-Za-z0-9+/=_]{40,}',
  'HRKU-[A-Za-z0-9_-]{30,}',
  'nfp_[A-Za-z0-9]{30,}',
  'tskey-[a-z]{2,12}-[A-Za-z0-9-]{16,}',
  // Others that developers have at hand: Linear, Notion, Atlassian, Shopify, Square, New Relic, Sentry, Grafana, …
  'lin_(?:api|oauth)_[A-Za-z0-9]{30,}',
  'ntn_[A-Za-z0-9]{40,}',
  'secret_[A-Za-z0-9]{40,}',
  'AT[AC]TT3[A-Za-z0-9_=-]{50,}',
  'shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}',
  'sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}',
  'NRAK-[A-Z0-9]{27}',
  'sntr[ys]_[A-Za-z0-9+/=_-]{40,}',
  'gl(?:c|sa)_[A-Za-z0-9+/=_]{32,}',
  'figd_[A-Za-z0-9_-]{30,}',
  String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{64}`,
  'sbp_[0-9a-f]{40}',
  'sb_secret_[A-Za-z0-9_-]{20,}',
  'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_=.-]{30,}',
  'PMAK-[0-9a-f]{24}-[0-9a-f]{34}',
  'LTAI[A-Za-z0-9]{12,24}(?![A-Za-z0-9])',
  'bkua_[0-9a-f]{40}',
  'CCIPAT_[A-Za-z0-9_]{30,}',
  'ops_eyJ[A-Za-z0-9_-]{40,}',
  // JSON web tokens, signed or encrypted
  String.raw`eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}`,
  // age
  'AGE-(?:SECRET-KEY|PLUGIN-[A-Z0-9]{1,20})-1[0-9A-Z]{30,}',
  // Hashes of passwords as in /etc/shadow and .htpasswd
  String.raw`\$(?:1|2[aby]|5|6|y|7|apr1|argon2(?:i|d|id)|scrypt)\$[./A-Za-z0-9$=,+-]{20,}`,
]

const anyToken = new RegExp(`(?<![A-Za-z0-9])(?:${tokens.join('|')})`, 'g')

/** Each keeps its first group and loses its second. */
const places: readonly RegExp[] = [
  // `https://user:password@host`, also with no user; up to the last @ of the authority.
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@"'<>]{0,100}:)([^\s/"'<>]{1,200})(?=@)/gi,
  // In those of databases a slash is often left as it is.
  /(\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb):\/\/[^\s/:@"'<>]{0,100}:)([^\s"'<>]{1,200})(?=@[^\s/@"'<>]{1,200})/gi,
  // A key in place of the user.
  /(\bhttps?:\/\/)(?=[A-Za-z_-]{0,100}\d)([A-Za-z0-9_-]{20,200})(?=@)/gi,
  // Webhooks are secrets themselves.
  /(\bhttps:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)([A-Za-z0-9_/+-]{10,200})/gi,
  /(\bhttps:\/\/(?:[a-z]{1,10}\.)?discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/\d{1,30}\/)([A-Za-z0-9_-]{10,200})/gi,
  /(\bhttps:\/\/[a-z0-9.-]{1,100}\.webhook\.office\.com\/webhookb2\/)([^\s"'<>]{10,500})/gi,
  // Signed addresses and keys in the query.
  /([?&](?:sig|signature|x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|key|code|auth|jwt|sas|hmac|apikey|appid)=)([^\s&"'<>#]{8,2000})/gi,
  // Headers: everything after the scheme, up to the end of the text that holds them.
  /(\b(?:proxy-)?authorization["'\\]{0,3}[ \t]{0,4}[:=,][ \t]{0,4}["'\\]{0,3}(?:basic|bearer|token|digest|apikey|api-key|negotiate|ntlm|splunk|ssws|oauth|key|aws4-hmac-sha256|hawk|dpop|bot)[ \t]{1,4})([^\n"'`\\]{4,4000})/gi,
  /(\b(?:proxy-)?authorization["'\\]{0,3}[ \t]{0,4}[:=,][ \t]{0,4}["'\\]{0,3})(?!aws4-)(?=[^\s"'\\\d]{0,200}\d)([^\s"'\\]{12,4000})/gi,
  /(\b(?:set-)?cookie["'\\]{0,3}[ \t]{0,4}:[ \t]{0,4}["'\\]{0,3})([^\s"'\\=;]{1,100}=[^\n"'\\]{1,4000})/gi,
  /(\b(?:bearer|basic)[ \t]{1,4})(?=[A-Za-z._~+/-]{0,200}[\d=])([A-Za-z0-9._~+/=-]{12,})/gi,
]

export function knownForms(text: string): Span[] {
  return [...spansOf(anyToken, text), ...places.flatMap((place) => spansOf(place, text))]
}
