/** What is known of curl's options (https://curl.se/docs/manpage.html): which take a value, and what becomes of each. */

/** Options that say something about the request. */
export type CurlAct =
  | 'method'
  | 'header'
  | 'data'
  | 'dataRaw'
  | 'dataUrlencode'
  | 'json'
  | 'form'
  | 'formString'
  | 'user'
  | 'bearer'
  | 'get'
  | 'head'
  | 'cookie'
  | 'agent'
  | 'referer'
  | 'address'
  | 'query'
  | 'seconds'
  | 'upload';

/** One option. */
export type CurlOption =
  | { readonly takesValue: boolean; readonly act: CurlAct }
  /** Weft does so anyway. */
  | { readonly takesValue: false; readonly act: 'given' }
  /** Of no meaning for a step of a workflow, such as where output goes. */
  | { readonly takesValue: boolean; readonly act: 'idle' }
  /** Not possible here, for the reason given. */
  | { readonly takesValue: boolean; readonly act: 'refused'; readonly reason: string };

const ACTS: Readonly<Record<CurlAct, { readonly takesValue: boolean; readonly names: string }>> = {
  method: { takesValue: true, names: '-X --request' },
  header: { takesValue: true, names: '-H --header' },
  data: { takesValue: true, names: '-d --data --data-ascii --data-binary' },
  dataRaw: { takesValue: true, names: '--data-raw' },
  dataUrlencode: { takesValue: true, names: '--data-urlencode' },
  json: { takesValue: true, names: '--json' },
  form: { takesValue: true, names: '-F --form' },
  formString: { takesValue: true, names: '--form-string' },
  user: { takesValue: true, names: '-u --user' },
  bearer: { takesValue: true, names: '--oauth2-bearer' },
  get: { takesValue: false, names: '-G --get' },
  head: { takesValue: false, names: '-I --head' },
  cookie: { takesValue: true, names: '-b --cookie' },
  agent: { takesValue: true, names: '-A --user-agent' },
  referer: { takesValue: true, names: '-e --referer' },
  address: { takesValue: true, names: '--url' },
  query: { takesValue: true, names: '--url-query' },
  seconds: { takesValue: true, names: '-m --max-time' },
  upload: { takesValue: true, names: '-T --upload-file' },
};

const GIVEN = '--compressed -L --location --tr-encoding --basic --tcp-nodelay --keepalive';

const IDLE_FLAGS =
  '-s --silent -S --show-error -v --verbose -i --include --show-headers -f --fail --fail-with-body --fail-early -N --no-buffer -# --progress-bar --no-progress-meter -O --remote-name --remote-name-all -J --remote-header-name -R --remote-time -g --globoff -q --disable -0 --http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --http3-only -4 --ipv4 -6 --ipv6 -1 --tlsv1 --tlsv1.0 --tlsv1.1 --tlsv1.2 --tlsv1.3 --create-dirs --raw --path-as-is --styled-output --no-styled-output --no-keepalive -Z --parallel --no-clobber --clobber --retry-all-errors --retry-connrefused --trace-time --no-alpn --ssl-reqd --remove-on-error --xattr -V --version -M --manual --no-sessionid -j --junk-session-cookies --tcp-fastopen --false-start --location-trusted --post301 --post302 --post303';
const IDLE_VALUES =
  '-o --output --output-dir -w --write-out -D --dump-header --stderr --trace --trace-ascii --trace-config -c --cookie-jar --connect-timeout --retry --retry-delay --retry-max-time --max-redirs --max-filesize --limit-rate --rate -y --speed-time -Y --speed-limit --keepalive-time --keepalive-cnt --expect100-timeout --happy-eyeballs-timeout-ms --libcurl --etag-save --etag-compare --alt-svc --hsts --parallel-max --create-file-mode --tls-max --dns-servers --dns-interface --dns-ipv4-addr --dns-ipv6-addr --proto --proto-default --proto-redir --curves --ciphers --tls13-ciphers --engine --random-file --egd-file';

const REFUSED: readonly { readonly takesValue: boolean; readonly names: string; readonly reason: string }[] = [
  {
    takesValue: false,
    names: '-k --insecure --proxy-insecure --ssl-allow-beast --ssl-no-revoke --ssl-revoke-best-effort',
    reason: 'certificates are always checked',
  },
  {
    takesValue: true,
    names:
      '-x --proxy --preproxy --socks4 --socks4a --socks5 --socks5-hostname --proxy1.0 -U --proxy-user --proxy-header --noproxy --proxy-cacert --proxy-cert --proxy-key',
    reason: 'calls go out directly, without a proxy',
  },
  {
    takesValue: false,
    names: '-p --proxytunnel --proxy-basic --proxy-digest --proxy-ntlm --proxy-negotiate --proxy-anyauth',
    reason: 'calls go out directly, without a proxy',
  },
  {
    takesValue: true,
    names: '-E --cert --cert-type --key --key-type --pass --cacert --capath --crlfile --pinnedpubkey',
    reason: 'certificates of your own cannot be given yet',
  },
  {
    takesValue: false,
    names: '--digest --ntlm --ntlm-wb --negotiate --anyauth',
    reason: 'this way of signing in is not supported; bearer, basic, keys and OAuth 2 client credentials are',
  },
  { takesValue: true, names: '--aws-sigv4', reason: 'requests are not signed for AWS' },
  { takesValue: false, names: '-n --netrc --netrc-optional', reason: 'files of your computer are not read; connect an account instead' },
  { takesValue: true, names: '--netrc-file -K --config --variable', reason: 'files of your computer are not read' },
  {
    takesValue: true,
    names: '--resolve --connect-to --interface --unix-socket --abstract-unix-socket --doh-url --local-port --request-target',
    reason: 'the address alone decides where a call goes',
  },
  {
    takesValue: true,
    names: '-r --range -C --continue-at -z --time-cond',
    reason: 'parts of an answer cannot be asked for; add the header yourself',
  },
  {
    takesValue: true,
    names:
      '-t --telnet-option -Q --quote -P --ftp-port --mail-from --mail-rcpt --mail-auth --login-options --service-name --delegation --krb',
    reason: 'it is for other protocols than http',
  },
];

const OPTIONS: ReadonlyMap<string, CurlOption> = new Map<string, CurlOption>([
  ...Object.entries(ACTS).flatMap(([act, { takesValue, names }]) =>
    // The table above has an entry for each act.
    names.split(' ').map((name) => [name, { takesValue, act: act as CurlAct }] as const),
  ),
  ...GIVEN.split(' ').map((name) => [name, { takesValue: false, act: 'given' }] as const),
  ...IDLE_FLAGS.split(' ').map((name) => [name, { takesValue: false, act: 'idle' }] as const),
  ...IDLE_VALUES.split(' ').map((name) => [name, { takesValue: true, act: 'idle' }] as const),
  ...REFUSED.flatMap(({ takesValue, names, reason }) =>
    names.split(' ').map((name) => [name, { takesValue, act: 'refused', reason }] as const),
  ),
]);

/** The option of a name such as `-X` or `--request`; undefined when curl has none, or it is newer than this table. */
export function curlOption(name: string): CurlOption | undefined {
  return OPTIONS.get(name);
}
